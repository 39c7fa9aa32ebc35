/** Writes what a run leaves: its checkpoint, and the best weights with their metrics. Only of states that are finite. */
import { rm } from "node:fs/promises";
import { cannotWrite } from "../files/cannot-write.ts";
import { type BestMetrics, writeMetrics } from "./best-metrics.ts";
import { type RunState, type SessionSnapshot, writeCheckpoint } from "./checkpoint.ts";
import type { LastCheckpoint } from "./diverged.ts";
import { appendLine, type MetricsLine } from "./metrics-log.ts";
import { keepCheckpoint } from "./record/kept-checkpoints.ts";
import type { HeldRunFolder, RunFolder } from "./run-folder.ts";
import type { RunPlan } from "./run-plan.ts";
import type { EventFile } from "./tensorboard/event-file.ts";
import { writeWeights } from "./weights-file.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

/** Checkpoints of whole epochs that are kept unless told. */
export const usuallyKept = 3;

export interface RunWriterOptions {
  /** Checkpoints of the last whole epochs to keep, beside the one to resume from and the best weights. */
  readonly keptCheckpoints?: number | undefined;
  readonly events?: EventFile | undefined;
}

export class RunWriter {
  readonly #folder: HeldRunFolder;
  readonly #plan: RunPlan;
  readonly #options: RunWriterOptions;
  #last: LastCheckpoint;
  #writtenAt = performance.now();

  /** @param from the state of the checkpoint that the run was resumed from */
  constructor(
    folder: HeldRunFolder,
    plan: RunPlan,
    from: RunState | undefined,
    options: RunWriterOptions = {},
  ) {
    this.#options = options;
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
    if (state.stepInEpoch > 0 || state.epoch === 0) return;
    const { checkpoint, checkpoints } = this.#folder;
    await keepCheckpoint(checkpoints, checkpoint, state.epoch, this.#options.keptCheckpoints ?? usuallyKept);
  }

  /** A line of the log, and of TensorBoard where it is asked for. @throws UserError when a file cannot be written */
  async log(line: MetricsLine): Promise<void> {
    await appendLine(this.#folder.log, line);
    await this.#options.events?.add(line);
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
