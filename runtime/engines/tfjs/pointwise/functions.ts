/** Functions of single elements: as text of a loop, and as operations of TensorFlow.js. */
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import type { Step } from "../../../../compiler/tensors/program.ts";
import type { Tensor, TensorFlow } from "../types.ts";

export const pointwiseNames = [
  "negate",
  "exp",
  "log",
  "sqrt",
  "tanh",
  "sigmoid",
  "erf",
  "abs",
  "floor",
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "power",
  "compare",
  "select",
  "convert",
  "broadcast",
] as const satisfies readonly PrimitiveName[];

export type PointwiseName = (typeof pointwiseNames)[number];

export type PointwiseStep = Extract<Step, { readonly primitive: PointwiseName }>;

const names: ReadonlySet<string> = new Set(pointwiseNames);

export function isPointwise(step: Step): step is PointwiseStep {
  return names.has(step.primitive);
}

interface PointwiseFunction {
  /** An expression of JavaScript. */
  readonly text: (step: PointwiseStep, a: string, b: string, c: string) => string;
  /** A condition may come as bool, and what compares gives one. */
  readonly composed: (tf: TensorFlow, step: PointwiseStep, a: Tensor, b: Tensor, c: Tensor) => Tensor;
  /** Takes many times as long as a sum. */
  readonly slow?: true;
}

const relations = { equal: "===", less: "<", greater: ">" } as const;

function relationOf(step: PointwiseStep): keyof typeof relations {
  if (step.primitive !== "compare") throw new Error(`${step.primitive} is no comparison`);
  return step.attributes.relation;
}

function becomesInteger(step: PointwiseStep): boolean {
  return step.primitive === "convert" && step.attributes.type === "int32";
}

export const pointwiseFunctions: { readonly [P in PointwiseName]: PointwiseFunction } = {
  negate: { text: (_, a) => `-${a}`, composed: (tf, _, a) => tf.neg(a) },
  exp: { text: (_, a) => `Math.exp(${a})`, composed: (tf, _, a) => tf.exp(a), slow: true },
  log: { text: (_, a) => `Math.log(${a})`, composed: (tf, _, a) => tf.log(a), slow: true },
  sqrt: { text: (_, a) => `Math.sqrt(${a})`, composed: (tf, _, a) => tf.sqrt(a) },
  tanh: { text: (_, a) => `Math.tanh(${a})`, composed: (tf, _, a) => tf.tanh(a), slow: true },
  sigmoid: {
    text: (_, a) => `1 / (1 + Math.exp(-${a}))`,
    composed: (tf, _, a) => tf.sigmoid(a),
    slow: true,
  },
  erf: { text: (_, a) => `erf(${a})`, composed: (tf, _, a) => tf.erf(a), slow: true },
  abs: { text: (_, a) => `Math.abs(${a})`, composed: (tf, _, a) => tf.abs(a) },
  floor: { text: (_, a) => `Math.floor(${a})`, composed: (tf, _, a) => tf.floor(a) },
  add: { text: (_, a, b) => `${a} + ${b}`, composed: (tf, _, a, b) => tf.add(a, b) },
  subtract: { text: (_, a, b) => `${a} - ${b}`, composed: (tf, _, a, b) => tf.sub(a, b) },
  multiply: { text: (_, a, b) => `${a} * ${b}`, composed: (tf, _, a, b) => tf.mul(a, b) },
  divide: { text: (_, a, b) => `${a} / ${b}`, composed: (tf, _, a, b) => tf.div(a, b) },
  maximum: { text: (_, a, b) => `Math.max(${a}, ${b})`, composed: (tf, _, a, b) => tf.maximum(a, b) },
  minimum: { text: (_, a, b) => `Math.min(${a}, ${b})`, composed: (tf, _, a, b) => tf.minimum(a, b) },
  power: { text: (_, a, b) => `Math.pow(${a}, ${b})`, composed: (tf, _, a, b) => tf.pow(a, b), slow: true },
  compare: {
    text: (step, a, b) => `+(${a} ${relations[relationOf(step)]} ${b})`,
    composed: (tf, step, a, b) => tf[relationOf(step)](a, b),
  },
  select: {
    text: (_, a, b, c) => `(${a} !== 0 ? ${b} : ${c})`,
    composed: (tf, _, a, b, c) => tf.where(a.dtype === "bool" ? a : tf.cast(a, "bool"), b, c),
  },
  convert: {
    text: (step, a) => (becomesInteger(step) ? `Math.trunc(${a})` : a),
    composed: (tf, step, a) => tf.cast(a, becomesInteger(step) ? "int32" : "float32"),
  },
  broadcast: { text: (_, a) => a, composed: (_tf, _step, a) => a },
};
