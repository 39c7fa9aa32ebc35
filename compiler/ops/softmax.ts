/** Softmax over the channels of a position; and the word, which also takes it over the positions of a channel. */
import type { Attributes } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, named } from "./parameters.ts";
import { cellwiseOperation } from "./rules.ts";
import { said } from "./said.ts";
import type { Word } from "./word.ts";

export const softmax: Operation<Attributes["softmax"]> = {
  ...cellwiseOperation<Attributes["softmax"]>({
    name: "softmax",
    summary: "The exponentials of the channels of a position, divided by their sum.",
    kind: "activation",
    label: () => "softmax",
    schema: {},
    say: () => said("softmax"),
  }),
  moment: "ends",
  probabilities: "of classes",
};

export const softmaxWord: Word = {
  name: "softmax",
  summary:
    "Exponentials divided by their sum: over the channels of each position, or over the positions of each channel.",
  parameters: [
    named(
      "over",
      { kind: "choice", words: ["channels", "space"] },
      "What sums to one: the channels of each position, or the positions of each channel.",
      "channels",
    ),
  ],
  lower: (call) => {
    const operation = argumentOf(call, "over", "choice") === "space" ? "spatial_softmax" : "softmax";
    return [{ operation, attributes: {}, inputs: [call.current.node] }];
  },
};
