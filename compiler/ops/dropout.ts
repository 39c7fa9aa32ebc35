/** Dropout: in training, a random share of values becomes zero (Srivastava et al. 2014), or of whole images (Huang et al. 2016). */
import { refuse } from "../diagnostics/problem.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import { oneOf, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, flag, named, positional, required, requiredArgument } from "./parameters.ts";
import { cellwiseOperation } from "./rules.ts";
import { flagged, said, withSettings } from "./said.ts";
import type { Word } from "./word.ts";

export const dropout: Operation<Attributes["dropout"]> = {
  ...cellwiseOperation<Attributes["dropout"]>({
    name: "dropout",
    summary:
      "In training, values (or whole channels, or all of an image) become zero at random and the others are divided by the share that is kept.",
    kind: "dropout",
    label: ({ rate, drops }) => `${drops === "images" ? "stochastic depth" : "dropout"} ${rate}`,
    schema: { rate: real, drops: oneOf("values", "channels", "images") },
    say: ({ rate, drops }) =>
      withSettings(
        said(drops === "images" ? "stochastic_depth" : "dropout"),
        [`${rate}`],
        flagged("spatial", drops === "channels"),
      ),
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
    if (rate >= 1) return refuse("operations/rate-of-one", { word: "dropout", rate }, "rate");
    const spatial = argumentOf(call, "spatial", "flag") ?? false;
    const attributes = { rate, drops: spatial ? "channels" : "values" } as const;
    return [{ operation: "dropout", attributes, inputs: [call.current.node] }];
  },
};

export const stochasticDepthWord: Word = {
  name: "stochastic_depth",
  summary:
    "In training, the feature map of a random share of images becomes zero: the end of a residual branch.",
  parameters: [required("rate", { kind: "number", least: 0, most: 1 }, "The share of images, below 1.")],
  lower: (call) => {
    const rate = requiredArgument(call, "rate", "number");
    if (rate >= 1) return refuse("operations/rate-of-one", { word: "stochastic_depth", rate }, "rate");
    return [{ operation: "dropout", attributes: { rate, drops: "images" }, inputs: [call.current.node] }];
  },
};
