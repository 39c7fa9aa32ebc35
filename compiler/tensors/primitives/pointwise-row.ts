/** Primitives that compute each element from the elements beside it: made of a value and a slope. */

import { elementCount, type Value } from "../value.ts";
import { commonShape, repeatedTo, sumTo } from "./broadcasting.ts";
import type { Calls } from "./calls.ts";
import { need, needFloat, only, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";

type None = Record<never, never>;

export interface UnaryRow {
  readonly summary: string;
  readonly value: (x: number) => number;
  /** The gradient by x; `undefined`: 0 wherever there is one. */
  readonly gradient: ((build: Calls, at: { x: Value; y: Value; upstream: Value }) => Value) | undefined;
}

export function unary({ summary, value, gradient }: UnaryRow): Primitive<None> {
  return {
    summary,
    attributes: {},
    operands: 1,
    pointwise: true,
    types: (_, operands) => {
      needFloat(...operands);
      return [only(operands)].map(({ type, shape }) => ({ type, shape }));
    },
    evaluate: ({ operands }) => [only(operands).data.map(value)],
    gradient: (call) => {
      if (gradient === undefined) return [undefined];
      const at = { x: only(call.operands), y: only(call.results), upstream: onlyUpstream(call) };
      return [() => gradient(call.build, at)];
    },
  };
}

interface BinaryPlace {
  readonly a: Value;
  readonly b: Value;
  readonly y: Value;
  readonly upstream: Value;
}

export interface BinaryRow {
  readonly summary: string;
  /** Whether it also takes two int32. */
  readonly integers: boolean;
  readonly value: (a: number, b: number) => number;
  /** The gradients by a and by b, of the result's shape or of one that is repeated to it. */
  readonly gradients: readonly [
    (build: Calls, at: BinaryPlace) => Value,
    (build: Calls, at: BinaryPlace) => Value,
  ];
}

export function binary({ summary, integers, value, gradients }: BinaryRow): Primitive<None> {
  return {
    summary,
    attributes: {},
    operands: 2,
    pointwise: true,
    types: (_, operands) => {
      const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
      need(a.type === b.type, () => `${a.type} and ${b.type} are not combined`);
      if (!integers) needFloat(a);
      return [{ type: a.type, shape: commonShape(operands) }];
    },
    evaluate: ({ operands, results }) => {
      const { shape } = only(results);
      const [a, b] = [repeatedTo(operandAt(operands, 0), shape), repeatedTo(operandAt(operands, 1), shape)];
      const result = new Float64Array(elementCount(shape));
      for (let i = 0; i < result.length; i++) result[i] = value(a[i] ?? 0, b[i] ?? 0);
      return [result];
    },
    gradient: (call) => {
      const [a, b] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
      const at = { a, b, y: only(call.results), upstream: onlyUpstream(call) };
      return [
        () => sumTo(call.build, gradients[0](call.build, at), a.shape),
        () => sumTo(call.build, gradients[1](call.build, at), b.shape),
      ];
    },
  };
}
