/** Records what a run is made from, for each time it is started, with copies of the program. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { readRecord, recordOf, type StartRecord, writeRecord } from "./record/run-record.ts";
import { copySource, relativePaths, removeSource } from "./record/source-copy.ts";
import type { RunPlan } from "./run-plan.ts";
import type { StartingPoint } from "./starting-weights.ts";
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
  const start =
    options.startFrom === undefined || step > 0 ? before?.start : await startOf(options.startFrom);
  await writeRecord(folder.record, recordOf(network, options, plan, relativePaths(files), parts, start));
  await copySource(folder.source, files);
}

async function startOf({ file, as }: StartingPoint): Promise<StartRecord> {
  const sha256 = createHash("sha256");
  for await (const part of createReadStream(file)) sha256.update(part);
  return { file: basename(file), ...(as === undefined ? {} : { as }), sha256: sha256.digest("hex") };
}
