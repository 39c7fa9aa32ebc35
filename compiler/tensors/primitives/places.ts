/** Values taken from flat places, and put there. */
import { flag, integers } from "../attribute-kinds.ts";
import { elementCount, float32, sameShape } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { need, needFloat, needInt, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";

export const gather: Primitive<PrimitiveAttributes["gather"]> = {
  summary: "The values at given places.",
  attributes: {},
  operands: 2,
  types: (_, operands) => {
    const [x, places] = [operandAt(operands, 0), operandAt(operands, 1)];
    needInt(places);
    return [{ type: x.type, shape: places.shape }];
  },
  evaluate: ({ operands }) => {
    const [x, places] = [operandAt(operands, 0).data, operandAt(operands, 1).data];
    return [Float64Array.from(places, (place) => valueAt(x, place))];
  },
  gradient: (call) => {
    const { build, operands } = call;
    const [x, places] = [operandAt(operands, 0), operandAt(operands, 1)];
    const upstream = onlyUpstream(call);
    return [() => build.scatter(upstream, places, x.shape, false), undefined];
  },
};

export const scatter: Primitive<PrimitiveAttributes["scatter"]> = {
  summary: "Values put at given places, zeros elsewhere.",
  attributes: { shape: integers, distinct: flag },
  operands: 2,
  types: ({ shape }, operands) => {
    const [values, places] = [operandAt(operands, 0), operandAt(operands, 1)];
    needFloat(values);
    needInt(places);
    need(sameShape(values.shape, places.shape), () => "each value needs one place");
    return [float32(...shape)];
  },
  evaluate: ({ attributes: { shape }, operands }) => {
    const [values, places] = [operandAt(operands, 0).data, operandAt(operands, 1).data];
    const result = new Float64Array(elementCount(shape));
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      result[place] = valueAt(result, place) + (values[i] ?? 0);
    }
    return [result];
  },
  gradient: (call) => {
    const { build, operands } = call;
    const upstream = onlyUpstream(call);
    return [() => build.gather(upstream, operandAt(operands, 1)), undefined];
  },
};

function valueAt(data: Float64Array, place: number): number {
  const value = data[place];
  if (value === undefined) throw new Error(`place ${place} is outside ${data.length} values`);
  return value;
}
