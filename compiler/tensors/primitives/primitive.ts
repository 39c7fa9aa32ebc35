/** What a primitive is: result types, value in float64, and gradient, in one place per primitive. */
import type { AttributeKind } from "../attribute-kinds.ts";
import { ShapeMistake, type TensorType, type Value } from "../value.ts";
import type { Calls } from "./calls.ts";

/** A value of a program in float64, which holds every float32 and int32. */
export interface Tensor extends TensorType {
  readonly data: Float64Array;
}

export interface Evaluation<A> {
  readonly attributes: A;
  readonly operands: readonly Tensor[];
  /** Their types. */
  readonly results: readonly TensorType[];
}

export interface GradientCall<A> {
  /** Adds steps. */
  readonly build: Calls;
  readonly attributes: A;
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  /** The gradient by each result, of its shape; `undefined`: the result changes nothing. At least one is there. */
  readonly upstream: readonly (Value | undefined)[];
}

export interface Primitive<A> {
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly attributes: { readonly [K in keyof A]: AttributeKind<A[K]> };
  /** How many operands it takes; `undefined`: one or more. */
  readonly operands: number | undefined;
  /** Whether each element of the result is of the elements at its place alone, of operands that are repeated to one shape. */
  readonly pointwise?: true;
  /** @throws ShapeMistake for operands or attributes that it does not take. */
  readonly types: (attributes: A, operands: readonly TensorType[]) => readonly TensorType[];
  /** New arrays, or an operand's own where the values are the same. */
  readonly evaluate: (evaluation: Evaluation<A>) => readonly Float64Array[];
  /**
   * The gradient by each operand, of its shape; `undefined`: none. Called for float32 results only. A function for each operand, so
   * that those which nobody needs are not built.
   */
  readonly gradient: (call: GradientCall<A>) => readonly ((() => Value) | undefined)[];
}

/** The operand of a primitive that has one. */
export function only<T>(operands: readonly T[]): T {
  return operandAt(operands, 0);
}

export function operandAt<T>(operands: readonly T[], place: number): T {
  const operand = operands[place];
  if (operand === undefined) throw new ShapeMistake(`operand ${place} is missing`);
  return operand;
}

/** The gradient by the only result. */
export function onlyUpstream({ upstream }: Pick<GradientCall<unknown>, "upstream">): Value {
  const [gradient] = upstream;
  if (gradient === undefined) throw new Error("a gradient is asked for that changes nothing");
  return gradient;
}

export function need(condition: boolean, message: () => string): void {
  if (!condition) throw new ShapeMistake(message());
}

export function needFloat(...operands: readonly TensorType[]): void {
  for (const { type } of operands) need(type === "float32", () => `float32 is needed, not ${type}`);
}

export function needInt(operand: TensorType): void {
  need(operand.type === "int32", () => `int32 is needed, not ${operand.type}`);
}

/** @returns the extent along the axis. */
export function extentAt({ shape }: TensorType, axis: number): number {
  const extent = shape[axis];
  if (extent === undefined) throw new ShapeMistake(`there is no axis ${axis} in [${shape.join(", ")}]`);
  return extent;
}
