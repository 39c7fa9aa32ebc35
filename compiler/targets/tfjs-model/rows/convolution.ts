/** Convolution, transposed convolution and the fully connected layer. */
import type { PerAxis } from "../../../axis.ts";
import type { NodeOf } from "../../../network/graph.ts";
import type { Margins } from "../../../ops/operation.ts";
import { type Attributes, int, ints, text, texts } from "../attribute.ts";
import type { Row, RowContext } from "../row.ts";
import { type Folded, foldedWeights, groupFilter } from "./filters.ts";
import { phaseFilter, phasesOf } from "./phases.ts";
import { interleaved } from "./rearranging.ts";

const noMargins: PerAxis<Margins> = [
  { before: 0, after: 0 },
  { before: 0, after: 0 },
];

export const conv: Row<"conv"> = (node, [map = ""], row) => {
  const { groups, channels, stride, dilation, padding } = node.attributes;
  const folded = foldedWeights(node, row);
  const [, inputs = 1] = folded.shape;
  const geometry = { stride, dilation, padding };
  const kernel = (group: number | undefined) => kernelOf(folded, group, groups, row);
  if (groups === 1) return convolve(map, { ...kernel(undefined), ...geometry }, row);
  // Each channel by itself, with as many results.
  if (inputs === 1 && groups === channels) {
    return convolve(map, { ...kernel(undefined), ...geometry, depthwise: true }, row);
  }
  const parts = row
    .split(map, groups, 3)
    .map((part, group) => convolve(part, { ...kernel(group), ...geometry }, row));
  return row.concatenated(parts, 3);
};

/** A convolution whose kernel is the whole feature map. */
export const dense: Row<"dense"> = (node, [map = ""], row) => {
  const kernel = kernelOf(foldedWeights(node, row), undefined, 1, row);
  return convolve(map, { ...kernel, stride: [1, 1], dilation: [1, 1], padding: noMargins }, row);
};

/**
 * With a stride of s the results at o mod s = r are a convolution of their own, with every sth element of the kernel; all s² of
 * them are one convolution with as many times the channels, interleaved afterwards. So no size needs to be known.
 */
export const transposedConv: Row<"transposed_conv"> = (node, [map = ""], row) => {
  const { groups, stride } = node.attributes;
  const folded = foldedWeights(node, row);
  const { padding, crop } = phasesOf(node.attributes);
  const parts = groups === 1 ? [map] : row.split(map, groups, 3);
  const spread = parts.map((part, group) => {
    const kernel = phaseKernel(node, folded, group, row);
    const phases = convolve(part, { ...kernel, stride: [1, 1], dilation: [1, 1], padding }, row);
    return interleaved(phases, stride, row);
  });
  const [only = ""] = spread;
  return row.cut(groups === 1 ? only : row.concatenated(spread, 3), crop);
};

interface Convolution {
  readonly filter: string;
  readonly bias: string | undefined;
  readonly stride: PerAxis<number>;
  readonly dilation: PerAxis<number>;
  readonly padding: PerAxis<Margins>;
  readonly depthwise?: boolean;
}

function convolve(
  map: string,
  { filter, bias, stride, dilation, padding, depthwise }: Convolution,
  row: RowContext,
): string {
  const activation = row.fusion?.activation;
  // TensorFlow.js takes no stride together with a dilation.
  const later = Math.max(...stride) > 1 && Math.max(...dilation) > 1;
  const [y, x] = padding;
  const explicit = [...padding].some(({ before, after }) => before > 0 || after > 0);
  const attributes: Attributes = {
    strides: ints([1, ...(later ? [1, 1] : stride), 1]),
    dilations: ints([1, ...dilation, 1]),
    padding: text(explicit ? "EXPLICIT" : "VALID"),
    ...(explicit ? { explicit_paddings: ints([0, 0, y.before, y.after, x.before, x.after, 0, 0]) } : {}),
    data_format: text("NHWC"),
  };
  const plain = depthwise === true ? "DepthwiseConv2dNative" : "Conv2D";
  const fused = depthwise === true ? "FusedDepthwiseConv2dNative" : "_FusedConv2D";
  const made =
    bias === undefined
      ? row.step(plain, [map, filter], attributes)
      : row.step(fused, [map, filter, bias], {
          ...attributes,
          num_args: int(1),
          fused_ops: texts(activation === undefined ? ["BiasAdd"] : ["BiasAdd", activation]),
        });
  return later ? row.cut(made, noMargins, stride) : made;
}

/** The filter and the bias of one group, or of all together, as constants. */
function kernelOf(folded: Folded, group: number | undefined, groups: number, { builder }: RowContext) {
  const part = group === undefined ? "" : ` ${group}`;
  const filter = builder.constant(`${folded.name}weight${part}`, () => groupFilter(folded, group, groups));
  const biasOf = folded.bias;
  if (biasOf === undefined) return { filter, bias: undefined };
  const bias = builder.constant(`${folded.name}bias${part}`, () => {
    const all = biasOf();
    const length = all.length / groups;
    const data = group === undefined ? all : all.slice(group * length, (group + 1) * length);
    return { shape: [data.length], data };
  });
  return { filter, bias };
}

function phaseKernel(
  { attributes }: NodeOf<"transposed_conv">,
  folded: Folded,
  group: number,
  { builder }: RowContext,
) {
  const { stride, groups } = attributes;
  const part = `${groups === 1 ? "" : ` ${group}`} of ${stride.join("x")} phases`;
  const filter = builder.constant(`${folded.name}weight${part}`, () =>
    phaseFilter(folded, group, groups, stride),
  );
  const biasOf = folded.bias;
  if (biasOf === undefined) return { filter, bias: undefined };
  const bias = builder.constant(`${folded.name}bias${part}`, () => {
    const all = biasOf();
    const length = all.length / groups;
    const own = all.slice(group * length, (group + 1) * length);
    const data = Float32Array.from(
      { length: length * stride[0] * stride[1] },
      (_, i) => own[i % length] ?? 0,
    );
    return { shape: [data.length], data };
  });
  return { filter, bias };
}
