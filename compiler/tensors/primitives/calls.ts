/** The primitives as methods, for expansions, gradients, losses and optimizers to be written with. */

import { transposed } from "../../geometry/sparse-matrix.ts";
import { type ElementType, sameShape, type Value } from "../value.ts";
import type {
  ConvolutionAttributes,
  PrimitiveAttributes,
  PrimitiveName,
  WindowAttributes,
} from "./attributes.ts";

/** Numbers are constants of the other operand's type. */
export type Operand = Value | number;

type Attributes<P extends PrimitiveName> = PrimitiveAttributes[P];

export abstract class Calls {
  /** Appends a step. @throws ShapeMistake for operands that the primitive does not take. */
  abstract apply<P extends PrimitiveName>(
    primitive: P,
    operands: readonly Value[],
    attributes: Attributes<P>,
  ): readonly Value[];

  #one<P extends PrimitiveName>(primitive: P, operands: readonly Value[], attributes: Attributes<P>): Value {
    const [result] = this.apply(primitive, operands, attributes);
    if (result === undefined) throw new Error(`${primitive} has no result`);
    return result;
  }

  #two<P extends PrimitiveName>(
    primitive: P,
    operands: readonly Value[],
    attributes: Attributes<P>,
  ): readonly [Value, Value] {
    const [first, second] = this.apply(primitive, operands, attributes);
    if (first === undefined || second === undefined) throw new Error(`${primitive} has one result`);
    return [first, second];
  }

  /** All elements the same. */
  fill(value: number, shape: readonly number[] = [], type: ElementType = "float32"): Value {
    return this.#one("constant", [], { type, shape, values: [value] });
  }

  constant(values: readonly number[], shape: readonly number[], type: ElementType = "float32"): Value {
    return this.#one("constant", [], { type, shape, values });
  }

  stopGradient(x: Value): Value {
    return this.#one("stop_gradient", [x], {});
  }

  conv(x: Value, filter: Value, attributes: ConvolutionAttributes): Value {
    return this.#one("conv", [x, filter], attributes);
  }

  convInputGradient(gradient: Value, filter: Value, attributes: Attributes<"conv_input_gradient">): Value {
    return this.#one("conv_input_gradient", [gradient, filter], attributes);
  }

  convFilterGradient(x: Value, gradient: Value, attributes: Attributes<"conv_filter_gradient">): Value {
    return this.#one("conv_filter_gradient", [x, gradient], attributes);
  }

  matmul(a: Value, b: Value): Value {
    return this.#one("matmul", [a, b], {});
  }

  windowMax(x: Value, attributes: WindowAttributes): readonly [values: Value, places: Value] {
    return this.#two("window_max", [x], attributes);
  }

  gather(x: Value, places: Value): Value {
    return this.#one("gather", [x, places], {});
  }

  scatter(values: Value, places: Value, shape: readonly number[], distinct: boolean): Value {
    return this.#one("scatter", [values, places], { shape, distinct });
  }

  axisMap(x: Value, attributes: Attributes<"axis_map">): Value {
    return this.#one("axis_map", [x], attributes);
  }

  axisMapTransposed(x: Value, { axis, matrix }: Attributes<"axis_map">): Value {
    return this.axisMap(x, { axis, matrix: transposed(matrix) });
  }

  slice(x: Value, start: readonly number[], size: readonly number[]): Value {
    return sameShape(x.shape, size) ? x : this.#one("slice", [x], { start, size });
  }

  pad(x: Value, before: readonly number[], after: readonly number[]): Value {
    const none = [...before, ...after].every((positions) => positions === 0);
    return none ? x : this.#one("pad", [x], { before, after });
  }

  concat(values: readonly Value[], axis: number): Value {
    const [first] = values;
    return first !== undefined && values.length === 1 ? first : this.#one("concat", values, { axis });
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return sameShape(x.shape, shape) ? x : this.#one("reshape", [x], { shape });
  }

  transpose(x: Value, order: readonly number[]): Value {
    return order.every((from, axis) => from === axis) ? x : this.#one("transpose", [x], { order });
  }

  broadcast(x: Value, shape: readonly number[]): Value {
    return sameShape(x.shape, shape) ? x : this.#one("broadcast", [x], { shape });
  }

  negate(x: Value): Value {
    return this.#one("negate", [x], {});
  }

  exp(x: Value): Value {
    return this.#one("exp", [x], {});
  }

  log(x: Value): Value {
    return this.#one("log", [x], {});
  }

  sqrt(x: Value): Value {
    return this.#one("sqrt", [x], {});
  }

  tanh(x: Value): Value {
    return this.#one("tanh", [x], {});
  }

  sigmoid(x: Value): Value {
    return this.#one("sigmoid", [x], {});
  }

  erf(x: Value): Value {
    return this.#one("erf", [x], {});
  }

  abs(x: Value): Value {
    return this.#one("abs", [x], {});
  }

  floor(x: Value): Value {
    return this.#one("floor", [x], {});
  }

  add(a: Operand, b: Operand): Value {
    return this.#one("add", this.#both(a, b), {});
  }

  subtract(a: Operand, b: Operand): Value {
    return this.#one("subtract", this.#both(a, b), {});
  }

  multiply(a: Operand, b: Operand): Value {
    return this.#one("multiply", this.#both(a, b), {});
  }

  divide(a: Operand, b: Operand): Value {
    return this.#one("divide", this.#both(a, b), {});
  }

  maximum(a: Operand, b: Operand): Value {
    return this.#one("maximum", this.#both(a, b), {});
  }

  minimum(a: Operand, b: Operand): Value {
    return this.#one("minimum", this.#both(a, b), {});
  }

  power(a: Operand, b: Operand): Value {
    return this.#one("power", this.#both(a, b), {});
  }

  compare(a: Operand, relation: "equal" | "less" | "greater", b: Operand): Value {
    return this.#one("compare", this.#both(a, b), { relation });
  }

  select(condition: Value, a: Operand, b: Operand): Value {
    return this.#one("select", [condition, ...this.#both(a, b)], {});
  }

  convert(x: Value, type: ElementType): Value {
    return x.type === type ? x : this.#one("convert", [x], { type });
  }

  sum(x: Value, axes: readonly number[]): Value {
    return this.#one("sum", [x], { axes });
  }

  mean(x: Value, axes: readonly number[]): Value {
    return this.#one("mean", [x], { axes });
  }

  max(x: Value, axes: readonly number[]): Value {
    return this.#one("max", [x], { axes });
  }

  moments(x: Value, axes: readonly number[]): readonly [mean: Value, variance: Value] {
    return this.#two("moments", [x], { axes });
  }

  argmax(x: Value, axis: number): Value {
    return this.#one("argmax", [x], { axis });
  }

  oneHot(labels: Value, axis: number, classes: number): Value {
    return this.#one("one_hot", [labels], { axis, classes });
  }

  sort(x: Value, axis: number): readonly [values: Value, places: Value] {
    return this.#two("sort", [x], { axis });
  }

  cumulativeSum(x: Value, axis: number, reverse = false): Value {
    return this.#one("cumulative_sum", [x], { axis, reverse });
  }

  lattice(
    x: Value,
    { corners, shares, neighbours }: Readonly<Record<"corners" | "shares" | "neighbours", Value>>,
    attributes: Attributes<"lattice">,
  ): Value {
    return this.#one("lattice", [x, corners, shares, neighbours], attributes);
  }

  #both(a: Operand, b: Operand): readonly [Value, Value] {
    if (typeof a !== "number") return [a, typeof b === "number" ? this.fill(b, [], a.type) : b];
    if (typeof b !== "number") return [this.fill(a, [], b.type), b];
    throw new Error("a primitive of two numbers is a number");
  }
}
