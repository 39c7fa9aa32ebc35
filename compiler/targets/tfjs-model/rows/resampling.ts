/** Resampling by a factor or to the size of another feature map. */
import { inputAt } from "../../../ops/rules.ts";
import { constantRatio } from "../../../sizes/constant-ratio.ts";
import { bool, type } from "../attribute.ts";
import type { Integers, Row, RowContext } from "../row.ts";

interface Resampling {
  readonly mode: "nearest" | "bilinear";
  readonly alignCorners: boolean;
}

export const resize: Row<"resize"> = (node, [map = ""], row) => {
  const { factor } = node.attributes;
  if (factor[0] === 1 && factor[1] === 1) return map;
  const sizes: AxisSizes = (axis) => row.calculate("multiply", row.extentAlong(0, axis), [factor[axis]]);
  return resampled(map, node.attributes, sizes, true, row);
};

export const resizeTo: Row<"resize_to"> = (node, [map = ""], row) => {
  const [from, to] = node.inputs.map((id) => inputAt(row.around.graph.nodes, id).map.size);
  if (from === undefined || to === undefined) throw new Error(`${node.name} lacks one of its inputs`);
  const whole = ([0, 1] as const).every((axis) => constantRatio(to[axis], from[axis])?.[1] === 1);
  return resampled(map, node.attributes, (axis) => row.extentAlong(1, axis), whole, row);
};

type AxisSizes = (axis: 0 | 1) => Integers;

/** @param whole whether both sizes are whole multiples of the feature map's */
function resampled(
  map: string,
  { mode, alignCorners }: Resampling,
  sizes: AxisSizes,
  whole: boolean,
  row: RowContext,
): string {
  if (mode === "nearest" && alignCorners) throw new Error("no word makes aligned corners of the nearest");
  if (mode === "nearest" && !whole) return chosen(map, sizes, row);
  // The nearest of half-pixel centres is position ⌊o / factor⌋, and never near a rounding error.
  const op = mode === "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear";
  return row.step(op, [map, row.integers(row.joined(sizes(0), sizes(1)))], {
    align_corners: bool(alignCorners),
    half_pixel_centers: bool(!alignCorners),
  });
}

/** Position ⌊o · n / m⌋ in whole numbers: the kernel divides by a rounded scale, and takes the position before it. */
function chosen(map: string, sizes: AxisSizes, row: RowContext): string {
  const { builder } = row;
  return ([0, 1] as const).reduce((value, axis) => {
    const [cells, results] = [row.integers(row.extentAlong(0, axis)), row.integers(sizes(axis))];
    const bounds = [builder.integer(0), row.step("Squeeze", [results]), builder.integer(1)];
    const range = row.step("Range", bounds, { Tidx: type("DT_INT32") });
    const indices = row.step("FloorDiv", [row.step("Mul", [range, cells]), results]);
    return row.step("GatherV2", [value, indices, builder.integer(1 + axis)]);
  }, map);
}
