/**
 * A transposed convolution whose kernel is not a multiple of its stride: some positions of the result sum more taps than
 * their neighbours, and the pattern of the stride shows in the output (Odena, Dumoulin & Olah 2016, "Deconvolution and
 * Checkerboard Artifacts", Distill, section "Deconvolution & Overlap").
 *
 * Bilinear weights are not reported: per axis, they sum to 1 at every position (the kernel 2·stride − stride mod 2 of Long,
 * Shelhamer & Darrell 2015, section 3.3), whether or not the stride divides it.
 */

import { kernelOf } from "../../network/node-weights.ts";
import { transposedWindow } from "../../network/node-window.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const checkerboard = lint("lints/checkerboard", function* ({ graph }) {
  for (const node of graph.nodes) {
    const place = placeOf(node);
    const window = transposedWindow(node);
    if (window === undefined || place === undefined) continue;
    if (kernelOf(graph, node)?.initialisation.kind === "bilinear") continue;
    const { kernel, stride } = window;
    const axis = ([0, 1] as const).find((each) => kernel[each] % stride[each] !== 0);
    if (axis === undefined) continue;
    yield { facts: { kernel: kernel[axis], stride: stride[axis] }, ...place };
  }
});
