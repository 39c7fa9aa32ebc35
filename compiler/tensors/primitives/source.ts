/** Values that no operand decides, and the end of a gradient. */
import { integers, list, real, word } from "../attribute-kinds.ts";
import { elementCount } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { need, only, type Primitive } from "./primitive.ts";

export const constant: Primitive<PrimitiveAttributes["constant"]> = {
  summary: "Numbers written in the program.",
  attributes: { type: word("float32", "int32"), shape: integers, values: list(real) },
  operands: 0,
  types: ({ type, shape, values }) => {
    const count = elementCount(shape);
    need(
      values.length === 1 || values.length === count,
      () => `${values.length} values for ${count} elements`,
    );
    need(type === "float32" || values.every(Number.isInteger), () => "an int32 constant is no integer");
    return [{ type, shape }];
  },
  evaluate: ({ attributes: { type, shape, values } }) => {
    const rounded = type === "float32" ? values : values.map((value) => value | 0);
    const count = elementCount(shape);
    if (rounded.length === count) return [Float64Array.from(rounded)];
    return [new Float64Array(count).fill(rounded[0] ?? 0)];
  },
  gradient: () => [],
};

export const stopGradient: Primitive<PrimitiveAttributes["stop_gradient"]> = {
  summary: "Its operand, which gets no gradient.",
  attributes: {},
  operands: 1,
  pointwise: true,
  types: (_, operands) => [only(operands)],
  evaluate: ({ operands }) => [only(operands).data],
  gradient: () => [undefined],
};
