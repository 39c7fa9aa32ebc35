/** A forecast beside what the engine really takes: the most live bytes of a prediction, and of a training step. */

import { memoryPeak } from "../../../compiler/analyses/cost/memory-schedule.ts";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Recomputation } from "../../../compiler/tensors/passes/recompute/dropped-values.ts";
import { emptyBatch } from "../../../runtime/engines/empty-batch.ts";
import type { SessionTraining, TargetedBatch } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { inputSizes } from "../../../runtime/engines/input-sizes.ts";
import { Random } from "../../../runtime/random.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { type MeasuredEngine, meterOf } from "./tfjs-meters.ts";

export interface MemoryComparison {
  readonly run: "predict" | "train";
  /** Bytes. */
  readonly forecast: number;
  readonly measured: number;
}

/** As many as are accumulated. */
function batches({ accumulate = 1 }: SessionTraining, batch: TargetedBatch): readonly TargetedBatch[] {
  return Array.from({ length: accumulate }, () => batch);
}

/** Measured from the second run on, as an engine keeps buffers from run to run. */
export async function compareMemory(
  name: MeasuredEngine,
  network: CompiledNetwork,
  size: number,
  batch: number,
  recomputation?: Recomputation,
): Promise<readonly MemoryComparison[]> {
  const meter = await meterOf(name);
  const engine = await loadEngine(name);
  const shaped = shapeAt(network.graph, [size, size]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const sizes = inputSizes(shaped);
  const comparisons: MemoryComparison[] = [];
  const trained = { ...sessionTraining(network), recomputation };
  for (const training of [undefined, trained] satisfies (SessionTraining | undefined)[]) {
    const schedule = await engine.forecast(network.graph, { sizes, training });
    meter.restart();
    const before = meter.peak;
    const session = await engine.open(
      network.graph,
      training === undefined ? { seed: 1 } : { seed: 1, training },
    );
    const { inputs, targets } = emptyBatch(network.graph, sizes, training, batch);
    const random = new Random(1, "memory");
    for (const { data } of inputs.values())
      for (let i = 0; i < data.length; i++) data[i] = random.between(-1, 1);
    for (let run = 0; run < 2; run++) {
      meter.restart();
      if (training === undefined) await session.predict(inputs);
      else await session.update(batches(training, { inputs, targets }), { learningRate: 1e-6 });
    }
    const measured = meter.peak - before;
    session.close();
    // Closing is queued: a later request is answered only after the session is closed.
    await session.readWeights().catch((error: unknown) => {
      if (!String(error).includes("closed")) throw error;
    });
    const forecast = memoryPeak(schedule, batch).bytes;
    comparisons.push({ run: training === undefined ? "predict" : "train", forecast, measured });
  }
  return comparisons;
}
