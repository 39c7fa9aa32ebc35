/** Loops over arrays: what is a value or 0, chosen without a branch, for every kind of float32. */
import type { TensorInfo } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import type { ArrayHeap } from "../../../runtime/engines/tfjs/kernels/array-heap.ts";
import type { PointwiseStep } from "../../../runtime/engines/tfjs/pointwise/functions.ts";
import type { GroupNode, GroupResult, Operand } from "../../../runtime/engines/tfjs/pointwise/group.ts";
import { loopOf } from "../../../runtime/engines/tfjs/pointwise/loops.ts";

const largest = 3.4028234663852886e38;
const numbers = [0, -0, 1, -1, 1e-45, -1e-45, largest, -largest, Infinity, -Infinity, NaN] as const;
/** Every pair of them, and a NaN whose sign bit is set, as processors make it. */
const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const));
const first = Float32Array.from([...pairs.map(([a]) => a), NaN]);
new Int32Array(first.buffer)[pairs.length] = 0xffc00000 | 0;
const second = Float32Array.from([...pairs.map(([, b]) => b), 1]);

const leaf = (place: number): Operand => ({ kind: "leaf", place });
const node = (place: number): Operand => ({ kind: "node", place });
const zero: Operand = { kind: "number", value: 0 };
const shape = [first.length];
const layout = { type: "float32", shape, order: [0] } as const;
const result = (of: Operand, reduced?: "sum"): GroupResult =>
  reduced === undefined
    ? { ...layout, of, reduced }
    : { of, reduced, type: "float32", shape: [1], order: [0] };
const step = (primitive: PointwiseStep["primitive"], attributes: object = {}): PointwiseStep =>
  ({ primitive, attributes, operands: [], results: [] }) as unknown as PointwiseStep; // loops read these two

/** The results of a loop over the two arrays. */
function run(nodes: readonly GroupNode[], results: readonly GroupResult[]): Float32Array[] {
  const arrays = new Map<object, Float32Array | Int32Array>();
  const held = (array: Float32Array | Int32Array): TensorInfo => {
    const dataId = {};
    arrays.set(dataId, array);
    return { dataId, shape: [array.length], dtype: "float32" };
  };
  const heap: ArrayHeap = {
    output: ([count = 1]) => held(new Float32Array(count)),
    integerOutput: ([count = 1]) => held(new Int32Array(count)),
    floats: ({ dataId }) => arrays.get(dataId) as Float32Array, // as output made it
    integers: ({ dataId }) => arrays.get(dataId) as Int32Array, // as integerOutput made it
  };
  const loop = loopOf({ shape, order: [0], leaves: [layout, layout], nodes, results });
  return loop(heap, [held(first), held(second)]).map((info) => heap.floats(info));
}

describe("a loop", () => {
  it("cuts off below 0 as Math.max does: negative infinity becomes 0, a NaN of either sign stays", () => {
    const [made] = run([{ step: step("maximum"), operands: [leaf(0), zero] }], [result(node(0))]);
    expect(made?.map(Math.abs)).toEqual(first.map((x) => Math.max(x, 0)));
  });

  it("gives a rectifier's gradient where its output is above 0, and 0 elsewhere, also of what is infinite", () => {
    const [made] = run(
      [
        { step: step("compare", { relation: "greater" }), operands: [leaf(0), zero] },
        { step: step("select"), operands: [node(0), leaf(1), zero] },
      ],
      [result(node(1))],
    );
    expect(made).toEqual(second.map((gradient, i) => ((first[i] ?? 0) > 0 ? gradient : 0)));
  });

  it("reads what was cut off in later steps and sums", () => {
    const results = [result(node(0)), result(node(1)), result(node(0), "sum")];
    const [, doubled, sum] = run(
      [
        { step: step("maximum"), operands: [leaf(1), zero] },
        { step: step("add"), operands: [node(0), node(0)] },
      ],
      results,
    );
    expect(doubled).toEqual(second.map((x) => 2 * Math.max(x, 0)));
    expect(sum?.[0]).toBeNaN();
  });
});
