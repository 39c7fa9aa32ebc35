/** What predictions compute from the weights alone is computed once for all sizes. */
import * as runtime from "onnxruntime-node";
import { expect, it } from "vitest";
import type { Program } from "../../../compiler/tensors/program.ts";
import { predictionProgram } from "../../../compiler/tensors/programs/prediction.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { blockedLowerings } from "../../../runtime/engines/native/blocked/table.ts";
import { EarlyModels } from "../../../runtime/engines/native/early-models.ts";
import { lowerProgram } from "../../../runtime/engines/native/lower-program.ts";
import { publicLowerings } from "../../../runtime/engines/native/lowering/table.ts";
import { openModel } from "../../../runtime/engines/native/open-model.ts";
import { compileNetwork } from "../../support/compile-network.ts";

const { graph } = compileNetwork(`network N {
  input image [1, H, W]
  conv(16, 3x3, bias = false) batchnorm relu maxpool(2) conv(32, 3x3) relu conv(2, 1x1)
  output labels by softmax
}`);

function programAt(size: number): Program {
  return predictionProgram(shapesAt(graph, new Map([["image", [size, size] as const]])), 1);
}

it("is shared by programs of several sizes, until the last of them is closed", async () => {
  const block = await blockSize(runtime);
  const table = block === undefined ? publicLowerings : blockedLowerings(block);
  const earlies = new EarlyModels();
  let opened = 0;
  const take = async (size: number) => {
    const program = programAt(size);
    const [part] = lowerProgram(program, { table });
    if (part?.kind !== "model" || part.early === undefined)
      throw new Error("filters depend on weights alone");
    return earlies.take(program, part.early, (model) => {
      opened += 1;
      return openModel(runtime, model, { threads: 1 });
    });
  };
  const ones = (_: number, shape: readonly number[]) =>
    new runtime.Tensor("float32", new Float32Array(elementCount(shape)).fill(1), shape);
  const [small, large] = [await take(16), await take(32)];
  expect(opened).toBe(1);
  const values = await small.values(1, ones);
  expect(await large.values(1, ones)).toBe(values);
  expect(await large.values(2, ones)).not.toBe(values);
  small.release();
  const third = await take(64);
  expect(opened).toBe(1);
  large.release();
  third.release();
  (await take(16)).release();
  expect(opened).toBe(2);
});
