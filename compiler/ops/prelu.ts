/** Rectifier with a learned slope below zero, one for each channel (He et al. 2015). */
import type { Attributes } from "./attributes.ts";
import { real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, positional } from "./parameters.ts";
import { cellwiseOperation, inputAt, perChannel } from "./rules.ts";
import { said, unless, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import type { Word } from "./word.ts";

const summary =
  "The value, or a learned slope times it if it is negative, one slope per channel (He et al. 2015).";

export const prelu: Operation<Attributes["prelu"]> = {
  ...cellwiseOperation<Attributes["prelu"]>({
    name: "prelu",
    summary,
    kind: "activation",
    label: () => "PReLU",
    schema: { init: policy(real) },
    say: ({ init }) => withSettings(said("prelu"), unless(`${init}`, "0.25", "init")),
  }),
  moment: "halves",
  weights: ({ init }, inputs) => [perChannel("slope", inputAt(inputs, 0), init, true)],
};

export const preluWord: Word = {
  name: "prelu",
  summary,
  parameters: [positional("init", { kind: "number" }, "The slopes before training.", "0.25")],
  lower: (call) => {
    const attributes = { init: argumentOf(call, "init", "number") ?? 0.25 };
    return [{ operation: "prelu", attributes, inputs: [call.current.node] }];
  },
};
