/** Primitives that move values: parts, borders, axes, places, matrices along an axis. */
import fc from "fast-check";
import { sparseMatrix } from "../../../compiler/geometry/sparse-matrix.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { type Case, flatOf, float, int, operand, orZero, shapes, small } from "./case.ts";

export const constant: Case<"constant"> = {
  calls: fc.tuple(shapes(), fc.boolean()).map(([shape, whole]) => ({
    attributes: {
      type: "float32" as const,
      shape,
      values: whole ? Array.from({ length: elementCount(shape) }, (_, i) => i / 4) : [-0.75],
    },
    operands: [],
  })),
  define: ({ shape, values }) => [
    (place) => values[values.length === 1 ? 0 : flatOf(place, shape)] ?? Number.NaN,
  ],
};

export const stopGradient: Case<"stop_gradient"> = {
  calls: shapes().map((shape) => ({ attributes: {}, operands: [float(shape)] })),
  define: (_, operands) => [(place) => orZero(operand(operands, 0))(...place)],
};

export const gather: Case<"gather"> = {
  calls: fc.tuple(shapes(), shapes()).map(([x, places]) => ({
    attributes: {},
    operands: [float(x), int(places)],
  })),
  draw: ({ operands }, place, random) => {
    if (place === 0) return undefined;
    const [count, places] = operands.map(({ shape }) => elementCount(shape));
    return Array.from({ length: places ?? 0 }, () => random.integer(count ?? 1));
  },
  define: (_, operands) => {
    const [x, places] = [operand(operands, 0), operand(operands, 1)];
    return [(place) => x.data[orZero(places)(...place)] ?? Number.NaN];
  },
};

export const scatter: Case<"scatter"> = {
  calls: fc.tuple(shapes(), shapes()).map(([values, shape]) => ({
    attributes: { shape, distinct: false },
    operands: [float(values), int(values)],
  })),
  draw: ({ attributes, operands }, place, random) => {
    if (place === 0) return undefined;
    const count = elementCount(operands[1]?.shape ?? []);
    return Array.from({ length: count }, () => random.integer(elementCount(attributes.shape)));
  },
  define: ({ shape }, operands) => {
    const [values, places] = [operand(operands, 0), operand(operands, 1)];
    return [
      (place) =>
        values.data.reduce((sum, value, i) => sum + (places.data[i] === flatOf(place, shape) ? value : 0), 0),
    ];
  },
};

const matrices = fc
  .tuple(small, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.integer({ min: -4, max: 4 })))
  .map(([rows, columns, weights]) =>
    sparseMatrix(rows, columns, () =>
      Array.from({ length: columns }, (_, column) => ({
        column,
        weight: (weights.next().value ?? 0) / 4,
      })).filter(({ weight }) => weight > 0),
    ),
  );

export const axisMap: Case<"axis_map"> = {
  calls: fc.tuple(matrices, shapes(4, 1), fc.nat(3)).map(([matrix, shape, at]) => {
    const axis = at % shape.length;
    return { attributes: { axis, matrix }, operands: [float(shape.with(axis, matrix.columnCount))] };
  }),
  define: ({ axis, matrix }, operands) => {
    const x = orZero(operand(operands, 0));
    return [
      (place) => {
        const row = place[axis] ?? 0;
        let total = 0;
        for (let k = matrix.starts[row] ?? 0; k < (matrix.starts[row + 1] ?? 0); k++) {
          total += (matrix.weights[k] ?? 0) * x(...place.with(axis, matrix.columns[k] ?? 0));
        }
        return total;
      },
    ];
  },
};

const border = fc.integer({ min: 0, max: 2 });
const bordered = fc.array(fc.tuple(small, border, border), { maxLength: 4 }).map((axes) => ({
  inner: axes.map(([extent]) => extent),
  before: axes.map(([, before]) => before),
  after: axes.map(([, , after]) => after),
  outer: axes.map(([extent, before, after]) => extent + before + after),
}));

export const slice: Case<"slice"> = {
  calls: bordered.map(({ inner, before, outer }) => ({
    attributes: { start: before, size: inner },
    operands: [float(outer)],
  })),
  define: ({ start }, operands) => [
    (place) => orZero(operand(operands, 0))(...place.map((position, axis) => position + (start[axis] ?? 0))),
  ],
};

export const pad: Case<"pad"> = {
  calls: bordered.map(({ inner, before, after }) => ({
    attributes: { before, after },
    operands: [float(inner)],
  })),
  define: ({ before }, operands) => [
    (place) => orZero(operand(operands, 0))(...place.map((position, axis) => position - (before[axis] ?? 0))),
  ],
};

export const concat: Case<"concat"> = {
  calls: fc
    .tuple(shapes(4, 1), fc.nat(3), fc.array(small, { minLength: 1, maxLength: 3 }))
    .map(([shape, at, extents]) => {
      const axis = at % shape.length;
      return { attributes: { axis }, operands: extents.map((extent) => float(shape.with(axis, extent))) };
    }),
  define: ({ axis }, operands) => [
    (place) => {
      let position = place[axis] ?? 0;
      for (const one of operands) {
        const extent = one.shape[axis] ?? 0;
        if (position < extent) return orZero(one)(...place.with(axis, position));
        position -= extent;
      }
      return Number.NaN;
    },
  ],
};

