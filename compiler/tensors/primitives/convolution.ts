/** Convolution and its two gradients, each of which is bilinear, and whose gradients are the other two. */
import { integer, pair } from "../attribute-kinds.ts";
import { elementCount, float32, four, sameShape } from "../value.ts";
import type { ConvolutionAttributes, PrimitiveAttributes } from "./attributes.ts";
import { convolutionExtents, convolutionWindows, type Windows } from "./convolution-windows.ts";
import { need, needFloat, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";
import { addDots, addProducts } from "./products.ts";

const geometry = { stride: pair, dilation: pair, before: pair, after: pair, groups: integer };

export const conv: Primitive<PrimitiveAttributes["conv"]> = {
  summary: "Convolution (as networks call it: a correlation).",
  attributes: geometry,
  operands: 2,
  types: (attributes, operands) => {
    needFloat(...operands);
    const extents = convolutionExtents(
      attributes,
      operandAt(operands, 0).shape,
      operandAt(operands, 1).shape,
    );
    return [float32(...extents.y)];
  },
  evaluate: ({ attributes, operands }) => {
    const [x, filter] = [operandAt(operands, 0), operandAt(operands, 1)];
    const extents = convolutionExtents(attributes, x.shape, filter.shape);
    const y = new Float64Array(elementCount(extents.y));
    convolutionWindows(attributes, extents, (windows) => {
      const { matrix, elements, positions, outputs, plane } = windows;
      readWindows(windows, x.data, attributes);
      const factors = { data: filter.data, from: windows.filter, rowStride: elements, columnStride: 1 };
      const rows = { data: matrix, from: 0, stride: positions };
      addProducts({ data: y, from: windows.y, stride: plane }, factors, rows, outputs, elements, positions);
    });
    return [y];
  },
  gradient: (call) => {
    const { build, attributes, operands } = call;
    const [x, filter] = [operandAt(operands, 0), operandAt(operands, 1)];
    const [, , height, width] = four(x.shape);
    const [, , ...kernel] = four(filter.shape);
    const upstream = onlyUpstream(call);
    return [
      () => build.convInputGradient(upstream, filter, { ...attributes, size: [height, width] }),
      () => build.convFilterGradient(x, upstream, { ...attributes, kernel }),
    ];
  },
};

export const convInputGradient: Primitive<PrimitiveAttributes["conv_input_gradient"]> = {
  summary: "The gradient of a convolution by its first operand: a transposed convolution.",
  attributes: { ...geometry, size: pair },
  operands: 2,
  types: (attributes, operands) => {
    needFloat(...operands);
    const { x } = inputGradientExtents(
      attributes,
      operandAt(operands, 0).shape,
      operandAt(operands, 1).shape,
    );
    return [float32(...x)];
  },
  evaluate: ({ attributes, operands }) => {
    const [gradient, filter] = [operandAt(operands, 0), operandAt(operands, 1)];
    const extents = inputGradientExtents(attributes, gradient.shape, filter.shape);
    const x = new Float64Array(elementCount(extents.x));
    const step = attributes.stride[1];
    convolutionWindows(attributes, extents, (windows) => {
      const { matrix, elements, positions, outputs, plane } = windows;
      const turned = { data: filter.data, from: windows.filter, rowStride: 1, columnStride: elements };
      const slopes = { data: gradient.data, from: windows.y, stride: plane };
      addProducts({ data: matrix, from: 0, stride: positions }, turned, slopes, elements, outputs, positions);
      windows.inside((at, to, count) => {
        for (let i = 0; i < count; i++) x[to + i * step] = (x[to + i * step] ?? 0) + (matrix[at + i] ?? 0);
      });
    });
    return [x];
  },
  gradient: (call) => {
    const { build, attributes, operands } = call;
    const { size: _, ...places } = attributes;
    const [gradient, filter] = [operandAt(operands, 0), operandAt(operands, 1)];
    const [, , ...kernel] = four(filter.shape);
    const upstream = onlyUpstream(call);
    return [
      () => build.conv(upstream, filter, places),
      () => build.convFilterGradient(upstream, gradient, { ...places, kernel }),
    ];
  },
};

function inputGradientExtents(
  attributes: PrimitiveAttributes["conv_input_gradient"],
  gradient: readonly number[],
  filter: readonly number[],
) {
  const [batch] = four(gradient);
  const channels = (filter[1] ?? 0) * attributes.groups;
  const extents = convolutionExtents(attributes, [batch, channels, ...attributes.size], filter);
  needsGradient(gradient, extents.y);
  return extents;
}

function needsGradient(gradient: readonly number[], y: readonly number[]): void {
  need(
    sameShape(gradient, y),
    () => `the convolution gives [${y.join(", ")}], and its gradient is [${gradient.join(", ")}]`,
  );
}

export const convFilterGradient: Primitive<PrimitiveAttributes["conv_filter_gradient"]> = {
  summary: "The gradient of a convolution by its filter.",
  attributes: { ...geometry, kernel: pair },
  operands: 2,
  types: (attributes, operands) => {
    needFloat(...operands);
    const { filter } = filterGradientExtents(
      attributes,
      operandAt(operands, 0).shape,
      operandAt(operands, 1).shape,
    );
    return [float32(...filter)];
  },
  evaluate: ({ attributes, operands }) => {
    const [x, gradient] = [operandAt(operands, 0), operandAt(operands, 1)];
    const extents = filterGradientExtents(attributes, x.shape, gradient.shape);
    const filter = new Float64Array(elementCount(extents.filter));
    convolutionWindows(attributes, extents, (windows) => {
      const { matrix, elements, positions, outputs, plane } = windows;
      readWindows(windows, x.data, attributes);
      const slopes = { data: gradient.data, from: windows.y, stride: plane };
      const rows = { data: matrix, from: 0, stride: positions };
      addDots(
        { data: filter, from: windows.filter, stride: elements },
        slopes,
        rows,
        outputs,
        positions,
        elements,
      );
    });
    return [filter];
  },
  gradient: (call) => {
    const { build, attributes, operands } = call;
    const { kernel: _, ...places } = attributes;
    const [x, gradient] = [operandAt(operands, 0), operandAt(operands, 1)];
    const [, , height, width] = four(x.shape);
    const upstream = onlyUpstream(call);
    return [
      () => build.convInputGradient(gradient, upstream, { ...places, size: [height, width] }),
      () => build.conv(x, upstream, places),
    ];
  },
};

function filterGradientExtents(
  attributes: ConvolutionAttributes & Pick<PrimitiveAttributes["conv_filter_gradient"], "kernel">,
  x: readonly number[],
  gradient: readonly number[],
) {
  const [, channels] = four(x);
  const [, outputs] = four(gradient);
  const filter = [outputs, channels / attributes.groups, ...attributes.kernel];
  const extents = convolutionExtents(attributes, x, filter);
  needsGradient(gradient, extents.y);
  return extents;
}

/** Fills the matrix with what the windows read. */
function readWindows(
  { matrix, inside }: Windows,
  values: Float64Array,
  { stride: [, step] }: ConvolutionAttributes,
): void {
  inside((at, from, count) => {
    for (let i = 0; i < count; i++) matrix[at + i] = values[from + i * step] ?? 0;
  });
}
