/** Loops of WebAssembly with SIMD: random groups of steps, compared with the same group as a loop of JavaScript. */
import type { TensorInfo } from "@tensorflow/tfjs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { type AxisOrder, storedShape } from "../../../runtime/engines/tfjs/axis-order.ts";
import { type ArrayHeap, onArrays } from "../../../runtime/engines/tfjs/kernels/array-heap.ts";
import type { PointwiseStep } from "../../../runtime/engines/tfjs/pointwise/functions.ts";
import type {
  Group,
  GroupNode,
  GroupResult,
  Leaf,
  Operand,
} from "../../../runtime/engines/tfjs/pointwise/group.ts";
import { planOf } from "../../../runtime/engines/tfjs/pointwise/loop-plan.ts";
import { loopOf } from "../../../runtime/engines/tfjs/pointwise/loops.ts";
import { onMemory } from "../../../runtime/engines/tfjs/pointwise/simd/on-memory.ts";
import { startWasm } from "../../../runtime/engines/tfjs/wasm.ts";
import { Random } from "../../../runtime/random.ts";

const backend = await startWasm();
if (!("tf" in backend)) throw new Error(backend.reason);
const { tf } = backend;

const step = (primitive: string, attributes: object = {}): PointwiseStep =>
  ({ primitive, attributes, operands: [], results: [] }) as unknown as PointwiseStep; // loops read these two

/** With how many operands. No roots and quotients: small differences become large, and NaN in one of them only. */
const steps: readonly (readonly [PointwiseStep, number])[] = [
  [step("negate"), 1],
  [step("abs"), 1],
  [step("broadcast"), 1],
  [step("convert", { type: "float32" }), 1],
  [step("add"), 2],
  [step("subtract"), 2],
  [step("multiply"), 2],
  [step("maximum"), 2],
  [step("minimum"), 2],
  [step("compare", { relation: "less" }), 2],
  [step("compare", { relation: "greater" }), 2],
  [step("compare", { relation: "equal" }), 2],
  [step("select"), 3],
];

const order: AxisOrder = [0, 2, 3, 1];

/** With extents of one where the random number says so. */
function part(shape: readonly number[], random: Random): readonly number[] {
  return random.integer(5) < 2 ? shape : shape.map((extent) => (random.integer(2) === 0 ? extent : 1));
}

function randomGroup(shape: readonly number[], random: Random): Group {
  const leaves = Array.from({ length: 1 + random.integer(4) }, (_, i): Leaf => {
    // one whole, so that the loop reads what it walks
    return { type: "float32", shape: i === 0 ? shape : part(shape, random), order };
  });
  const nodes: GroupNode[] = [];
  const operand = (): Operand => {
    const place = random.integer(leaves.length + nodes.length + 1);
    if (place === 0) return { kind: "number", value: [0, 1, -2, 0.5][random.integer(4)] ?? 0 };
    return place <= leaves.length
      ? { kind: "leaf", place: place - 1 }
      : { kind: "node", place: place - 1 - leaves.length };
  };
  for (let i = random.integer(9); i > 0; i--) {
    const [one, count] = steps[random.integer(steps.length)] ?? [step("abs"), 1];
    nodes.push({ step: one, operands: Array.from({ length: count }, operand) });
  }
  const results = Array.from({ length: 1 + random.integer(3) }, (): GroupResult => {
    const reduced = ([undefined, "sum", "max"] as const)[random.integer(3)];
    const own = reduced === undefined ? shape : part(shape, random);
    return {
      of: operand(),
      type: "float32",
      shape: own,
      order,
      reduced: own === shape ? undefined : reduced,
    };
  });
  return { shape, order, leaves, nodes, results };
}

/** Values in quarters, exact in both loops: what jumps, jumps in both. */
function tensor({ shape }: Pick<Leaf, "shape">, random: Random): TensorInfo {
  const values = Float32Array.from({ length: elementCount(shape) }, () => random.integer(33) / 4 - 4);
  return tf.tensor(values, storedShape({ shape, order }));
}

/** The loop's results. @param simd whether the heap lends its memory to loops of WebAssembly */
function computed(group: Group, given: readonly TensorInfo[], simd: boolean): Float32Array[] {
  return onArrays(tf, (heap) => {
    const lent: ArrayHeap = {
      output: (shape) => heap.output(shape),
      integerOutput: (shape) => heap.integerOutput(shape),
      floats: (info) => heap.floats(info),
      integers: (info) => heap.integers(info),
      memory: simd ? heap.memory : undefined,
    };
    if (simd) expect(lent.memory).toBeDefined();
    const made = loopOf(group)(lent, given);
    const values = made.map((info) => heap.floats(info).slice());
    for (const info of made) tf.engine().makeTensorFromTensorInfo(info).dispose();
    return values;
  });
}

it("computes what a loop of JavaScript does, whatever is repeated, summed or the largest", () => {
  let simd = 0;
  fc.assert(
    fc.property(
      fc.tuple(...[3, 40, 7, 9].map((max) => fc.integer({ min: 1, max }))),
      fc.nat(),
      (shape, seed) => {
        const random = new Random(seed, "group");
        const group = randomGroup(shape, random);
        if (onMemory(group, planOf(group)) === undefined) return;
        simd += 1;
        const given = group.leaves.map((leaf) => tensor(leaf, random));
        const [expected, found] = [computed(group, given, false), computed(group, given, true)];
        for (const [i, values] of expected.entries()) {
          // products of eight numbers below 5 lose digits, and cancel in sums
          const largest = Math.max(1, ...values.map(Math.abs));
          const wrong = values.findIndex((value, at) => {
            const other = found[i]?.[at] ?? Number.NaN;
            return !(Object.is(value, other) || Math.abs(value - other) <= 1e-5 * largest);
          });
          expect(wrong, `result ${i}: ${found[i]?.[wrong]}, not ${values[wrong]}`).toBe(-1);
        }
        for (const info of given) tf.dispose(info as never); // a tensor, as tensor() made it
      },
    ),
    { numRuns: 400, seed: 20261126 },
  );
  expect(simd).toBeGreaterThan(150);
});

it("keeps NaN, infinities and the sign of 0 as JavaScript does", () => {
  const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 3e38];
  const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));
  const repeated = [...pairs, ...pairs, ...pairs, ...pairs];
  const shape = [repeated.length];
  const layout = { type: "float32", shape, order: [0] } as const;
  const given = [0, 1].map((place) => tf.tensor(Float32Array.from(repeated, (pair) => pair[place] ?? 0)));
  const operands: readonly Operand[] = [
    { kind: "leaf", place: 0 },
    { kind: "leaf", place: 1 },
    { kind: "number", value: 0 },
  ];
  const all = [
    ...steps,
    [step("sqrt"), 1] as const,
    [step("divide"), 2] as const,
    [step("floor"), 1] as const,
  ];
  for (const [one, count] of all) {
    const nodes = [{ step: one, operands: operands.slice(0, count) }];
    const results: readonly GroupResult[] = [
      { ...layout, of: { kind: "node", place: 0 }, reduced: undefined },
    ];
    const group: Group = { shape, order: [0], leaves: [layout, layout], nodes, results };
    expect(onMemory(group, planOf(group)), one.primitive).toBeDefined();
    const [expected, found] = [computed(group, given, false), computed(group, given, true)];
    expect(found, one.primitive).toEqual(expected);
  }
});
