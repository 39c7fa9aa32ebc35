/**
 * A padded window of even extent with stride 1: its centre is between two positions, so the result is shifted by half a
 * position, however it is padded (Wu et al. 2019, "Convolution with
 * even-sized kernels and symmetric padding", section 3.1). With a larger stride this is intended: one position stands for
 * several. It is also intended without padding: a sliding classifier describes the centre of its patch.
 */

import { axes } from "../../axis.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { divide, formatRational, rational } from "../../geometry/rational.ts";
import { slidingWindow } from "../../network/node-window.ts";
import { reachOf } from "../../ops/padding.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const evenKernel = lint("lints/even-kernel", function* ({ graph }) {
  for (const node of graph.nodes) {
    const place = placeOf(node);
    const window = slidingWindow(node);
    if (window === undefined || place === undefined) continue;
    const { kernel, stride, dilation, padding } = window;
    const axis = ([0, 1] as const).find(
      (each) =>
        stride[each] === 1 &&
        padding[each].before + padding[each].after > 0 &&
        reachOf(kernel[each], dilation[each]) % 2 === 0,
    );
    if (axis === undefined) continue;
    const grid = gridWithin(node.map.geometry[axis]);
    const pixels = grid === undefined ? undefined : formatRational(divide(grid.stride, rational(2)));
    yield { facts: { kernel: kernel[axis], axis: axes[axis], pixels }, ...place };
  }
});
