/**
 * Gaussian sums over positions on a permutohedral lattice (Adams, Baek & Davis 2010), from tables that the host makes of the
 * features: values are splatted onto the vertices around each position, blurred along each direction by ½ 1 ½, and sliced again.
 */
import { flag, real } from "../attribute-kinds.ts";
import { elementCount, four, sameShape, type TensorType } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { need, needFloat, needInt, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";

export const lattice: Primitive<PrimitiveAttributes["lattice"]> = {
  summary: "Messages that every position gets from every other, on a permutohedral lattice.",
  attributes: { gain: real, reverse: flag },
  operands: 4,
  types: (_, operands) => {
    const { x } = tablesOf(operands);
    return [{ type: "float32", shape: x.shape }];
  },
  evaluate: ({ attributes: { gain, reverse }, operands }) => {
    const { x, corners, shares, neighbours } = tablesOf(operands);
    const [batch, channels, height, width] = four(x.shape);
    const positions = height * width;
    const [, directions = 0, rows = 0] = neighbours.shape;
    const stride = corners.shape[2] ?? 0;
    const order = Array.from({ length: directions }, (_, i) => (reverse ? directions - 1 - i : i));
    const result = new Float64Array(x.data.length);
    for (let image = 0; image < batch; image++) {
      const table = image * positions * stride;
      for (let channel = 0; channel < channels; channel++) {
        const plane = (image * channels + channel) * positions;
        let sums: Float64Array = new Float64Array(rows);
        for (let i = 0; i < positions * stride; i++) {
          const vertex = corners.data[table + i] ?? 0;
          const value = x.data[plane + Math.floor(i / stride)] ?? 0;
          sums[vertex] = (sums[vertex] ?? 0) + (shares.data[table + i] ?? 0) * value;
        }
        sums[0] = 0; // of no vertex
        for (const direction of order) {
          sums = blurred(sums, neighbours.data, (image * directions + direction) * rows * 2);
        }
        for (let i = 0; i < positions * stride; i++) {
          const to = plane + Math.floor(i / stride);
          const share = gain * (shares.data[table + i] ?? 0);
          result[to] = (result[to] ?? 0) + share * (sums[corners.data[table + i] ?? 0] ?? 0);
        }
      }
    }
    return [result];
  },
  gradient: (call) => {
    const { build, attributes, operands } = call;
    const upstream = onlyUpstream(call);
    const [, corners, shares, neighbours] = operands;
    if (corners === undefined || shares === undefined || neighbours === undefined)
      throw new Error("a lattice lacks its tables");
    const { gain, reverse } = attributes;
    // The blur along one direction is symmetric; those along several do not commute where vertices are missing.
    const back = () => build.lattice(upstream, { corners, shares, neighbours }, { gain, reverse: !reverse });
    return [back, undefined, undefined, undefined];
  },
};

/** ½ 1 ½ between the vertices before and after each; row 0 is none. */
function blurred(sums: Float64Array, neighbours: Float64Array, from: number): Float64Array {
  const result = new Float64Array(sums.length);
  for (let row = 1; row < sums.length; row++) {
    const before = sums[neighbours[from + 2 * row] ?? 0] ?? 0;
    const after = sums[neighbours[from + 2 * row + 1] ?? 0] ?? 0;
    result[row] = (sums[row] ?? 0) + 0.5 * (before + after);
  }
  return result;
}

function tablesOf<T extends TensorType>(operands: readonly T[]) {
  const [x, corners] = [operandAt(operands, 0), operandAt(operands, 1)];
  const [shares, neighbours] = [operandAt(operands, 2), operandAt(operands, 3)];
  needFloat(x, shares);
  needInt(corners);
  needInt(neighbours);
  const [batch, , height, width] = four(x.shape);
  const [images, positions] = corners.shape;
  const fits =
    images === batch &&
    positions === height * width &&
    corners.shape.length === 3 &&
    sameShape(corners.shape, shares.shape) &&
    neighbours.shape.length === 4 &&
    neighbours.shape[0] === batch &&
    neighbours.shape[3] === 2;
  need(fits, () => `tables of ${elementCount(corners.shape)} corners do not fit [${x.shape.join(", ")}]`);
  return { x, corners, shares, neighbours };
}
