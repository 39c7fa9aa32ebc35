/** Resampling, bed of nails and pixel shuffle. */
import type { PerAxis } from "../../../axis.ts";
import { int, ints, text } from "../../../onnx/attribute.ts";
import { inputAt } from "../../../ops/rules.ts";
import { constantRatio } from "../../../sizes/constant-ratio.ts";
import type { Integers, Row, RowContext } from "../row.ts";

interface Resampling {
  readonly mode: "nearest" | "bilinear";
  readonly alignCorners: boolean;
}

export const resize: Row<"resize"> = (node, [map = ""], row) =>
  byFactor(map, node.attributes, node.attributes.factor, row);

/** By a factor where both sizes are in one whole ratio. */
export const resizeTo: Row<"resize_to"> = (node, [map = ""], row) => {
  const [from, to] = node.inputs.map((id) => inputAt(row.around.graph.nodes, id).map.size);
  if (from === undefined || to === undefined) throw new Error(`${node.name} lacks one of its inputs`);
  const { mode, alignCorners } = node.attributes;
  if (mode === "area") return areas(map, row);
  const factor = (axis: 0 | 1): number | undefined => {
    const [larger, smaller] = constantRatio(to[axis], from[axis]) ?? [];
    return smaller === 1 ? larger : undefined;
  };
  const [y, x] = [factor(0), factor(1)];
  if (y !== undefined && x !== undefined) return byFactor(map, { mode, alignCorners }, [y, x], row);
  if (mode === "nearest" && !alignCorners) return chosen(map, row);
  const both = { value: row.model.shapeOf(map, 0, 2) };
  const sizes = row.integers(row.joined(both, row.extent(1)));
  return row.main("Resize", [map, "", "", sizes], resizeAttributes({ mode, alignCorners }));
};

function byFactor(map: string, resampling: Resampling, [y, x]: PerAxis<number>, row: RowContext): string {
  const scales = row.constant("scales", [4], [1, 1, y, x]);
  return row.main("Resize", [map, "", scales], resizeAttributes(resampling));
}

function resizeAttributes({ mode, alignCorners }: Resampling) {
  if (mode === "nearest" && alignCorners) {
    return {
      mode: text("nearest"),
      coordinate_transformation_mode: text("align_corners"),
      nearest_mode: text("round_prefer_ceil"),
    };
  }
  if (mode === "nearest") {
    // Position ⌊o / factor⌋.
    return {
      mode: text("nearest"),
      coordinate_transformation_mode: text("asymmetric"),
      nearest_mode: text("floor"),
    };
  }
  return {
    mode: text("linear"),
    coordinate_transformation_mode: text(alignCorners ? "align_corners" : "half_pixel"),
  };
}

/** Position ⌊o · n / results⌋ in whole numbers: Resize would divide by a rounded scale, and take the position before it. */
function chosen(map: string, row: RowContext): string {
  const indices = (axis: 0 | 1): string => {
    const [cells, results] = [row.extentAlong(0, axis), row.extentAlong(1, axis)];
    const scalar = row.step("Squeeze", [row.integers(results)]);
    const range = row.step("Range", [row.model.integer(0), scalar, row.model.integer(1)]);
    return row.integers(row.calculate("divide", row.calculate("multiply", { value: range }, cells), results));
  };
  const tall = row.step("Gather", [map, indices(0)], { axis: int(2) });
  return row.main("Gather", [tall, indices(1)], { axis: int(3) });
}

/** Products of matrices: bin i of b over n positions goes from ⌊i · n / b⌋ up to ⌈(i + 1) · n / b⌉. */
function areas(map: string, row: RowContext): string {
  const { model } = row;
  const range = (extent: Integers): Integers => {
    const scalar = row.step("Squeeze", [row.integers(extent)]);
    return { value: row.step("Range", [model.integer(0), scalar, model.integer(1)]) };
  };
  /** [bins, positions], or its transpose: 1 / so many positions of a bin at each of them. */
  const means = (axis: 0 | 1): string => {
    const [cells, bins] = [row.extentAlong(0, axis), row.extentAlong(1, axis)];
    const across = model.integers([axis]);
    const bin = row.step("Unsqueeze", [row.integers(range(bins)), model.integers([1 - axis])]);
    const times = { value: row.step("Mul", [bin, row.integers(cells)]) };
    const start = row.integers(row.calculate("divide", times, bins));
    const over = row.calculate(
      "add",
      row.calculate("add", times, cells),
      row.calculate("subtract", bins, [1]),
    );
    const end = row.integers(row.calculate("divide", over, bins));
    const position = row.step("Unsqueeze", [row.integers(range(cells)), across]);
    const outside = row.step("Or", [
      row.step("Less", [position, start]),
      row.step("GreaterOrEqual", [position, end]),
    ]);
    const inside = row.step("Cast", [row.step("Not", [outside])], { to: int(1) });
    return row.step("Div", [inside, row.step("Cast", [row.step("Sub", [end, start])], { to: int(1) })]);
  };
  return row.main("MatMul", [row.step("MatMul", [means(0), map]), means(1)]);
}

/** A transposed convolution of each channel whose kernel is one at the top left. */
export const bedOfNails: Row<"bed_of_nails"> = (node, [map = ""], row) => {
  const { factor } = node.attributes;
  const { channels } = node.map;
  const window = factor[0] * factor[1];
  const nails = Array.from({ length: channels * window }, (_, i) => (i % window === 0 ? 1 : 0));
  const weight = row.constant("nails", [channels, 1, ...factor], nails);
  return row.main("ConvTranspose", [map, weight], {
    kernel_shape: ints(factor),
    strides: ints(factor),
    group: int(channels),
  });
};

export const pixelShuffle: Row<"pixel_shuffle"> = (node, [map = ""], row) => {
  const [y, x] = node.attributes.factor;
  if (y === x) return row.main("DepthToSpace", [map], { blocksize: int(y), mode: text("CRD") });
  const { channels } = node.map;
  const [height, width] = [row.extentAlong(0, 0), row.extentAlong(0, 1)];
  const apart = row.step("Reshape", [map, row.integers(row.joined([0, channels, y, x], height, width))]);
  const laid = row.step("Transpose", [apart], { perm: ints([0, 1, 4, 2, 5, 3]) });
  const rows = row.calculate("multiply", height, [y]);
  const columns = row.calculate("multiply", width, [x]);
  return row.main("Reshape", [laid, row.integers(row.joined([0, channels], rows, columns))]);
};

/** Not SpaceToDepth, which orders the channels otherwise. */
export const pixelUnshuffle: Row<"pixel_unshuffle"> = (node, [map = ""], row) => {
  const [y, x] = node.attributes.factor;
  const channels = node.map.channels / (y * x);
  const parts = (axis: 0 | 1, factor: number): Integers =>
    row.calculate("divide", row.extentAlong(0, axis), [factor]);
  const [height, width] = [parts(0, y), parts(1, x)];
  const apart = row.step("Reshape", [map, row.integers(row.joined([0, channels], height, [y], width, [x]))]);
  const laid = row.step("Transpose", [apart], { perm: ints([0, 1, 3, 5, 2, 4]) });
  return row.main("Reshape", [laid, row.integers(row.joined([0, node.map.channels], height, width))]);
};
