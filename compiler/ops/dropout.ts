/** Dropout: in training, a random share of values becomes zero (Srivastava et al. 2014). */
import { refuse } from "../diagnostics/problem.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import { flag as flagNotation, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, flag, named, positional } from "./parameters.ts";
import { cellwiseOperation } from "./rules.ts";
import { flagged, said, withSettings } from "./said.ts";
import type { Word } from "./word.ts";

export const dropout: Operation<Attributes["dropout"]> = {
  ...cellwiseOperation<Attributes["dropout"]>({
    name: "dropout",
    summary:
      "In training, values (or whole channels) become zero at random and the others are divided by the share that is kept.",
    kind: "dropout",
    label: ({ rate }) => `dropout ${rate}`,
    schema: { rate: real, spatial: flagNotation },
    say: ({ rate, spatial }) => withSettings(said("dropout"), [`${rate}`], flagged("spatial", spatial)),
  }),
  traits: { pointwise: true, training: true },
};

export function isDropout<N extends { readonly operation: OperationName }>(
  node: N,
): node is Extract<N, { readonly operation: "dropout" }> {
  return node.operation === "dropout";
}

export const dropoutWord: Word = {
  name: "dropout",
  summary: "In training, a random share of values becomes zero.",
  parameters: [
    positional("rate", { kind: "number", least: 0, most: 1 }, "The share that is dropped, below 1.", "0.5"),
    named("spatial", flag, "Drop whole channels (Tompson et al. 2015).", "false"),
  ],
  lower: (call) => {
    const rate = argumentOf(call, "rate", "number") ?? 0.5;
    if (rate >= 1) return refuse("operations/rate-of-one", { rate }, "rate");
    const attributes = { rate, spatial: argumentOf(call, "spatial", "flag") ?? false };
    return [{ operation: "dropout", attributes, inputs: [call.current.node] }];
  },
};
