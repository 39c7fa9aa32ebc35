/** Local response normalisation across channels (Krizhevsky, Sutskever & Hinton 2012, section 3.3). */
import { refuse } from "../diagnostics/problem.ts";
import type { Attributes } from "./attributes.ts";
import { count as countNotation, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, count, positional } from "./parameters.ts";
import { cellwiseOperation, sameChannels } from "./rules.ts";
import { said, withSettings } from "./said.ts";
import type { Word } from "./word.ts";

export const lrn: Operation<Attributes["lrn"]> = {
  ...cellwiseOperation<Attributes["lrn"]>({
    name: "lrn",
    summary:
      "Each value divided by (k + alpha/size · the sum of squares of the size channels around it) to the power beta.",
    kind: "normalisation",
    label: () => "LRN",
    schema: { size: countNotation, alpha: real, beta: real, k: real },
    say: ({ size, alpha, beta, k }) => withSettings(said("lrn"), [size, alpha, beta, k].map(String)),
  }),
  channels: (attributes, inputs) => {
    const { size, k } = attributes;
    if (size % 2 === 0) return refuse("operations/lrn-needs-odd-size", { size }, "size");
    if (k <= 0) return refuse("operations/lrn-needs-positive-k", { k }, "k");
    return sameChannels(attributes, inputs);
  },
};

export const lrnWord: Word = {
  name: "lrn",
  summary: "Local response normalisation across channels, as Caffe has it: alpha is divided by the size.",
  parameters: [
    positional("size", count, "Channels in a window, an odd number.", "5"),
    positional("alpha", { kind: "number", least: 0 }, "The weight of the mean square.", "1e-4"),
    positional("beta", { kind: "number", least: 0 }, "The exponent.", "0.75"),
    positional("k", { kind: "number", least: 0 }, "The constant added to the mean square, above 0.", "1"),
  ],
  lower: (call) => {
    const attributes = {
      size: argumentOf(call, "size", "count") ?? 5,
      alpha: argumentOf(call, "alpha", "number") ?? 1e-4,
      beta: argumentOf(call, "beta", "number") ?? 0.75,
      k: argumentOf(call, "k", "number") ?? 1,
    };
    return [{ operation: "lrn", attributes, inputs: [call.current.node] }];
  },
};
