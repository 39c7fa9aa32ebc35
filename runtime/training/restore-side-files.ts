/**
 * Restores the files next to a checkpoint before its run resumes: the checkpoint alone is enough. A run may have been killed between
 * two files, and files may have been deleted or damaged.
 */
import { readFile, rm } from "node:fs/promises";
import { UserError } from "../user-error.ts";
import { metricsText, writeMetrics } from "./best-metrics.ts";
import type { BestEpoch, Checkpoint, RunState } from "./checkpoint.ts";
import { keptWeights } from "./kept-weights.ts";
import { resumeLog } from "./metrics-log.ts";
import { keepCheckpoint } from "./record/kept-checkpoints.ts";
import type { RunFolder } from "./run-folder.ts";
import { usuallyKept, writeBest } from "./run-writer.ts";
import { readWeights } from "./weights-file.ts";

/** @returns where the run resumes: its best epoch is one whose weights are there. */
export async function restoreSideFiles(
  folder: RunFolder,
  checkpoint: Checkpoint,
  note: (message: string) => void,
  keptCheckpoints = usuallyKept,
): Promise<RunState> {
  const { state } = checkpoint;
  // A run may have been killed before the checkpoint of its epoch was kept.
  if (state.stepInEpoch === 0 && state.epoch > 0)
    await keepCheckpoint(folder.checkpoints, folder.checkpoint, state.epoch, keptCheckpoints);
  const aboutLog = await resumeLog(folder.log, state);
  if (aboutLog !== undefined) note(aboutLog);
  const { best } = state;
  if (best === null) return state;
  const wrong = await wrongWeights(folder, best);
  if (wrong === undefined) {
    await restoreMetrics(folder, best, note);
    return state;
  }
  const again = lastAsBest(state);
  if (again === undefined) {
    await rm(folder.metrics, { force: true });
    note(`${wrong}: the best epoch is chosen again from the next epoch on`);
    return { ...state, best: null };
  }
  await writeBest(folder, keptWeights(checkpoint), checkpoint.metadata, again.metrics);
  note(
    again.epoch === best.epoch
      ? `${wrong}: written again from the checkpoint of the best epoch, ${best.epoch}`
      : `${wrong}: the checkpoint of epoch ${again.epoch} is now the best (the weights of the best epoch, ${best.epoch}, are lost)`,
  );
  return { ...state, best: again };
}

/** `undefined`: the weights there are those of the best epoch. */
async function wrongWeights(
  { weights: file }: RunFolder,
  { metrics }: BestEpoch,
): Promise<string | undefined> {
  try {
    const { metadata } = await readWeights(file);
    const { network, step, epoch } = metadata;
    if (network === metrics.network && step === metrics.step && epoch === metrics.epoch) return undefined;
    return `${file} is of epoch ${epoch}, not of the best epoch, ${metrics.epoch}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** The checkpoint's own weights, where they are those of a whole epoch whose metric was measured. */
function lastAsBest({ stepInEpoch, last }: RunState): BestEpoch | undefined {
  if (stepInEpoch > 0 || last === null || last.value === null) return undefined;
  return { value: last.value, epoch: last.metrics.epoch, metrics: last.metrics };
}

async function restoreMetrics(
  { metrics: file }: RunFolder,
  { metrics }: BestEpoch,
  note: (message: string) => void,
): Promise<void> {
  let found: string | undefined;
  try {
    found = await readFile(file, "utf8");
  } catch {
    found = undefined; // whatever is there is replaced
  }
  if (found === metricsText(metrics)) return;
  await writeMetrics(file, metrics);
  note(
    `${file} ${found === undefined ? "is missing" : "does not hold the metrics of the best weights"}: written again from the checkpoint`,
  );
}
