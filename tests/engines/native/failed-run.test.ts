/** After a run that failed a session continues as if nothing had been asked, unless an update had started to overwrite the state. */
import * as onnxruntime from "onnxruntime-node";
import { expect, it } from "vitest";
import { EngineFull } from "../../../runtime/engines/engine.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { NativeExecutor } from "../../../runtime/engines/native/executor.ts";
import type { OnnxRuntime } from "../../../runtime/engines/native/onnx-runtime.ts";
import { ProgramSession } from "../../../runtime/engines/program-session.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { randomLabels, randomMaps } from "../batches.ts";
import { sgd } from "../sessions.ts";

const { graph } = compileNetwork(`network N {
  input image [3, H, W]
  conv(16, 3x3, bias = false) batchnorm relu conv(32, 3x3, bias = false) batchnorm relu conv(3, 1x1)
  output labels by softmax
}`);

const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const outputs = new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]);

function batch(seed: number) {
  const inputs = new Map([["image", randomMaps(seed, [2, 6, 8, 3])]]);
  const labels = randomLabels(seed, [2, 6, 8], 3, 5);
  return { inputs, targets: new Map([["labels", { kind: "labels" as const, ...labels }]]) };
}

/** @param failing of the runs of all its sessions, in the order in which they begin */
function failingRuntime(failing: number | undefined): { runtime: OnnxRuntime; runs: () => number } {
  let runs = 0;
  const create = async (...given: Parameters<typeof onnxruntime.InferenceSession.create>) => {
    const session = await onnxruntime.InferenceSession.create(...given);
    const run = session.run.bind(session);
    session.run = async (...what: readonly unknown[]) => {
      if (runs++ === failing) throw new Error("std::bad_alloc");
      return run(...(what as Parameters<typeof run>)); // handed on as they are
    };
    return session;
  };
  const runtime = { ...onnxruntime, InferenceSession: { create } } as unknown as OnnxRuntime; // all that the engine calls
  return { runtime, runs: () => runs };
}

const settings = { learningRate: 0.1 };

const tasks: readonly ((session: ProgramSession) => Promise<unknown>)[] = [
  (session) => session.predict(batch(1).inputs),
  (session) => session.update([batch(2)], settings),
  (session) => session.update([batch(3), batch(4)], settings),
  (session) => session.evaluate(batch(5).inputs, batch(5).targets),
  (session) => session.predict(batch(6).inputs),
];

/** What the tasks give, of which the one that fails is tried once more; `undefined`: the session refuses to continue. */
async function results(failing: number | undefined, average: boolean) {
  const { runtime, runs } = failingRuntime(failing);
  const executor = new NativeExecutor({ runtime, block: await blockSize(onnxruntime), threads: 1 });
  const training = {
    outputs,
    optimizer: sgd(),
    ...(average && { average: { kind: "ema", decay: 0.9 } as const }),
  };
  const session = new ProgramSession(executor, graph, { seed: 1, training });
  const found: unknown[] = [];
  for (const task of tasks) {
    try {
      found.push(await task(session));
    } catch (error) {
      expect(error).toBeInstanceOf(EngineFull);
      try {
        found.push(await task(session));
      } catch (lost) {
        expect(lost).toBeInstanceOf(UserError);
        expect(String(lost)).toContain("an update failed after it had changed some of the weights");
        session.close();
        return { runs: runs(), found: undefined };
      }
    }
  }
  found.push(await session.readWeights(), await session.readState());
  session.close();
  return { runs: runs(), found };
}

it.each([false, true])("whichever run it is; averages of weights: %s", async (average) => {
  const whole = await results(undefined, average);
  let refused = 0;
  for (let failing = 0; failing < whole.runs; failing++) {
    const { found } = await results(failing, average);
    if (found === undefined) refused += 1;
    else expect(found, `run ${failing} of ${whole.runs}`).toEqual(whole.found);
  }
  // the two updates of weights
  expect(refused).toBe(2);
});
