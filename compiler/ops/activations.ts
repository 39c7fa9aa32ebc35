/** Activations: a function of each value, or of the channels at each position. */
import type { Attributes } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, positional } from "./parameters.ts";
import { cellwiseOperation, inputAt, perChannel } from "./rules.ts";
import type { Word } from "./word.ts";

const summaries = {
  relu: "The value, or zero if it is negative.",
  relu6: "The value, clipped to 0 … 6.",
  leaky_relu: "The value, or slope times it if it is negative.",
  elu: "The value, or alpha·(e^value − 1) if it is negative (Clevert, Unterthiner & Hochreiter 2016).",
  prelu: "The value, or a learned slope times it if it is negative, one slope per channel (He et al. 2015).",
  sigmoid: "1 / (1 + e^−value).",
  tanh: "The hyperbolic tangent.",
  softmax: "The exponentials of the channels of a position, divided by their sum.",
} as const;

export const relu: Operation<Attributes["relu"]> = cellwiseOperation("relu", summaries.relu);
export const relu6: Operation<Attributes["relu6"]> = cellwiseOperation("relu6", summaries.relu6);
export const leakyRelu: Operation<Attributes["leaky_relu"]> = cellwiseOperation(
  "leaky_relu",
  summaries.leaky_relu,
);
export const elu: Operation<Attributes["elu"]> = cellwiseOperation("elu", summaries.elu);
export const prelu: Operation<Attributes["prelu"]> = cellwiseOperation("prelu", summaries.prelu, {
  weights: ({ init }, inputs) => [perChannel("slope", inputAt(inputs, 0), init, true)],
});
export const sigmoid: Operation<Attributes["sigmoid"]> = cellwiseOperation("sigmoid", summaries.sigmoid);
export const tanh: Operation<Attributes["tanh"]> = cellwiseOperation("tanh", summaries.tanh);
export const softmax: Operation<Attributes["softmax"]> = cellwiseOperation("softmax", summaries.softmax);

function plain(operation: "relu" | "relu6" | "sigmoid" | "tanh" | "softmax"): Word {
  return {
    name: operation,
    summary: summaries[operation],
    parameters: [],
    lower: (call) => [{ operation, attributes: {}, inputs: [call.current.node] }],
  };
}

export const activationWords: readonly Word[] = [
  plain("relu"),
  plain("relu6"),
  plain("sigmoid"),
  plain("tanh"),
  plain("softmax"),
  {
    name: "leaky_relu",
    summary: summaries.leaky_relu,
    parameters: [positional("slope", { kind: "number", least: 0 }, "The slope below zero.", "0.01")],
    lower: (call) => {
      const attributes = { slope: argumentOf(call, "slope", "number") ?? 0.01 };
      return [{ operation: "leaky_relu", attributes, inputs: [call.current.node] }];
    },
  },
  {
    name: "elu",
    summary: summaries.elu,
    parameters: [
      positional(
        "alpha",
        { kind: "number", least: 0 },
        "The negative of the limit for large negative values.",
        "1",
      ),
    ],
    lower: (call) => {
      const attributes = { alpha: argumentOf(call, "alpha", "number") ?? 1 };
      return [{ operation: "elu", attributes, inputs: [call.current.node] }];
    },
  },
  {
    name: "prelu",
    summary: summaries.prelu,
    parameters: [positional("init", { kind: "number" }, "The slopes before training.", "0.25")],
    lower: (call) => {
      const attributes = { init: argumentOf(call, "init", "number") ?? 0.25 };
      return [{ operation: "prelu", attributes, inputs: [call.current.node] }];
    },
  },
];
