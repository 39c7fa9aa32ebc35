/** Functions of one element and of two, a row each. */
import { evaluateFormula } from "../../ops/evaluate-formula.ts";
import { binary, unary } from "./pointwise-row.ts";

export const negate = unary({
  summary: "−x",
  value: (x) => -x,
  gradient: (build, { upstream }) => build.negate(upstream),
});

export const exp = unary({
  summary: "eˣ",
  value: Math.exp,
  gradient: (build, { y, upstream }) => build.multiply(upstream, y),
});

export const log = unary({
  summary: "The natural logarithm.",
  value: Math.log,
  gradient: (build, { x, upstream }) => build.divide(upstream, x),
});

export const sqrt = unary({
  summary: "√x",
  value: Math.sqrt,
  gradient: (build, { y, upstream }) => build.divide(build.multiply(upstream, 0.5), y),
});

export const tanh = unary({
  summary: "The hyperbolic tangent.",
  value: Math.tanh,
  gradient: (build, { y, upstream }) => build.multiply(upstream, build.subtract(1, build.multiply(y, y))),
});

export const sigmoid = unary({
  summary: "1 / (1 + e⁻ˣ)",
  value: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  gradient: (build, { y, upstream }) => build.multiply(upstream, build.multiply(y, build.subtract(1, y))),
});

const errorFunction = { kind: "unary", apply: "erf", to: { kind: "input", place: 0 } } as const;

export const erf = unary({
  summary: "The error function, 2/√π ∫₀ˣ e^(−t²) dt",
  value: (x) => evaluateFormula(errorFunction, [x]),
  gradient: (build, { x, upstream }) => {
    const bell = build.exp(build.negate(build.multiply(x, x)));
    return build.multiply(upstream, build.multiply(bell, 2 / Math.sqrt(Math.PI)));
  },
});

export const abs = unary({
  summary: "|x|, of slope 0 at 0",
  value: Math.abs,
  gradient: (build, { x, upstream }) => {
    const below = build.select(build.compare(x, "less", 0), build.negate(upstream), 0);
    return build.select(build.compare(x, "greater", 0), upstream, below);
  },
});

export const floor = unary({ summary: "⌊x⌋", value: Math.floor, gradient: undefined });

export const add = binary({
  summary: "a + b",
  integers: true,
  value: (a, b) => a + b,
  gradients: [(_, { upstream }) => upstream, (_, { upstream }) => upstream],
});

export const subtract = binary({
  summary: "a − b",
  integers: true,
  value: (a, b) => a - b,
  gradients: [(_, { upstream }) => upstream, (build, { upstream }) => build.negate(upstream)],
});

export const multiply = binary({
  summary: "a · b",
  integers: true,
  value: (a, b) => a * b,
  gradients: [
    (build, { b, upstream }) => build.multiply(upstream, b),
    (build, { a, upstream }) => build.multiply(upstream, a),
  ],
});

export const divide = binary({
  summary: "a / b",
  integers: false,
  value: (a, b) => a / b,
  gradients: [
    (build, { b, upstream }) => build.divide(upstream, b),
    (build, { b, y, upstream }) => build.negate(build.divide(build.multiply(upstream, y), b)),
  ],
});

export const maximum = binary({
  summary: "The larger of two; of equal ones the second.",
  integers: true,
  value: Math.max,
  gradients: [
    // a > b where the result is: the first operand need not be kept
    (build, { b, y, upstream }) => build.select(build.compare(y, "greater", b), upstream, 0),
    (build, { b, y, upstream }) => build.select(build.compare(y, "greater", b), 0, upstream),
  ],
});

export const minimum = binary({
  summary: "The smaller of two; of equal ones the first.",
  integers: true,
  value: Math.min,
  gradients: [
    (build, { a, b, upstream }) => build.select(build.compare(a, "greater", b), 0, upstream),
    (build, { a, b, upstream }) => build.select(build.compare(a, "greater", b), upstream, 0),
  ],
});

export const power = binary({
  summary: "a to the power of b; its gradient by b needs a > 0.",
  integers: false,
  value: (a, b) => a ** b,
  gradients: [
    (build, { a, b, upstream }) =>
      build.multiply(upstream, build.multiply(b, build.power(a, build.subtract(b, 1)))),
    (build, { a, y, upstream }) => build.multiply(upstream, build.multiply(y, build.log(a))),
  ],
});
