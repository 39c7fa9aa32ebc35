/** `metrics.jsonl`: one line of JSON for every group of steps and one for every epoch. */
import { appendFile, readFile } from "node:fs/promises";
import { writeAtomically } from "../files/atomic-write.ts";
import { cannotWrite } from "../files/cannot-write.ts";
import type { OutputValues } from "../metrics/output-metrics.ts";
import { UserError } from "../user-error.ts";
import { isMeasure, isOutputValues } from "./best-metrics.ts";
import { isCount, isNumbers, isRecord } from "./weights-metadata.ts";

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
  /** The measures of every output on the training batches since the epoch began. */
  readonly training: OutputValues;
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
  /** `null` where there are no validation images. */
  readonly validation_loss: number | null;
  /** The measures of every output on the validation images, and its part of their loss; of the training batches where there are none. */
  readonly outputs: OutputValues;
  readonly losses: Readonly<Record<string, number>>;
  /** The intersection over union of each class, by output, in class order; `null` for one that neither occurs nor is predicted. */
  readonly class_iou: Readonly<Record<string, readonly (number | null)[]>>;
  /** The measures of every output on the training batches. */
  readonly training: OutputValues;
  readonly best: boolean;
  readonly images_per_second: number;
  readonly seconds: number;
}

export type MetricsLine = StepLine | EpochLine;

export async function appendLine(file: string, line: MetricsLine): Promise<void> {
  try {
    await appendFile(file, `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** @throws UserError naming the line that is not valid. A truncated last line (a crash while writing) is left out. */
export async function readLines(file: string): Promise<readonly MetricsLine[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return rowsOf(text).map((row, i) => {
    const line = lineIn(row);
    if (line !== undefined) return line;
    throw new UserError(
      `${file}:${i + 1} is not a line of a training log`,
      "move the file away, then resume without it by --resume",
    );
  });
}

/**
 * Keeps the lines written before a checkpoint: a run resumed from there writes the rest again. A missing log is started from scratch; of
 * a damaged one a copy is kept, and the lines that can be read.
 * @returns what a person should know of it.
 */
export async function resumeLog(
  file: string,
  { step, epoch }: { readonly step: number; readonly epoch: number },
): Promise<string | undefined> {
  let text: string | undefined;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT"))
      throw new UserError(
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        "move it away, then resume without it",
      );
  }
  if (text === undefined)
    return step === 0 ? undefined : `${file} is missing; the curves of the report start after step ${step}`;
  const lines = rowsOf(text).map(lineIn);
  const readable = lines.filter((line) => line !== undefined);
  const damaged = lines.length - readable.length;
  const copy = `${file}.damaged`;
  if (damaged > 0) await writeAtomically(copy, [Buffer.from(text, "utf8")]);
  // An epoch's line has the step of its last update, which is made before the epoch is validated.
  const kept = readable.filter((line) => line.step <= step && (line.kind === "steps" || line.epoch <= epoch));
  await writeAtomically(file, [
    Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join(""), "utf8"),
  ]);
  if (damaged === 0) return undefined;
  return `${file} has ${damaged === 1 ? "a line" : `${damaged} lines`} that cannot be read; a copy is kept as ${copy}`;
}

function rowsOf(text: string): readonly string[] {
  const rows = text.split("\n");
  rows.pop(); // after the last line end: nothing, or a truncated line
  return rows;
}

/** `undefined`: it is none. */
function lineIn(row: string): MetricsLine | undefined {
  let line: unknown;
  try {
    line = JSON.parse(row);
  } catch {
    return undefined;
  }
  return isLine(line) ? line : undefined;
}

const isLine = (value: unknown): value is MetricsLine =>
  isRecord(value) &&
  isCount(value.epoch) &&
  isCount(value.step) &&
  isNumbers([value.loss, value.images_per_second, value.seconds]) &&
  isOutputValues(value.training) &&
  (value.kind === "steps" || (value.kind === "epoch" && hasMeasures(value)));

const hasMeasures = (line: Record<string, unknown>): boolean =>
  isMeasure(line.validation_loss) &&
  isRecord(line.class_iou) &&
  Object.values(line.class_iou).every((row) => Array.isArray(row) && row.every(isMeasure)) &&
  isOutputValues(line.outputs) &&
  isRecord(line.losses) &&
  isNumbers(Object.values(line.losses)) &&
  typeof line.best === "boolean";
