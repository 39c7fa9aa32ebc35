/** Messages about what a target of `fcn emit` cannot express. */
import type { Wording } from "./wording.ts";

export const targets = {
  "targets/crf": (facts: { readonly target: string }): Wording => ({
    message: `${facts.target} cannot express a crf`,
    label: "this layer",
    help: "emit the network without this layer and refine its probabilities afterwards by a conditional random field; or give the crf a window and emit it to ONNX, TypeScript or PyTorch",
  }),
  "targets/crf-without-window": (facts: { readonly target: string; readonly because: string }): Wording => ({
    message: `${facts.target} cannot express a fully connected crf: its permutohedral lattice is built for each image, and ${facts.because}`,
    label: "every position receives messages from all others",
    help: "use a window, which is computed exactly with the same weights: crf(image, window = 7); or emit the network without the crf",
  }),
  "targets/loss": (facts: {
    readonly target: string;
    readonly loss: string;
    readonly output: string;
  }): Wording => ({
    message: `${facts.target} cannot train the output \`${facts.output}\` by ${facts.loss}`,
    label: "this output",
    help: "use another loss in the train section of what is emitted; prediction does not depend on it",
  }),
  "targets/same-name": (facts: {
    readonly target: string;
    readonly name: string;
    readonly other: string;
    /** What both would be called. */
    readonly identifier: string;
  }): Wording => ({
    message: `\`${facts.name}\` and \`${facts.other}\` would both be called ${facts.identifier} in ${facts.target}`,
    label: "the second of them",
    help: "give one of them another name in what is emitted",
  }),
  "targets/too-large": (facts: {
    readonly target: string;
    /** Size of all weights. */
    readonly bytes: number;
    readonly most: number;
    /** The layer with the most weights. */
    readonly layer: string;
  }): Wording => ({
    message: `the weights take ${gigabytes(facts.bytes)} GB, and ${facts.target === "onnx" ? "an ONNX file" : facts.target} holds ${gigabytes(facts.most)} GB at most`,
    label: `most of them belong to ${facts.layer}`,
    help: "use fewer channels in this layer, or replace dense by conv and a pool",
  }),
};

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
