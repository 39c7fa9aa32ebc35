/** Normalisation that looks at one image, and softmax. */
import { float, int, ints } from "../../../onnx/attribute.ts";
import type { Row } from "../row.ts";

export const instancenorm: Row<"instancenorm"> = (node, [map = ""], row) => {
  const { epsilon, scale, shift } = node.attributes;
  const { channels } = node.map;
  const all = (what: string, value: number) =>
    row.constant(what, [channels], new Array<number>(channels).fill(value));
  return row.main(
    "InstanceNormalization",
    [map, scale ? row.weight("scale") : all("ones", 1), shift ? row.weight("shift") : all("zeros", 0)],
    { epsilon: float(epsilon) },
  );
};

/** The channels of a group as one: instance normalisation of [batch, groups, channels of a group × positions]. */
export const groupnorm: Row<"groupnorm"> = (node, [map = ""], row) => {
  const { groups, epsilon, scale, shift } = node.attributes;
  const { channels } = node.map;
  const all = (what: string, value: number) =>
    row.constant(what, [groups], new Array<number>(groups).fill(value));
  const grouped = row.step("Reshape", [map, row.model.integers([0, groups, -1])]);
  const standard = row.step("InstanceNormalization", [grouped, all("ones", 1), all("zeros", 0)], {
    epsilon: float(epsilon),
  });
  const back = [standard, row.shape(0)];
  const each = [channels, 1, 1];
  if (!scale && !shift) return row.main("Reshape", back);
  const restored = row.step("Reshape", back);
  if (!scale) return row.main("Add", [restored, row.weight("shift", each)]);
  if (!shift) return row.main("Mul", [restored, row.weight("scale", each)]);
  const scaled = row.step("Mul", [restored, row.weight("scale", each)]);
  return row.main("Add", [scaled, row.weight("shift", each)]);
};

/** ONNX normalises the last axes: the channels last and back. */
export const layernorm: Row<"layernorm"> = (node, [map = ""], row) => {
  const { epsilon, scale, shift } = node.attributes;
  const { channels } = node.map;
  const ones = () => row.constant("ones", [channels], new Array<number>(channels).fill(1));
  const last = row.step("Transpose", [map], { perm: ints([0, 2, 3, 1]) });
  const standard = row.step(
    "LayerNormalization",
    [last, scale ? row.weight("scale") : ones(), ...(shift ? [row.weight("shift")] : [])],
    { axis: int(-1), epsilon: float(epsilon) },
  );
  return row.main("Transpose", [standard], { perm: ints([0, 3, 1, 2]) });
};

/** ONNX divides alpha by the size, as Caffe does. */
export const lrn: Row<"lrn"> = (node, inputs, row) => {
  const { size, alpha, beta, k } = node.attributes;
  return row.main("LRN", inputs, {
    size: int(size),
    alpha: float(alpha),
    beta: float(beta),
    bias: float(k),
  });
};

export const softmax: Row<"softmax"> = (_, inputs, row) => row.main("Softmax", inputs, { axis: int(1) });

/** Over the last axis of [batch, channels, positions]. */
export const spatialSoftmax: Row<"spatial_softmax"> = (node, [map = ""], row) => {
  const flat = row.step("Reshape", [map, row.model.integers([0, node.map.channels, -1])]);
  const shares = row.step("Softmax", [flat], { axis: int(2) });
  return row.main("Reshape", [shares, row.shape(0)]);
};