export const reshape: Case<"reshape"> = {
  calls: fc.tuple(shapes(4), fc.nat()).map(([shape, seed]) => ({
    attributes: { shape: shape.length === 0 ? [1, 1] : rotated(shape, seed % shape.length) },
    operands: [float(shape)],
  })),
  define: ({ shape }, operands) => [(place) => operand(operands, 0).data[flatOf(place, shape)] ?? Number.NaN],
};

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  return [...items.slice(by), ...items.slice(0, by)];
}

export const transpose: Case<"transpose"> = {
  calls: shapes(4)
    .chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length }),
      ),
    )
    .map(([shape, order]) => ({ attributes: { order }, operands: [float(shape)] })),
  define: ({ order }, operands) => [
    (place) => orZero(operand(operands, 0))(...order.map((_, axis) => place[order.indexOf(axis)] ?? 0)),
  ],
};

/** The place of an operand's element beside a place of the result. */
export function beside(place: readonly number[], shape: readonly number[]): readonly number[] {
  const missing = place.length - shape.length;
  return shape.map((extent, axis) => (extent === 1 ? 0 : (place[axis + missing] ?? 0)));
}

/** A shape, and one that is repeated to it. */
export const repeats = fc
  .tuple(fc.array(fc.tuple(small, fc.boolean()), { maxLength: 4 }), fc.nat(2))
  .map(([axes, dropped]) => ({
    whole: axes.map(([extent]) => extent),
    part: axes.map(([extent, keep]) => (keep ? extent : 1)).slice(Math.min(dropped, axes.length)),
  }));

export const broadcast: Case<"broadcast"> = {
  calls: repeats.map(({ whole, part }) => ({ attributes: { shape: whole }, operands: [float(part)] })),
  define: (_, operands) => {
    const x = operand(operands, 0);
    return [(place) => orZero(x)(...beside(place, x.shape))];
  },
};

const vertices = 5;
const directions = 2;

export const lattice: Case<"lattice"> = {
  calls: fc
    .tuple(small, small, small, small, fc.boolean())
    .map(([batch, channels, height, width, reverse]) => ({
      attributes: { gain: 1.5, reverse },
      operands: [
        float([batch, channels, height, width]),
        int([batch, height * width, 3]),
        float([batch, height * width, 3]),
        int([batch, directions, vertices, 2]),
      ],
    })),
  draw: ({ operands }, place, random) => {
    const shape = operands[place]?.shape ?? [];
    if (place === 1) return Array.from({ length: elementCount(shape) }, () => random.integer(vertices));
    if (place !== 3) return undefined;
    // chains of the vertices from 1 on, in some order, broken in one place
    return Array.from({ length: (shape[0] ?? 0) * directions }).flatMap(() => {
      const order = random.shuffled(Array.from({ length: vertices - 1 }, (_, i) => i + 1));
      const broken = random.integer(vertices);
      const neighbour = (vertex: number, step: number): number => {
        const from = order.indexOf(vertex);
        const to = from + step;
        return from < 0 || from < broken !== to < broken ? 0 : (order[to] ?? 0);
      };
      return Array.from({ length: vertices }, (_, vertex) => [
        neighbour(vertex, -1),
        neighbour(vertex, 1),
      ]).flat();
    });
  },
  define: ({ gain, reverse }, operands) => {
    const [x, corners, shares, neighbours] = [0, 1, 2, 3].map((place) => orZero(operand(operands, place)));
    if (x === undefined || corners === undefined || shares === undefined || neighbours === undefined)
      throw new Error("a lattice has four operands");
    const [, , height = 1, width = 1] = operand(operands, 0).shape;
    const positions = Array.from({ length: height * width }, (_, i) => i);
    const all = Array.from({ length: vertices }, (_, i) => i);
    return [
      ([n = 0, c = 0, row = 0, column = 0]) => {
        const share = (position: number, vertex: number) =>
          [0, 1, 2].reduce(
            (sum, k) => sum + (corners(n, position, k) === vertex ? shares(n, position, k) : 0),
            0,
          );
        let sums = all.map((vertex) =>
          vertex === 0
            ? 0
            : positions.reduce(
                (sum, i) => sum + share(i, vertex) * x(n, c, Math.floor(i / width), i % width),
                0,
              ),
        );
        for (const direction of reverse ? [1, 0] : [0, 1]) {
          const at = (vertex: number, side: number) => sums[neighbours(n, direction, vertex, side)] ?? 0;
          sums = sums.map((sum, vertex) => (vertex === 0 ? 0 : sum + (at(vertex, 0) + at(vertex, 1)) / 2));
        }
        return (
          gain * sums.reduce((sum, value, vertex) => sum + value * share(row * width + column, vertex), 0)
        );
      },
    ];
  },
};
