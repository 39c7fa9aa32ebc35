/** Rectifier with a learned slope below zero, one for each channel or one for all (He et al. 2015). */
import type { Attributes } from "./attributes.ts";
import { flag as flagNotation, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, flag, named, positional } from "./parameters.ts";
import { cellwiseOperation, inputAt, perChannel } from "./rules.ts";
import { flagged, said, unless, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import type { Word } from "./word.ts";

const summary =
  "The value, or a learned slope times it if it is negative, one slope per channel or one for all (He et al. 2015).";

export const prelu: Operation<Attributes["prelu"]> = {
  ...cellwiseOperation<Attributes["prelu"]>({
    name: "prelu",
    summary,
    kind: "activation",
    label: () => "PReLU",
    schema: { init: policy(real), shared: flagNotation },
    say: ({ init, shared }) =>
      withSettings(said("prelu"), unless(`${init}`, "0.25", "init"), flagged("shared", shared)),
  }),
  moment: "halves",
  weights: ({ init, shared }, inputs) => [perChannel("slope", shared ? 1 : inputAt(inputs, 0), init, true)],
};

export const preluWord: Word = {
  name: "prelu",
  summary,
  parameters: [
    positional("init", { kind: "number" }, "The slopes before training.", "0.25"),
    named("shared", flag, "One slope for all channels.", "false: one for each"),
  ],
  lower: (call) => {
    const attributes = {
      init: argumentOf(call, "init", "number") ?? 0.25,
      shared: argumentOf(call, "shared", "flag") ?? false,
    };
    return [{ operation: "prelu", attributes, inputs: [call.current.node] }];
  },
};
