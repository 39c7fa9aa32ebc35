/** Formulas in float64. */
import type { BinaryFunction, Formula, UnaryFunction } from "./formula.ts";

/**
 * @param inputs the values at one position and channel, in the order of the operation's inputs
 * @param weights of that channel, by name
 * @throws Error for an input or a weight that is not given.
 */
export function evaluateFormula(
  formula: Formula,
  inputs: readonly number[],
  weights: ReadonlyMap<string, number> = new Map(),
): number {
  const evaluate = (part: Formula): number => evaluateFormula(part, inputs, weights);
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "input":
      return given(inputs[formula.place], `input ${formula.place}`);
    case "weight":
      return given(weights.get(formula.name), `weight "${formula.name}"`);
    case "unary":
      return unary[formula.apply](evaluate(formula.to));
    case "binary":
      return binary[formula.apply](evaluate(formula.first), evaluate(formula.second));
  }
}

function given(value: number | undefined, what: string): number {
  if (value === undefined) throw new Error(`a formula is evaluated without its ${what}`);
  return value;
}

const unary: Readonly<Record<UnaryFunction, (value: number) => number>> = {
  negate: (value) => -value,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  sign: Math.sign,
  erf,
};

const binary: Readonly<Record<BinaryFunction, (first: number, second: number) => number>> = {
  add: (first, second) => first + second,
  subtract: (first, second) => first - second,
  multiply: (first, second) => first * second,
  divide: (first, second) => first / second,
  maximum: Math.max,
  minimum: Math.min,
};

/**
 * The error function. |x| < 3: the series 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n + 1)!!, whose terms are all of one sign
 * (Abramowitz & Stegun 1964, 7.1.6). Beyond: the continued fraction of 1 − erf (7.1.14), from its 60th denominator.
 */
function erf(value: number): number {
  const size = Math.abs(value);
  if (size >= 6) return Math.sign(value);
  const scale = Math.exp(-size * size) / Math.sqrt(Math.PI);
  if (size < 3) {
    let term = size;
    let sum = size;
    for (let n = 1; term > sum * 1e-17; n += 1) {
      term *= (2 * size * size) / (2 * n + 1);
      sum += term;
    }
    return Math.sign(value) * 2 * scale * sum;
  }
  let fraction = size;
  for (let n = 60; n >= 1; n -= 1) fraction = size + n / 2 / fraction;
  return Math.sign(value) * (1 - scale / fraction);
}
