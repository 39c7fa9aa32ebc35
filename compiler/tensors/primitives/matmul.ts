/** Products of matrices. */
import { elementCount, float32, sameShape, type Value } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { need, needFloat, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";
import { addProducts } from "./products.ts";

export const matmul: Primitive<PrimitiveAttributes["matmul"]> = {
  summary: "The product of the matrices of the last two axes.",
  attributes: {},
  operands: 2,
  types: (_, operands) => {
    needFloat(...operands);
    const { leading, m, n } = extents(operandAt(operands, 0).shape, operandAt(operands, 1).shape);
    return [float32(...leading, m, n)];
  },
  evaluate: ({ operands }) => {
    const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
    const { leading, m, k, n } = extents(a.shape, b.shape);
    const batch = elementCount(leading);
    const y = new Float64Array(batch * m * n);
    for (let i = 0; i < batch; i++) {
      const [first, second, result] = [i * m * k, i * k * n, i * m * n];
      addProducts(
        { data: y, from: result, stride: n },
        { data: a.data, from: first, rowStride: k, columnStride: 1 },
        { data: b.data, from: second, stride: n },
        m,
        k,
        n,
      );
    }
    return [y];
  },
  gradient: (call) => {
    const { build, operands } = call;
    const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
    const upstream = onlyUpstream(call);
    const flip = (x: Value) => {
      const last = x.shape.length - 1;
      return build.transpose(
        x,
        [...x.shape.keys()].map((axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis)),
      );
    };
    return [() => build.matmul(upstream, flip(b)), () => build.matmul(flip(a), upstream)];
  },
};

function extents(a: readonly number[], b: readonly number[]) {
  const [m = 0, k = 0] = a.slice(-2);
  const [rows = 0, n = 0] = b.slice(-2);
  const leading = a.slice(0, -2);
  const fits = a.length >= 2 && k === rows && sameShape(leading, b.slice(0, -2));
  need(fits, () => `matrices [${a.join(", ")}] and [${b.join(", ")}] have no product`);
  return { leading, m, k, n };
}
