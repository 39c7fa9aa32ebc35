/** Writes what a run leaves: its checkpoint, and the best weights with their metrics. Only of states that are finite. */
import { rm } from "node:fs/promises";
import { cannotWrite } from "../files/cannot-write.ts";
import { type BestMetrics, writeMetrics } from "./best-metrics.ts";
import { type RunState, type SessionSnapshot, writeCheckpoint } from "./checkpoint.ts";
import type { LastCheckpoint } from "./diverged.ts";
import type { HeldRunFolder, RunFolder } from "./run-folder.ts";
import type { RunPlan } from "./run-plan.ts";
import { writeWeights } from "./weights-file.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

export class RunWriter {
  readonly #folder: HeldRunFolder;
  readonly #plan: RunPlan;
  #last: LastCheckpoint;
  #writtenAt = performance.now();

  /** @param from the state of the checkpoint that the run was resumed from */
  constructor(folder: HeldRunFolder, plan: RunPlan, from: RunState | undefined) {
    this.#folder = folder;
    this.#plan = plan;
    this.#last = { file: folder.checkpoint, progress: from };
  }

  get lastCheckpoint(): LastCheckpoint {
    return this.#last;
  }

  get secondsSinceCheckpoint(): number {
    return (performance.now() - this.#writtenAt) / 1000;
  }

  /** @throws UserError when the file cannot be written, or the folder is no longer this run's; the checkpoint before stays. */
  async writeCheckpoint(
    snapshot: SessionSnapshot,
    metadata: WeightsMetadata,
    state: RunState,
  ): Promise<void> {
    await this.#folder.assertHeld();
    await writeCheckpoint(this.#folder.checkpoint, snapshot, metadata, this.#plan, state);
    this.#last = { ...this.#last, progress: state };
    this.#writtenAt = performance.now();
  }

  /** After the checkpoint of the same epoch. @throws UserError as `writeCheckpoint`. */
  async writeBest(
    weights: SessionSnapshot["weights"],
    metadata: WeightsMetadata,
    metrics: BestMetrics,
  ): Promise<void> {
    await this.#folder.assertHeld();
    await writeBest(this.#folder, weights, metadata, metrics);
  }
}

/**
 * The folder must be locked. The old metrics are removed first, so that metrics of other weights are never beside these. This is called after the checkpoint of the same state is written,
 * so that a run killed in between writes them when it is resumed.
 */
export async function writeBest(
  folder: RunFolder,
  weights: SessionSnapshot["weights"],
  metadata: WeightsMetadata,
  metrics: BestMetrics,
): Promise<void> {
  try {
    await rm(folder.metrics, { force: true });
  } catch (error) {
    throw cannotWrite(folder.metrics, error);
  }
  await writeWeights(folder.weights, weights, metadata);
  await writeMetrics(folder.metrics, metrics);
}
