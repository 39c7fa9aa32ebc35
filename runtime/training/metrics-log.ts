/** `metrics.jsonl`: one line of JSON for every group of steps and one for every epoch. */
import { appendFile, readFile } from "node:fs/promises";
import type { OutputValues } from "../metrics/metrics-by-output.ts";
import { UserError } from "../user-error.ts";
import { writeAtomically } from "../weights/atomic-write.ts";
import { isRecord } from "./weights-metadata.ts";

export interface StepLine {
  readonly kind: "steps";
  /** From 1. */
  readonly epoch: number;
  /** Updates made when the line was written. */
  readonly step: number;
  /** Mean over the group's steps. */
  readonly loss: number;
  /** The learning rate of the group's last step. */
  readonly rate: number;
  /** Of the training batches since the epoch began. */
  readonly mean_iou: number | null;
  readonly images_per_second: number;
  /** Training time since the run began, without pauses between resumed parts. */
  readonly seconds: number;
}

export interface EpochLine {
  readonly kind: "epoch";
  readonly epoch: number;
  readonly step: number;
  /** Mean training loss over the epoch's steps. */
  readonly loss: number;
  readonly rate: number;
  /** Of the validation images; of the training batches where there are none. */
  readonly mean_iou: number | null;
  readonly pixel_accuracy: number | null;
  readonly mean_accuracy: number | null;
  readonly frequency_weighted_iou: number | null;
  /** In class order; `null` for a class that neither occurs nor is predicted. */
  readonly class_iou: readonly (number | null)[];
  /** `null` where there are no validation images. */
  readonly validation_loss: number | null;
  readonly training_mean_iou: number | null;
  /** The measures of every output, and its part of the loss, on what `mean_iou` is measured on. */
  readonly outputs: OutputValues;
  readonly losses: Readonly<Record<string, number>>;
  readonly best: boolean;
  readonly images_per_second: number;
  readonly seconds: number;
}

export type MetricsLine = StepLine | EpochLine;

export async function appendLine(file: string, line: MetricsLine): Promise<void> {
  try {
    await appendFile(file, `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw new UserError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      "check that its folder may be written to and has room",
    );
  }
}

/** @throws UserError naming the line that is none. A last line cut short (a crash while writing) is left out. */
export async function readLines(file: string): Promise<readonly MetricsLine[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const rows = text.split("\n");
  rows.pop(); // after the last line end: nothing, or a line cut short
  return rows.map((row, i) => {
    try {
      const line: unknown = JSON.parse(row);
      if (isRecord(line) && (line.kind === "steps" || line.kind === "epoch")) {
        return line as unknown as MetricsLine; // this program wrote it, and the kind says which
      }
    } catch {
      // falls through to the refusal, which says more than the JSON parser's message
    }
    throw new UserError(`${file}:${i + 1} is no line of a training log`, "start the run anew with --force");
  });
}

/** Forgets what came after `step`: a run resumed from there writes it again. */
export async function truncateLog(file: string, step: number): Promise<void> {
  const kept = (await readLines(file)).filter((line) => line.step <= step);
  await writeAtomically(file, [
    Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join(""), "utf8"),
  ]);
}
