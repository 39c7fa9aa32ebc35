/**
 * Formulas of one value: what an elementwise operation computes at a position of a feature map from the values of its inputs
 * there, and from weights of one number per channel.
 */
export type Formula =
  /** The value of the nth input, from 0. */
  | { readonly kind: "input"; readonly place: number }
  /** The weight of that name for the value's channel; `shared`: one number for all channels. */
  | { readonly kind: "weight"; readonly name: string; readonly shared: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "unary"; readonly apply: UnaryFunction; readonly to: Formula }
  | {
      readonly kind: "binary";
      readonly apply: BinaryFunction;
      readonly first: Formula;
      readonly second: Formula;
    };

/** `sign`: 1 above zero, −1 below, 0 at zero. `sigmoid`: 1 / (1 + e^−value), which no large value makes overflow. */
export type UnaryFunction = "negate" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "erf" | "sign";
export type BinaryFunction = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";

/** Numbers stand for themselves. */
type Operand = Formula | number;

export const x: Formula = { kind: "input", place: 0 };

export function inputOf(place: number): Formula {
  return { kind: "input", place };
}

/** A number as a formula of its own. */
export function number(value: number): Formula {
  return { kind: "number", value };
}

export function perChannelWeight(name: string): Formula {
  return { kind: "weight", name, shared: false };
}

export function sharedWeight(name: string): Formula {
  return { kind: "weight", name, shared: true };
}

export const negate = (to: Operand): Formula => unary("negate", to);
export const exp = (to: Operand): Formula => unary("exp", to);
export const log = (to: Operand): Formula => unary("log", to);
export const sqrt = (to: Operand): Formula => unary("sqrt", to);
export const tanhOf = (to: Operand): Formula => unary("tanh", to);
export const sigmoidOf = (to: Operand): Formula => unary("sigmoid", to);
/** 1 above zero, −1 below, 0 at zero. */
export const sign = (to: Operand): Formula => unary("sign", to);
export const erf = (to: Operand): Formula => unary("erf", to);

/** 1 above zero, 0 elsewhere. */
export const step = (to: Operand): Formula => maximum(sign(to), 0);

export const plus = (first: Operand, second: Operand): Formula => binary("add", first, second);
export const minus = (first: Operand, second: Operand): Formula => binary("subtract", first, second);
export const times = (first: Operand, second: Operand): Formula => binary("multiply", first, second);
export const over = (first: Operand, second: Operand): Formula => binary("divide", first, second);
export const maximum = (first: Operand, second: Operand): Formula => binary("maximum", first, second);
export const minimum = (first: Operand, second: Operand): Formula => binary("minimum", first, second);

function unary(apply: UnaryFunction, to: Operand): Formula {
  return { kind: "unary", apply, to: formulaOf(to) };
}

function binary(apply: BinaryFunction, first: Operand, second: Operand): Formula {
  return { kind: "binary", apply, first: formulaOf(first), second: formulaOf(second) };
}

function formulaOf(operand: Operand): Formula {
  return typeof operand === "number" ? number(operand) : operand;
}
