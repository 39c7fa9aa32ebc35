/** Models are written so that ONNX Runtime, which orders nodes itself, computes late what is needed late, and copies little. */
import * as runtime from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { modelType } from "../../../compiler/onnx/schema.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import { gradientsProgram, trainedWeights } from "../../../compiler/tensors/programs/training.ts";
import { updateProgram } from "../../../compiler/tensors/programs/update.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { blockedLowerings } from "../../../runtime/engines/native/blocked/table.ts";
import { inputName, type LoweredPart, lowerProgram } from "../../../runtime/engines/native/lower-program.ts";
import type { LoweringTable } from "../../../runtime/engines/native/lowered.ts";
import { publicLowerings } from "../../../runtime/engines/native/lowering/table.ts";
import { sumModel, sumName } from "../../../runtime/engines/native/sum-of-gradients.ts";
import { weightOrders } from "../../../runtime/engines/native/weight-orders.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { adam, sgd } from "../sessions.ts";
import { livePeak, runOrder } from "./run-order.ts";

const { graph } = compileNetwork(`network UNet {
  input image [1, H, W]
  block double(channels) {
    conv(channels, 3x3, bias = false) batchnorm relu
    conv(channels, 3x3, bias = false) batchnorm relu
  }
  double(16) as level
  maxpool(2) double(32)
  transposed_conv(16, 2x2, stride = 2)
  skip level by concat
  double(16)
  conv(2, 1x1)
  output labels by softmax
}`);

/** Each layer reads all before it, and adds fewer channels than a block has. */
const dense = compileNetwork(`network Dense {
  input image [1, H, W]
  block layer() { batchnorm relu conv(12, 3x3, bias = false) dropout(0.2) }
  conv(16, 3x3)
  repeat 4 { fork by concat { path {} path { layer() } } } as joined
  batchnorm relu conv(32, 1x1) maxpool(2)
  transposed_conv(16, 3x3, stride = 2)
  skip joined by concat
  repeat 4 { fork by concat { path {} path { layer() } } }
  conv(2, 1x1)
  output labels by softmax
}`).graph;

const block = 16;
const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;

function gradientsAt(batch: number, of = graph): Program {
  const outputs = of.outputs.map((output) => ({ output, predicts: "classes" as const, terms: [term] }));
  const shaped = shapesAt(of, new Map([["image", [64, 64] as const]]));
  return gradientsProgram(shaped, batch, outputs, { dropout: true, parts: { block } });
}

type Model = Extract<LoweredPart, { kind: "model" }>;

function modelOf(program: Program, table: LoweringTable, more = {}): Model {
  const [part] = lowerProgram(program, { table, ...more });
  if (part?.kind !== "model") throw new Error("the program has a model");
  return part;
}

function blockedModel(program: Program): Model {
  return modelOf(program, blockedLowerings(block), { orders: weightOrders(program, block) });
}

/** How many nodes of each operator. */
function operatorsOf({ model }: Model): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const { graph: decoded } = modelType.toObject(modelType.decode(model));
  for (const { op_type } of decoded.node) counts.set(op_type, (counts.get(op_type) ?? 0) + 1);
  return counts;
}

/** For names of what nodes give: the operator. */
function makersOf(model: Uint8Array): ReadonlyMap<string, string> {
  const { graph: decoded } = modelType.toObject(modelType.decode(model));
  const nodes: readonly { op_type: string; output: readonly string[] }[] = decoded.node;
  return new Map(nodes.flatMap(({ op_type, output }) => output.map((name) => [name, op_type] as const)));
}

function runOnZeros(program: Program, lower: (program: Program) => Model) {
  const { model, inputs } = lower(program);
  const zeros = new Map(
    [...inputs].map(([id, shape]) => {
      const { type } = program.values[id] ?? { type: "float32" };
      const data =
        type === "int32" ? new Int32Array(elementCount(shape)) : new Float32Array(elementCount(shape));
      return [inputName(id), new runtime.Tensor(type, data, shape)] as const;
    }),
  );
  return runOrder(model, zeros);
}

const otherKernels = `this machine has no kernels for blocks of ${block}`;

