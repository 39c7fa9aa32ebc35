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
  const { mode, alignCorners } = node.attributes;
  if (mode === "area") return areas(map, node.map.channels, row);
  const whole = ([0, 1] as const).every((axis) => constantRatio(to[axis], from[axis])?.[1] === 1);
  return resampled(map, { mode, alignCorners }, (axis) => row.extentAlong(1, axis), whole, row);
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

/**
 * The mean of each bin, bin i of b over n positions from ⌊i · n / b⌋ up to ⌈(i + 1) · n / b⌉: products with matrices along the height
 * and along the width.
 */
function areas(map: string, channels: number, row: RowContext): string {
  const { builder } = row;
  const scalar = (extent: Integers): string => row.step("Squeeze", [row.integers(extent)]);
  const range = (extent: Integers): string =>
    row.step("Range", [builder.integer(0), scalar(extent), builder.integer(1)], { Tidx: type("DT_INT32") });
  /** [bins, positions] */
  const means = (axis: 0 | 1): string => {
    const [cells, bins] = [row.extentAlong(0, axis), row.extentAlong(1, axis)];
    const bin = range(bins);
    const times = row.step("Mul", [bin, row.integers(cells)]);
    const start = row.step("FloorDiv", [times, row.integers(bins)]);
    const more = row.integers(row.calculate("add", cells, row.calculate("subtract", bins, [1])));
    const end = row.step("FloorDiv", [row.step("AddV2", [times, more]), row.integers(bins)]);
    // In float32, whose kernels broadcast on every backend: 1 from the start of a bin on, times 1 up to its end.
    const float = (value: string): string => row.step("Cast", [value], { DstT: type("DT_FLOAT") });
    const column = (vector: string): string =>
      row.step("Reshape", [float(vector), builder.integers([-1, 1])]);
    const position = row.step("Reshape", [float(range(cells)), builder.integers([1, -1])]);
    const upToOne = (value: string): string =>
      row.step("ClipByValue", [value, builder.number(0), builder.number(1)]);
    const [first, last] = [column(start), column(end)];
    const started = upToOne(row.step("AddV2", [row.step("Sub", [position, first]), builder.number(1)]));
    const inside = row.step("Mul", [started, upToOne(row.step("Sub", [last, position]))]);
    return row.step("RealDiv", [inside, row.step("Sub", [last, first])]);
  };
  const [height, width] = [row.extentAlong(0, 0), row.extentAlong(0, 1)];
  const [rows, columns] = [row.extentAlong(1, 0), row.extentAlong(1, 1)];
  const reshaped = (value: string, ...extents: readonly Integers[]): string =>
    row.step("Reshape", [value, row.integers(row.joined(...extents))]);
  const ordered = (value: string, order: readonly number[]): string =>
    row.step("Transpose", [value, builder.integers(order)]);
  const product = (matrix: string, lines: string): string =>
    row.step("MatMul", [matrix, lines], { transpose_a: bool(false), transpose_b: bool(false) });
  const first = reshaped(ordered(map, [1, 0, 2, 3]), height, [-1]);
  const down = reshaped(product(means(0), first), rows, [-1], width, [channels]);
  const second = reshaped(ordered(down, [2, 1, 0, 3]), width, [-1]);
  const across = reshaped(product(means(1), second), columns, [-1], rows, [channels]);
  return ordered(across, [1, 2, 0, 3]);
}
