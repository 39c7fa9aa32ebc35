/** ONNX Runtime computes again what a program computes again, late: by its own profile. */
import * as runtime from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { plan } from "../../../compiler/tensors/passes/plan.ts";
import type { Recomputation } from "../../../compiler/tensors/passes/recompute/dropped-values.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import { gradientsProgram } from "../../../compiler/tensors/programs/training.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { blockedLowerings } from "../../../runtime/engines/native/blocked/table.ts";
import { inputName, lowerProgram, recomputes } from "../../../runtime/engines/native/lower-program.ts";
import type { LoweringTable } from "../../../runtime/engines/native/lowered.ts";
import { publicLowerings } from "../../../runtime/engines/native/lowering/table.ts";
import { weightOrders } from "../../../runtime/engines/native/weight-orders.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { livePeak, runOrder } from "./run-order.ts";

const block = 16;

const { graph } = compileNetwork(`network Chain {
  input image [1, H, W]
  repeat 10 { conv(16, 3x3, bias = false) batchnorm relu }
  conv(2, 1x1)
  output labels by softmax
}`);

function gradients(recomputation: Recomputation | undefined): Program {
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  const outputs = graph.outputs.map((output) => ({ output, predicts: "classes" as const, terms: [term] }));
  const shaped = shapesAt(graph, new Map([["image", [64, 64] as const]]));
  return gradientsProgram(shaped, 2, outputs, { dropout: true, recomputation });
}

interface Lowering {
  readonly table: LoweringTable;
  readonly isBlocked: boolean;
}

/** The most bytes that are live when ONNX Runtime runs the program's model. */
async function measuredPeak(
  program: Program,
  {
    table,
    isBlocked,
    changes = {},
  }: Lowering & { readonly changes?: runtime.InferenceSession.SessionOptions },
): Promise<number> {
  const orders = isBlocked ? weightOrders(program, block) : new Map<string, never>();
  const [part] = lowerProgram(program, { table, orders, hidesShapes: recomputes(program) });
  if (part?.kind !== "model") throw new Error("the program has a model");
  const zeros = new Map(
    [...part.inputs].map(([id, shape]) => {
      const { type } = program.values[id] ?? { type: "float32" };
      const data =
        type === "int32" ? new Int32Array(elementCount(shape)) : new Float32Array(elementCount(shape));
      return [inputName(id), new runtime.Tensor(type, data, shape)] as const;
    }),
  );
  return livePeak(await runOrder(part.model, zeros, changes));
}

const otherKernels = `this machine has no kernels for blocks of ${block}`;

describe.each([
  ["blocked", { table: blockedLowerings(block), isBlocked: true }],
  ["public", { table: publicLowerings, isBlocked: false }],
] as const)("by %s operators", (_, lowering) => {
  it("the live peak falls as the plan states", async ({ skip }) => {
    if (lowering.isBlocked && (await blockSize(runtime)) !== block) skip(otherKernels);
    const [plain, again] = [gradients(undefined), gradients({ segments: 4, products: true })];
    expect(plan(again).peak.bytes / plan(plain).peak.bytes).toBeLessThan(0.65);
    const whole = await measuredPeak(plain, lowering);
    expect((await measuredPeak(again, lowering)) / whole).toBeLessThan(0.75);
    // it would not if equal nodes were made one; blocked convolutions of the forward pass do more at once, and are not equal
    const merged = { ...lowering, changes: { graphOptimizationLevel: "all" } } as const;
    if (!lowering.isBlocked) expect((await measuredPeak(again, merged)) / whole).toBeGreaterThan(0.9);
  });

  it("what is cheap is computed again for little memory", async ({ skip }) => {
    if (lowering.isBlocked && (await blockSize(runtime)) !== block) skip(otherKernels);
    const [plain, again] = [gradients(undefined), gradients({ segments: 6, products: false })];
    const whole = await measuredPeak(plain, lowering);
    expect((await measuredPeak(again, lowering)) / whole).toBeLessThan(0.85);
  });
});
