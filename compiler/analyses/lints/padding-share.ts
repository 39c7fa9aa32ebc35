/**
 * A window whose taps fall into the padding. At the size the network is trained on, more than three quarters of what the
 * windows that touch the feature map read: where a dilation comes near the size of its feature map, a 3x3 kernel is a 1x1 one
 * (Chen et al. 2017, "Rethinking Atrous Convolution", section 3.3), which is a warning; without dilation the feature map itself
 * is that small, as the last of published encoders that end in one position (Isola et al. 2017), which is information. At any
 * size: windows that see nothing but zeros, as FCN's first layer has them, which is information where the network crops them away
 * later (Long, Shelhamer & Darrell 2015), and a warning where it does not.
 */

import { perAxis } from "../../axis.ts";
import type { GraphNode } from "../../network/graph.ts";
import { readInputs } from "../../network/node-inputs.ts";
import { slidingWindow } from "../../network/node-window.ts";
import { reachOf } from "../../ops/padding.ts";
import { operationOf } from "../../ops/registry.ts";
import type { Window } from "../../ops/windowed.ts";
import { type LintSubject, lint } from "./lint.ts";
import { placeOf } from "./place.ts";

/** A square 3x3 window on a feature map of one position has 8 of 9 taps outside, on four positions 5 of 9. */
const mostOutside = 3 / 4;

export const paddingShare = lint("lints/padding-share", function* (subject) {
  const { graph } = subject;
  const shapes = subject.trained()?.shapes;
  for (const node of graph.nodes) {
    const place = placeOf(node);
    const window = slidingWindow(node);
    const padded = window?.padding.some(({ before, after }) => before > 0 || after > 0);
    if (window === undefined || !padded || place === undefined) continue;
    const source = shapes?.[node.inputs[0] ?? -1];
    const size = shapes?.[node.id];
    if (source !== undefined && size !== undefined) {
      const [y, x] = perAxis((axis) =>
        shareInside(window, axis, source[axis === 0 ? 1 : 2], size[axis === 0 ? 1 : 2]),
      );
      const outside = 1 - y * x;
      if (outside > mostOutside) {
        const facts = {
          kind: "share",
          percent: Math.floor(100 * outside),
          cells: [source[1], source[2]],
          dilated: window.dilation.some((dilation) => dilation > 1),
        } as const;
        yield { facts, ...place };
        continue;
      }
    }
    const blind = perAxis((axis) => windowsInPadding(window, axis));
    const axis = ([0, 1] as const).find((each) => blind[each] > 0);
    if (axis === undefined) continue;
    yield { facts: { kind: "blind", windows: blind[axis], cropped: cropsLater(subject, node) }, ...place };
  }
});

/** Whether a crop follows on some way to an output. */
function cropsLater({ readers }: LintSubject, node: GraphNode): boolean {
  const seen = new Set<GraphNode>();
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const reader of readers[next.id] ?? []) {
      if (seen.has(reader) || !readInputs(reader).includes(next.id)) continue;
      if (operationOf(reader).kind === "crop") return true;
      seen.add(reader);
      waiting.push(reader);
    }
  }
  return false;
}

/** Of the taps of the windows that touch the feature map, along an axis, the share that is inside it. */
function shareInside(window: Window, axis: 0 | 1, cells: number, windows: number): number {
  const { before } = window.padding[axis];
  const [kernel, stride, dilation] = [window.kernel[axis], window.stride[axis], window.dilation[axis]];
  const reach = (kernel - 1) * dilation;
  const firstTouching = Math.max(0, Math.ceil((before - reach) / stride));
  const lastTouching = Math.min(windows - 1, Math.floor((cells - 1 + before) / stride));
  // Taps before and after these are in the padding at every window, however large the kernel is.
  const firstTap = Math.max(0, Math.ceil((before - (windows - 1) * stride) / dilation));
  const lastTap = Math.min(kernel - 1, Math.floor((cells - 1 + before) / dilation));
  let inside = 0;
  for (let tap = firstTap; tap <= lastTap; tap++) {
    const start = tap * dilation - before;
    const first = Math.max(0, Math.ceil(-start / stride));
    const last = Math.min(windows - 1, Math.floor((cells - 1 - start) / stride));
    inside += Math.max(0, last - first + 1);
  }
  return inside / (kernel * Math.max(1, lastTouching - firstTouching + 1));
}

/** Number of windows before the first that overlaps the feature map. */
function windowsInPadding({ kernel, stride, dilation, padding }: Window, axis: 0 | 1): number {
  const { before, after } = padding[axis];
  const past = Math.max(before, after) - reachOf(kernel[axis], dilation[axis]);
  return past < 0 ? 0 : Math.floor(past / stride[axis]) + 1;
}
