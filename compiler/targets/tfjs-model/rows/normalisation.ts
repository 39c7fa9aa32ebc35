/** Normalisation that looks at one image, and over channels. */
import type { ImageNormalisationAttributes } from "../../../ops/attributes.ts";
import { bool, float, int } from "../attribute.ts";
import type { Row, RowContext } from "../row.ts";

export const instancenorm: Row<"instancenorm"> = (node, [map = ""], row) => {
  const { channels } = node.map;
  return normalised(map, node.attributes, (x) => groupMean(x, { groups: channels, channels }, row), row);
};

export const groupnorm: Row<"groupnorm"> = (node, [map = ""], row) => {
  const groups = { groups: node.attributes.groups, channels: node.map.channels };
  return normalised(map, node.attributes, (x) => groupMean(x, groups, row), row);
};

export const layernorm: Row<"layernorm"> = (node, [map = ""], row) => {
  const overChannels = (x: string) =>
    row.step("Mean", [x, row.builder.integers([3])], { keep_dims: bool(true) });
  return normalised(map, node.attributes, overChannels, row);
};

interface Groups {
  readonly groups: number;
  readonly channels: number;
}

/** (x − mean) · scale / √(variance + epsilon) + shift, with the mean and variance of the values that `meanOf` takes together. */
function normalised(
  map: string,
  { epsilon, scale, shift }: ImageNormalisationAttributes,
  meanOf: (map: string) => string,
  row: RowContext,
): string {
  const { builder } = row;
  const centred = row.step("Sub", [map, meanOf(map)]);
  const variance = meanOf(row.step("Square", [centred]));
  const inverse = row.step("Rsqrt", [row.step("AddV2", [variance, builder.number(epsilon)])]);
  const factor = scale ? row.step("Mul", [inverse, row.weight("scale")]) : inverse;
  const scaled = row.step("Mul", [centred, factor]);
  return shift ? row.step("AddV2", [scaled, row.weight("shift")]) : scaled;
}

/** [batch, 1, 1, channels]: for each channel the mean over the positions and the channels of its group. */
function groupMean(map: string, { groups, channels }: Groups, row: RowContext): string {
  const { builder } = row;
  const keep = { keep_dims: bool(true) };
  const each = row.step("Mean", [map, builder.integers([1, 2])], keep);
  if (groups === channels) return each;
  const members = channels / groups;
  const apart = row.step("Reshape", [each, builder.integers([-1, groups, members])]);
  const mean = row.step("Mean", [apart, builder.integers([2])], keep);
  const spread = row.step("Tile", [mean, builder.integers([1, 1, members])]);
  return row.step("Reshape", [spread, builder.integers([-1, 1, 1, channels])]);
}

/** TensorFlow multiplies the sum of squares by alpha, Caffe by alpha / size. */
export const lrn: Row<"lrn"> = (node, inputs, row) => {
  const { size, alpha, beta, k } = node.attributes;
  return row.step("LRN", inputs, {
    depth_radius: int((size - 1) / 2),
    bias: float(k),
    alpha: float(alpha / size),
    beta: float(beta),
  });
};

/** TensorFlow's own is over the last dimension. */
export const spatialSoftmax: Row<"spatial_softmax"> = (_, [map = ""], row) => {
  const positions = row.builder.integers([1, 2]);
  const keep = { keep_dims: bool(true) };
  const powers = row.step("Exp", [row.step("Sub", [map, row.step("Max", [map, positions], keep)])]);
  return row.step("RealDiv", [powers, row.step("Sum", [powers, positions], keep)]);
};
