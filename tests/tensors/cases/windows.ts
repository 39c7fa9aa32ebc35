/** Convolutions, the largest values of windows, and products of matrices. */
import fc from "fast-check";
import type { ConvolutionAttributes, WindowPlaces } from "../../../compiler/tensors/primitives/attributes.ts";
import { convolutionExtents } from "../../../compiler/tensors/primitives/convolution-windows.ts";
import { type Case, flatOf, float, operand, orZero, placesOf, shapes, small, taken } from "./case.ts";

const pair = (of: fc.Arbitrary<number>) => fc.tuple(of, of);
const places = {
  stride: pair(small),
  dilation: pair(fc.integer({ min: 1, max: 2 })),
  before: pair(fc.integer({ min: 0, max: 2 })),
  after: pair(fc.integer({ min: 0, max: 2 })),
};
const size = pair(fc.integer({ min: 1, max: 6 }));

interface Convolution {
  readonly attributes: ConvolutionAttributes;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly y: readonly number[];
}

/** Convolutions that have a result, with all three shapes. */
const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    attributes: fc.record({ ...places, groups: fc.integer({ min: 1, max: 2 }) }),
    size,
    kernel: pair(small),
    batch: fc.integer({ min: 1, max: 2 }),
    inputs: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
  })
  .filter(({ attributes: { before, after, dilation }, size, kernel }) =>
    ([0, 1] as const).every(
      (axis) => (kernel[axis] - 1) * dilation[axis] + 1 <= size[axis] + before[axis] + after[axis],
    ),
  )
  .map(({ attributes, size, kernel, batch, inputs, outputs }) => {
    const x = [batch, inputs * attributes.groups, ...size];
    const filter = [outputs * attributes.groups, inputs, ...kernel];
    return { attributes, size, kernel, x, filter, y: convolutionExtents(attributes, x, filter).y };
  });

/** Every pair of positions that meet along an axis: result o, element k, input i. */
function meets(
  { stride, dilation, before }: WindowPlaces,
  axis: 0 | 1,
  o: number,
  k: number,
  i: number,
): boolean {
  return o * stride[axis] + k * dilation[axis] - before[axis] === i;
}

/** Σ over the elements of y and the filter that meet. */
function meeting(
  attributes: ConvolutionAttributes,
  y: readonly number[],
  filter: readonly number[],
  visit: (y: readonly number[], filter: readonly number[], x: readonly number[]) => number,
): number {
  const [outputs = 0, perGroup = 0] = filter;
  let total = 0;
  for (const to of placesOf(y)) {
    for (const element of placesOf(filter)) {
      const [n = 0, o = 0, row = 0, column = 0] = to;
      const [of = 0, c = 0, i = 0, j = 0] = element;
      if (of !== o) continue;
      const group = Math.floor(o / (outputs / attributes.groups));
      const vertical = row * attributes.stride[0] + i * attributes.dilation[0] - attributes.before[0];
      const horizontal = column * attributes.stride[1] + j * attributes.dilation[1] - attributes.before[1];
      total += visit(to, element, [n, group * perGroup + c, vertical, horizontal]);
    }
  }
  return total;
}

const same = (a: readonly number[], b: readonly number[]) => a.join() === b.join();

export const conv: Case<"conv"> = {
  calls: convolutions.map(({ attributes, x, filter }) => ({
    attributes,
    operands: [float(x), float(filter)],
  })),
  define: (attributes, operands) => {
    const [x, filter] = [orZero(operand(operands, 0)), orZero(operand(operands, 1))];
    const shape = operand(operands, 1).shape;
    const [outputs = 0] = shape;
    return [
      ([n = 0, o = 0, row = 0, column = 0]) => {
        const group = Math.floor(o / (outputs / attributes.groups));
        let total = 0;
        for (const [c = 0, i = 0, j = 0] of placesOf(shape.slice(1))) {
          const vertical = row * attributes.stride[0] + i * attributes.dilation[0] - attributes.before[0];
          const horizontal =
            column * attributes.stride[1] + j * attributes.dilation[1] - attributes.before[1];
          total += x(n, group * (shape[1] ?? 0) + c, vertical, horizontal) * filter(o, c, i, j);
        }
        return total;
      },
    ];
  },
};

export const convInputGradient: Case<"conv_input_gradient"> = {
  calls: convolutions.map(({ attributes, size, y, filter }) => ({
    attributes: { ...attributes, size },
    operands: [float(y), float(filter)],
  })),
  define: (attributes, operands) => {
    const [y, filter] = [operand(operands, 0), operand(operands, 1)];
    return [
      (place) =>
        meeting(attributes, y.shape, filter.shape, (to, element, from) =>
          same(from, place) ? orZero(y)(...to) * orZero(filter)(...element) : 0,
        ),
    ];
  },
};

export const convFilterGradient: Case<"conv_filter_gradient"> = {
  calls: convolutions.map(({ attributes, kernel, x, y }) => ({
    attributes: { ...attributes, kernel },
    operands: [float(x), float(y)],
  })),
  define: (attributes, operands) => {
    const [x, y] = [operand(operands, 0), operand(operands, 1)];
    const shape = [y.shape[1] ?? 0, (x.shape[1] ?? 0) / attributes.groups, ...attributes.kernel];
    return [
      (place) =>
        meeting(attributes, y.shape, shape, (to, element, from) =>
          same(element, place) ? orZero(y)(...to) * orZero(x)(...from) : 0,
        ),
    ];
  },
};

export const windowMax: Case<"window_max"> = {
  calls: taken(
    "window_max",
    fc
      .record({ attributes: fc.record({ ...places, kernel: pair(small) }), size })
      .map(({ attributes, size }) => ({ attributes, operands: [float([2, 2, ...size])] })),
  ),
  define: (attributes, operands) => {
    const x = operand(operands, 0);
    const winner = ([n = 0, c = 0, row = 0, column = 0]: readonly number[]) => {
      const inside = placesOf(x.shape).filter(([m, d, vertical = 0, horizontal = 0]) => {
        const tapped = (axis: 0 | 1, o: number, i: number) =>
          placesOf([attributes.kernel[axis]]).some(([k = 0]) => meets(attributes, axis, o, k, i));
        return m === n && d === c && tapped(0, row, vertical) && tapped(1, column, horizontal);
      });
      const value = (at: readonly number[]) => orZero(x)(...at);
      return inside.reduce((best, at) => (value(at) > value(best) ? at : best));
    };
    return [(place) => orZero(x)(...winner(place)), (place) => flatOf(winner(place), x.shape)];
  },
};

export const matmul: Case<"matmul"> = {
  calls: fc.record({ leading: shapes(2), m: small, k: small, n: small }).map(({ leading, m, k, n }) => ({
    attributes: {},
    operands: [float([...leading, m, k]), float([...leading, k, n])],
  })),
  define: (_, operands) => {
    const [a, b] = [operand(operands, 0), operand(operands, 1)];
    return [
      (place) => {
        const [row = 0, column = 0] = place.slice(-2);
        const leading = place.slice(0, -2);
        const inner = Array.from({ length: a.shape.at(-1) ?? 0 }, (_, i) => i);
        return inner.reduce(
          (total, i) => total + orZero(a)(...leading, row, i) * orZero(b)(...leading, i, column),
          0,
        );
      },
    ];
  },
};
