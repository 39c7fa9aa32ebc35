/** Comparing, choosing, and changing the type of elements. */
import { word } from "../attribute-kinds.ts";
import { elementCount } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { commonShape, repeatedTo, sumTo } from "./broadcasting.ts";
import { need, needInt, only, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";

type Relation = PrimitiveAttributes["compare"]["relation"];

const relations: Readonly<Record<Relation, (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  less: (a, b) => a < b,
  greater: (a, b) => a > b,
};

export const compare: Primitive<PrimitiveAttributes["compare"]> = {
  summary: "1 where a relation holds, else 0.",
  attributes: { relation: word("equal", "less", "greater") },
  operands: 2,
  pointwise: true,
  types: (_, operands) => {
    const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
    need(a.type === b.type, () => `${a.type} and ${b.type} are not compared`);
    return [{ type: "int32", shape: commonShape(operands) }];
  },
  evaluate: ({ attributes, operands, results }) => {
    const { shape } = only(results);
    const [a, b] = [repeatedTo(operandAt(operands, 0), shape), repeatedTo(operandAt(operands, 1), shape)];
    const holds = relations[attributes.relation];
    const result = new Float64Array(elementCount(shape));
    for (let i = 0; i < result.length; i++) result[i] = holds(a[i] ?? 0, b[i] ?? 0) ? 1 : 0;
    return [result];
  },
  gradient: () => [undefined, undefined],
};

export const select: Primitive<PrimitiveAttributes["select"]> = {
  summary: "One value where a condition is not 0, another elsewhere.",
  attributes: {},
  operands: 3,
  pointwise: true,
  types: (_, operands) => {
    const [a, b] = [operandAt(operands, 1), operandAt(operands, 2)];
    needInt(operandAt(operands, 0));
    need(a.type === b.type, () => `${a.type} and ${b.type} are not combined`);
    return [{ type: a.type, shape: commonShape(operands) }];
  },
  evaluate: ({ operands, results }) => {
    const { shape } = only(results);
    const condition = repeatedTo(operandAt(operands, 0), shape);
    const [a, b] = [repeatedTo(operandAt(operands, 1), shape), repeatedTo(operandAt(operands, 2), shape)];
    const result = new Float64Array(elementCount(shape));
    for (let i = 0; i < result.length; i++) result[i] = (condition[i] === 0 ? b[i] : a[i]) ?? 0;
    return [result];
  },
  gradient: (call) => {
    const { build, operands } = call;
    const condition = operandAt(operands, 0);
    const upstream = onlyUpstream(call);
    return [
      undefined,
      () => sumTo(build, build.select(condition, upstream, 0), operandAt(operands, 1).shape),
      () => sumTo(build, build.select(condition, 0, upstream), operandAt(operands, 2).shape),
    ];
  },
};

export const convert: Primitive<PrimitiveAttributes["convert"]> = {
  summary: "The same numbers in the other type.",
  attributes: { type: word("float32", "int32") },
  operands: 1,
  pointwise: true,
  types: ({ type }, operands) => [{ type, shape: only(operands).shape }],
  evaluate: ({ attributes, operands }) => {
    const { data } = only(operands);
    return [attributes.type === "int32" ? data.map(Math.trunc) : data];
  },
  gradient: (call) => {
    const upstream = onlyUpstream(call);
    return [only(call.operands).type === "float32" ? () => upstream : undefined];
  },
};
