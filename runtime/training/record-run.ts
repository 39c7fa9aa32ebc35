/** Records what a run is made from, for each time it is started, with copies of the program. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { readRecord, recordOf, writeRecord } from "./record/run-record.ts";
import { copySource, relativePaths, removeSource } from "./record/source-copy.ts";
import type { RunPlan } from "./run-plan.ts";
import type { TrainOptions } from "./train-options.ts";

/** What the run is made from: the record, with a part for each time it was started, and copies of the program. */
export async function recordRun(
  network: CompiledNetwork,
  options: TrainOptions,
  plan: RunPlan,
  step: number,
): Promise<void> {
  const { folder, files = [] } = options;
  const before = await readRecord(folder.record).catch(() => undefined); // a damaged one is written again
  removeSource(folder.source, before?.source.files ?? []);
  const parts = [...(before?.parts ?? []), { started: new Date().toISOString(), step }];
  // Before the copies, which it names: a run that is killed in between leaves none that nobody knows of.
  await writeRecord(folder.record, recordOf(network, options, plan, relativePaths(files), parts));
  await copySource(folder.source, files);
}
