/** A training run as an event file of TensorBoard: losses, learning rate, speed and metrics by step. */
import { appendFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { cannotWrite } from "../../files/cannot-write.ts";
import type { OutputValues } from "../../metrics/output-metrics.ts";
import type { EpochLine, MetricsLine } from "../metrics-log.ts";
import { type Event, encodeEvent, type Scalar, sessionStart } from "./messages.ts";
import { encodeRecord } from "./record-file.ts";

export class EventFile {
  readonly #file: string;
  readonly #classes: readonly string[];

  private constructor(file: string, classes: readonly string[]) {
    this.#file = file;
    this.#classes = classes;
  }

  /**
   * Begins a file beside those of the parts before, whose values after the step are then no longer shown.
   * @param classes names, in the order of the metrics @param step updates made before
   * @throws UserError when the file cannot be written
   */
  static async begin(folder: string, classes: readonly string[], step: number): Promise<EventFile> {
    const now = Date.now();
    // TensorBoard reads the files of a folder in the order of their names.
    const name = `events.out.tfevents.${Math.floor(now / 1000)}.fcn.${String(step).padStart(9, "0")}`;
    try {
      await mkdir(folder, { recursive: true });
      const others = await readdir(folder);
      const same = others.filter((other) => other.startsWith(name)).length;
      const file = new EventFile(join(folder, same === 0 ? name : `${name}.${same}`), classes);
      const wall_time = now / 1000;
      await file.#append([
        { wall_time, file_version: "brain.Event:2" },
        { wall_time, step: step + 1, session_log: { status: sessionStart } },
      ]);
      return file;
    } catch (error) {
      throw cannotWrite(join(folder, name), error);
    }
  }

  /** @throws UserError when the file cannot be written */
  async add(line: MetricsLine): Promise<void> {
    const value = scalarsOf(line, this.#classes).filter(({ simple_value }) => Number.isFinite(simple_value));
    try {
      await this.#append([{ wall_time: Date.now() / 1000, step: line.step, summary: { value } }]);
    } catch (error) {
      throw cannotWrite(this.#file, error);
    }
  }

  #append(events: readonly Event[]): Promise<void> {
    return appendFile(this.#file, Buffer.concat(events.map((event) => encodeRecord(encodeEvent(event)))));
  }
}

export function isEventFile(name: string): boolean {
  return /^events\.out\.tfevents\.\d+\.fcn\.\d{9}(\.\d+)?$/.test(name);
}

function scalarsOf(line: MetricsLine, classes: readonly string[]): readonly Scalar[] {
  if (line.kind === "epoch") return epochScalars(line, classes);
  return [
    scalar("loss/training", line.loss),
    scalar("learning rate", line.rate),
    scalar("images per second", line.images_per_second),
    ...measures(line.training, "training"),
  ];
}

function epochScalars(line: EpochLine, classes: readonly string[]): readonly Scalar[] {
  return [
    scalar("loss/validation", line.validation_loss),
    ...(line.validation_loss === null ? [] : measures(line.outputs, "validation")),
    ...Object.entries(line.class_iou).flatMap(([output, values]) =>
      values.map((value, i) => scalar(`${output} IoU of classes/${classes[i] ?? i}`, value)),
    ),
  ];
}

function measures(outputs: OutputValues, of: string): readonly Scalar[] {
  return Object.entries(outputs).flatMap(([output, values]) =>
    Object.entries(values).map(([measure, value]) => scalar(`${output} ${measure}/${of}`, value)),
  );
}

function scalar(tag: string, value: number | null): Scalar {
  return { tag, simple_value: value ?? Number.NaN };
}
