/** Convolution and its two gradients, each of which is bilinear, and whose gradients are the other two. */
import { integer, pair } from "../attribute-kinds.ts";
import { elementCount, float32, four, sameShape } from "../value.ts";
import type { ConvolutionAttributes, PrimitiveAttributes } from "./attributes.ts";
import { convolutionExtents, convolutionRows } from "./convolution-rows.ts";
import { need, needFloat, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";

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
    const values = x.data;
    const step = attributes.stride[1];
    convolutionRows(attributes, extents, (from, element, to, count) => {
      const weight = filter.data[element] ?? 0;
      let at = from;
      for (let i = to; i < to + count; i++) {
        y[i] = (y[i] ?? 0) + weight * (values[at] ?? 0);
        at += step;
      }
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
    const values = gradient.data;
    const step = attributes.stride[1];
    convolutionRows(attributes, extents, (to, element, from, count) => {
      const weight = filter.data[element] ?? 0;
      let at = to;
      for (let i = from; i < from + count; i++) {
        x[at] = (x[at] ?? 0) + weight * (values[i] ?? 0);
        at += step;
      }
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
    const [values, slopes] = [x.data, gradient.data];
    const step = attributes.stride[1];
    convolutionRows(attributes, extents, (from, element, first, count) => {
      let [sum, at] = [0, from];
      for (let i = first; i < first + count; i++) {
        sum += (values[at] ?? 0) * (slopes[i] ?? 0);
        at += step;
      }
      filter[element] = (filter[element] ?? 0) + sum;
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
