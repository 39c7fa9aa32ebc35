/** Words for what a target of `fcn emit` cannot express. */
import type { Wording } from "./wording.ts";

export const targets = {
  "targets/crf-without-window": (facts: { readonly target: string }): Wording => ({
    message: `${facts.target} cannot express a fully connected crf: the permutohedral lattice that it sums over is built from each image, and a model has a fixed graph`,
    label: "every position receives messages from all others",
    help: "give it a window, which is summed exactly and uses the same weights: crf(image, window = 7); or emit the network without it",
  }),
  "targets/too-large": (facts: {
    readonly target: string;
    /** Of all weights. */
    readonly bytes: number;
    readonly most: number;
    /** With the most weights. */
    readonly layer: string;
  }): Wording => ({
    message: `the weights take ${gigabytes(facts.bytes)} GB, and ${facts.target === "onnx" ? "an ONNX file" : facts.target} holds ${gigabytes(facts.most)} GB at most`,
    label: `most of them are in ${facts.layer}`,
    help: "make this layer narrower, or replace dense by conv and a pool",
  }),
};

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
