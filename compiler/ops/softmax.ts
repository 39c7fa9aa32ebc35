/** Softmax over the channels of a position. */
import type { Attributes } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import { cellwiseOperation } from "./rules.ts";
import { said } from "./said.ts";
import type { Word } from "./word.ts";

const summary = "The exponentials of the channels of a position, divided by their sum.";

export const softmax: Operation<Attributes["softmax"]> = {
  ...cellwiseOperation<Attributes["softmax"]>({
    name: "softmax",
    summary,
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
  summary,
  parameters: [],
  lower: (call) => [{ operation: "softmax", attributes: {}, inputs: [call.current.node] }],
};
