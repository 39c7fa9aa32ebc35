import { expect, it } from "vitest";
import { chainsOf } from "../../../runtime/engines/tfjs/kernels/lattice-chains.ts";

/** [before, after] of the vertices 0, 1, … */
const neighbours = (...pairs: readonly (readonly [number, number])[]) => Int32Array.from(pairs.flat());

it("lists chains of neighbours in order, each with a 0 after it, and leaves single vertices out", () => {
  // 3 – 1 – 4, 2 by itself, 5 – 6
  const table = neighbours([0, 0], [3, 4], [0, 0], [0, 1], [1, 0], [0, 6], [5, 0]);
  expect([...(chainsOf(table) ?? [])]).toEqual([3, 1, 4, 0, 5, 6, 0]);
});

it("finds no chains in a circle, or where a neighbour does not know its own", () => {
  expect(chainsOf(neighbours([0, 0], [2, 2], [1, 1]))).toBeUndefined();
  expect(chainsOf(neighbours([0, 0], [0, 2], [0, 0]))).toBeUndefined();
});
