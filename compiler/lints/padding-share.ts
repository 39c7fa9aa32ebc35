/**
 * A window most of whose taps fall into the padding. At the size the network is trained on: where a dilation comes near
 * the size of its map, a 3x3 kernel is a 1x1 one (Chen et al. 2017, "Rethinking Atrous Convolution", section 3.3). At any
 * size: where the padding is as wide as the window, the outer windows see nothing but zeros, as FCN's first layer does.
 */
import { type PerAxis, perAxis } from "../axis.ts";
import type { GraphNode } from "../ir/graph.ts";
import { reachOf } from "../ops/padding.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

/** A square 3x3 window that lies on one cell of the map has 8 of 9 taps outside, on four cells 5 of 9. */
const mostOutside = 3 / 4;

export const paddingShare = lint("lints/padding-share", function* ({ graph, trained }) {
  const shapes = trained()?.shapes;
  for (const node of graph.nodes) {
    const place = placeOf(node);
    if (!isPadded(node) || place === undefined) continue;
    const source = shapes?.[node.inputs[0] ?? -1];
    const size = shapes?.[node.id];
    if (source !== undefined && size !== undefined) {
      const [y, x] = perAxis((axis) =>
        shareInside(node, axis, source[axis === 0 ? 1 : 2], size[axis === 0 ? 1 : 2]),
      );
      const outside = 1 - y * x;
      if (outside > mostOutside) {
        const facts = {
          kind: "share",
          percent: Math.floor(100 * outside),
          cells: [source[1], source[2]],
        } as const;
        yield { facts, ...place };
        continue;
      }
    }
    const blind = perAxis((axis) => windowsInPadding(node, axis));
    const axis = ([0, 1] as const).find((each) => blind[each] > 0);
    if (axis !== undefined) yield { facts: { kind: "blind", windows: blind[axis] }, ...place };
  }
});

type Padded = Extract<GraphNode, { operation: "conv" | "maxpool" | "avgpool" }>;

function isPadded(node: GraphNode): node is Padded {
  const { operation } = node;
  if (operation !== "conv" && operation !== "maxpool" && operation !== "avgpool") return false;
  return node.attributes.padding.some(({ before, after }) => before > 0 || after > 0);
}

/** Of the taps of all windows along an axis, the share that lies on the map. */
function shareInside({ attributes }: Padded, axis: 0 | 1, cells: number, windows: number): number {
  const { before } = attributes.padding[axis];
  const [kernel, stride, dilation] = [
    attributes.kernel[axis],
    attributes.stride[axis],
    attributes.dilation[axis],
  ];
  let inside = 0;
  for (let tap = 0; tap < kernel; tap++) {
    const start = tap * dilation - before;
    const first = Math.max(0, Math.ceil(-start / stride));
    const last = Math.min(windows - 1, Math.floor((cells - 1 - start) / stride));
    inside += Math.max(0, last - first + 1);
  }
  return inside / (kernel * windows);
}

/** Windows before the first that touches the map. */
function windowsInPadding({ attributes }: Padded, axis: 0 | 1): number {
  const { before, after } = attributes.padding[axis];
  const { kernel, stride, dilation } = attributes as {
    readonly [K in "kernel" | "stride" | "dilation"]: PerAxis<number>;
  };
  const past = Math.max(before, after) - reachOf(kernel[axis], dilation[axis]);
  return past < 0 ? 0 : Math.floor(past / stride[axis]) + 1;
}
