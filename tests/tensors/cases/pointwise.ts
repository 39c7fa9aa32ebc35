/** Primitives of elements beside each other. */
import fc from "fast-check";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { type Case, float, int, operand, orZero, positive, shapes } from "./case.ts";
import { beside, repeats } from "./moving.ts";

type Unary = "negate" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "erf" | "abs" | "floor";

function unary<P extends Unary & PrimitiveName>(define: (x: number) => number, above0 = false): Case<P> {
  return {
    calls: shapes().map((shape) => ({ attributes: {}, operands: [float(shape)] })),
    define: (_, operands) => [(place) => define(orZero(operand(operands, 0))(...place))],
    draw: ({ operands }, place, random) =>
      above0 ? positive(elementCount(operands[place]?.shape ?? []), random) : undefined,
  };
}

export const negate = unary<"negate">((x) => -x);
export const exp = unary<"exp">((x) => Math.E ** x);
export const log = unary<"log">((x) => Math.log2(x) * Math.LN2, true);
export const sqrt = unary<"sqrt">((x) => x ** 0.5, true);
export const tanh = unary<"tanh">((x) => (Math.E ** (2 * x) - 1) / (Math.E ** (2 * x) + 1));
export const sigmoid = unary<"sigmoid">((x) => 1 / (1 + Math.E ** -x));
export const abs = unary<"abs">((x) => (x < 0 ? -x : x));
export const floor = unary<"floor">((x) => x - (((x % 1) + 1) % 1));

/** Simpson's rule on the integral. */
export const erf = unary<"erf">((x) => {
  const [pieces, bell] = [200, (t: number) => Math.exp(-t * t)];
  const width = x / pieces;
  let total = bell(0) + bell(x);
  for (let i = 1; i < pieces; i++) total += (i % 2 === 1 ? 4 : 2) * bell(i * width);
  return (2 / Math.sqrt(Math.PI)) * (width / 3) * total;
});

type Binary = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum" | "power";

/** One operand is repeated to the other's shape, either to either. */
const pairs = fc.tuple(repeats, fc.boolean()).map(([{ whole, part }, swap]) => ({
  attributes: {},
  operands: swap ? [float(part), float(whole)] : [float(whole), float(part)],
}));

function binary<P extends Binary & PrimitiveName>(
  define: (a: number, b: number) => number,
  above0 = false,
): Case<P> {
  return {
    calls: pairs,
    define: (_, operands) => {
      const [a, b] = [operand(operands, 0), operand(operands, 1)];
      return [(place) => define(orZero(a)(...beside(place, a.shape)), orZero(b)(...beside(place, b.shape)))];
    },
    // the second operand's values are a quarter of 1/32 apart from the first's
    draw: ({ operands }, place, random) => {
      const count = elementCount(operands[place]?.shape ?? []);
      if (above0) return positive(count, random);
      return Array.from({ length: count }, () => random.integer(64) / 32 - 1 + 1 / 64 + place / 128);
    },
  };
}

export const add = binary<"add">((a, b) => a + b);
export const subtract = binary<"subtract">((a, b) => a - b);
export const multiply = binary<"multiply">((a, b) => a * b);
export const divide = binary<"divide">((a, b) => a / b, true);
export const maximum = binary<"maximum">((a, b) => (a > b ? a : b));
export const minimum = binary<"minimum">((a, b) => (a < b ? a : b));
export const power = binary<"power">((a, b) => Math.exp(b * Math.log(a)), true);

export const compare: Case<"compare"> = {
  calls: fc.tuple(pairs, fc.constantFrom("equal", "less", "greater")).map(([{ operands }, relation]) => ({
    attributes: { relation },
    operands,
  })),
  draw: ({ operands }, place, random) =>
    Array.from({ length: elementCount(operands[place]?.shape ?? []) }, () => random.integer(3)),
  define: ({ relation }, operands) => {
    const [a, b] = [operand(operands, 0), operand(operands, 1)];
    const wanted = { less: -1, equal: 0, greater: 1 }[relation];
    return [
      (place) =>
        Math.sign(orZero(a)(...beside(place, a.shape)) - orZero(b)(...beside(place, b.shape))) === wanted
          ? 1
          : 0,
    ];
  },
};

export const select: Case<"select"> = {
  calls: fc.tuple(pairs, fc.boolean()).map(([{ operands }, single]) => {
    const largest = operands.reduce((a, b) => (elementCount(a.shape) > elementCount(b.shape) ? a : b));
    return { attributes: {}, operands: [int(single ? [] : largest.shape), ...operands] };
  }),
  draw: ({ operands }, place, random) =>
    place === 0
      ? Array.from({ length: elementCount(operands[0]?.shape ?? []) }, () => random.integer(2))
      : undefined,
  define: (_, operands) => [
    (place) => {
      const values = operands.map((one) => orZero(one)(...beside(place, one.shape)));
      return values[values[0] === 0 ? 2 : 1] ?? Number.NaN;
    },
  ],
};

export const convert: Case<"convert"> = {
  calls: fc.tuple(shapes(), fc.constantFrom("float32", "int32")).map(([shape, type]) => ({
    attributes: { type },
    operands: [float(shape)],
  })),
  define: ({ type }, operands) => [
    (place) => {
      const value = orZero(operand(operands, 0))(...place);
      return type === "float32" ? value : value < 0 ? Math.ceil(value) : Math.floor(value);
    },
  ],
};