describe("a training step", () => {
  it.for([
    ["blocked", blockedModel],
    ["public", (program: Program) => modelOf(program, publicLowerings)],
  ] as const)(
    "by %s operators holds little more than the program in its own order",
    async ([name, lower], { skip }) => {
      if (name === "blocked" && (await blockSize(runtime)) !== block) skip(otherKernels);
      const nodes = await runOnZeros(gradientsAt(1), lower);
      const map = 4 * 16 * 64 * 64;
      // before and after each ReLU (8 at full size, 2 at half), the joined maps (2), what was upsampled (1), and 3 at work; 18 and more in running order
      expect(livePeak(nodes) / map).toBeLessThan(16);
      // masks of ReLUs, which only the backward pass reads, are made there
      const places = (sought: string) => nodes.flatMap(({ operator }, i) => (operator === sought ? [i] : []));
      if (name === "blocked")
        expect(Math.min(...places("HardSigmoid"))).toBeGreaterThan(Math.max(...places("Log")));
    },
  );

  it("keeps no joined map, and each map in one order", async ({ skip }) => {
    if ((await blockSize(runtime)) !== block) skip(otherKernels);
    const program = gradientsAt(1, dense);
    const channels = livePeak(await runOnZeros(program, blockedModel)) / (4 * 64 * 64);
    // before and after each ReLU: parts of 16 filled channels once, what the layers rectify each for itself; and four maps at work
    const parts = 16 + 4 * 16 + 16 + 80 + 4 * 16;
    const rectified = 16 + 32 + 48 + 64 + 80 + (96 + 112 + 128 + 144);
    expect(channels).toBeLessThan(parts + rectified + 4 * 80);
  });

  it("reorders no more feature maps at batch 1 than at batch 2", () => {
    const [one, two] = [operatorsOf(blockedModel(gradientsAt(1))), operatorsOf(blockedModel(gradientsAt(2)))];
    expect(one.get("ReorderOutput")).toBeLessThanOrEqual(two.get("ReorderOutput") ?? 0);
    expect(one.get("ReduceSum")).toBeLessThanOrEqual(two.get("ReduceSum") ?? 0);
  });

  it("copies no result", () => {
    expect(operatorsOf(blockedModel(gradientsAt(1))).get("Identity") ?? 0).toBe(0);
  });
});

describe.each([
  ["SGD with momentum", sgd()],
  ["SGD with weight decay", sgd({ momentum: 0, weightDecay: 0.1 })],
  ["Adam", adam()],
] as const)("an update by %s", (_, optimizer) => {
  it.each([block, undefined])("is written over what it replaces, with blocks of %s", (flat) => {
    const program = updateProgram("update", trainedWeights({ graph }), optimizer);
    const table = flat === undefined ? publicLowerings : blockedLowerings(flat);
    const { over } = modelOf(program, table, { flat });
    const own = program.updates.filter(({ state, value }) => {
      const into = over.get(value);
      return program.state.some(({ name, value: replaced }) => name === state && replaced === into);
    });
    const gradients = program.feeds.filter(
      ({ kind, value }) => kind === "gradient" && [...over.values()].includes(value),
    );
    expect(own.length + gradients.length).toBe(program.updates.length);
    expect(new Set(over.values()).size).toBe(over.size);
  });
});

it.each([
  ["U-Net", graph],
  ["dense layers", dense],
])("a value that has been given other shapes is read as it was before them: %s", (_, of) => {
  for (const { model } of [blockedModel(gradientsAt(2, of)), modelOf(gradientsAt(2, of), publicLowerings)]) {
    const makers = makersOf(model);
    const { graph: decoded } = modelType.toObject(modelType.decode(model));
    const nodes: readonly { op_type: string; input: readonly string[] }[] = decoded.node;
    const reshapes = nodes.filter(({ op_type }) => op_type === "Reshape");
    expect(reshapes.length).toBeGreaterThan(0);
    expect(reshapes.filter(({ input: [x = ""] }) => makers.get(x) === "Reshape")).toEqual([]);
  }
});

it("the model that sums gradients has a node for each of more than 1,024 elements, and sees one that is not finite", async () => {
  const counts = new Map([
    ["few", 7],
    ["many", 4096],
    ["more", 3000],
  ]);
  const { model, shapes } = sumModel(counts);
  const makers = makersOf(model);
  expect([...makers.values()].sort()).toEqual(["Concat", "ReduceSum", "ReduceSum", "ReduceSum"]);
  const session = await runtime.InferenceSession.create(model);
  for (const [name, wrong] of [
    [undefined, 1],
    ["few", Number.NaN],
    ["many", Number.POSITIVE_INFINITY],
    ["more", Number.NaN],
  ] as const) {
    const feeds = [...counts].map(([one, count]) => {
      const data = new Float32Array(count).fill(1);
      if (one === name) data[count - 1] = wrong;
      return [one, new runtime.Tensor("float32", data, shapes.get(one) ?? [])] as const;
    });
    const { [sumName]: sum } = await session.run(Object.fromEntries(feeds));
    expect(sum?.dims).toEqual([1]);
    expect(Number(sum?.data[0])).toBe(name === undefined ? 7 + 4096 + 3000 : wrong);
  }
  await session.release();
});
