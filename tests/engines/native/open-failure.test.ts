/** Models that were opened beside one that cannot be opened are released. */
import * as onnxruntime from "onnxruntime-node";
import { expect, it } from "vitest";
import { predictionProgram } from "../../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram } from "../../../compiler/tensors/programs/training.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import { EngineFull } from "../../../runtime/engines/engine.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { NativeExecutor } from "../../../runtime/engines/native/executor.ts";
import type { OnnxRuntime } from "../../../runtime/engines/native/onnx-runtime.ts";
import { compileNetwork } from "../../support/compile-network.ts";

const { graph } = compileNetwork(`network N {
  input image [1, H, W]
  conv(16, 3x3, bias = false) batchnorm relu maxpool(2) conv(32, 3x3) relu conv(2, 1x1)
  output labels by softmax
}`);
const shaped = shapesAt(graph, new Map([["image", [16, 16] as const]]));
const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const outputs = graph.outputs.map((output) => ({ output, terms: [term], predicts: "classes" as const }));

const programs = {
  prediction: () => predictionProgram(shaped, 1),
  gradients: () => gradientsProgram(shaped, 1, outputs, { dropout: true }),
};

/** ONNX Runtime whose sessions are counted; the one with the given number, from 0, finds no memory. */
function countingRuntime(failing: number | undefined): {
  runtime: OnnxRuntime;
  opened: number;
  held: () => number;
} {
  let [opened, released] = [0, 0];
  const create = async (...given: Parameters<typeof onnxruntime.InferenceSession.create>) => {
    const number = opened++;
    const session = await onnxruntime.InferenceSession.create(...given);
    if (number === failing) {
      await session.release();
      released += 1;
      throw new Error("std::bad_alloc");
    }
    const release = session.release.bind(session);
    session.release = async () => {
      released += 1;
      await release();
    };
    return session;
  };
  const runtime = { ...onnxruntime, InferenceSession: { create } } as unknown as OnnxRuntime; // all that the engine calls
  return {
    runtime,
    get opened() {
      return opened;
    },
    held: () => opened - released,
  };
}

it.each(["prediction", "gradients"] as const)(
  "a program of %s holds none of its sessions then, and is prepared where memory is there again",
  async (kind) => {
    const block = await blockSize(onnxruntime);
    const whole = countingRuntime(undefined);
    const executor = new NativeExecutor({ runtime: whole.runtime, block, threads: 1 });
    const prepared = await executor.prepare(programs[kind]());
    const count = whole.opened;
    expect(count, "a model beside another").toBeGreaterThan(1);
    expect(whole.held()).toBe(count);
    prepared.close();
    expect(whole.held()).toBe(0);
    for (let failing = 0; failing < count; failing++) {
      const counted = countingRuntime(failing);
      const full = new NativeExecutor({ runtime: counted.runtime, block, threads: 1 });
      await expect(full.prepare(programs[kind]())).rejects.toThrow(EngineFull);
      expect(counted.held(), `the session ${failing} of ${count} fails`).toBe(0);
      await full.prepare(programs[kind]());
      expect(counted.held()).toBe(count);
      full.close();
      expect(counted.held()).toBe(0);
    }
  },
);
