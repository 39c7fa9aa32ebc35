/** Shows a training run: a bar that redraws on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import { measureLabel } from "../../../../compiler/learning/targets/registry.ts";
import type { OutputValues } from "../../../../runtime/metrics/output-metrics.ts";
import type { EpochLine } from "../../../../runtime/training/metrics-log.ts";
import type { StepProgress, TrainingEvent, TrainingPlan } from "../../../../runtime/training/observer.ts";
import { measured } from "../../console/metrics-table.ts";
import { duration } from "../../console/numbers.ts";
import { rendered, styled, type Terminal } from "../../console/terminal.ts";

/** Without a terminal a line between epochs is written at most this often. */
const secondsBetweenLines = 30;

/** The cursor moves to the first column, and the line is erased (ECMA-48, CHA and EL 2). */
const clearedLine = rendered("\u001b[G\u001b[2K");

export class TrainDisplay {
  readonly #terminal: Terminal;
  #bar: SingleBar | undefined;
  #plan: TrainingPlan | undefined;
  #lastLine = performance.now();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  readonly observe = (event: TrainingEvent): void => {
    switch (event.kind) {
      case "checked":
      case "note":
        break; // shown by the command, which knows how
      case "begins":
        this.#plan = event.plan;
        break;
      case "step":
        this.#step(event.progress);
        break;
      case "validating":
        this.#bar?.update({ state: `validating, ${event.done} of ${event.of}` });
        break;
      case "epoch":
        this.#epoch(event.line);
        break;
    }
  };

  /** A line of its own: the bar's line, and the ^C that a terminal writes into it, are cleared; the next step draws the bar again. */
  note(text: string): void {
    this.close();
    this.#terminal.note(this.#terminal.interactive ? `${clearedLine}${text}` : text);
  }

  /** Leaves the terminal as it was; may be called twice. */
  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #step(progress: StepProgress): void {
    const plan = this.#knownPlan();
    if (!this.#terminal.interactive) {
      const now = performance.now();
      if (now - this.#lastLine < 1000 * secondsBetweenLines || progress.stepInEpoch === plan.stepsPerEpoch)
        return;
      this.#lastLine = now;
      this.#terminal.note(
        `epoch ${progress.epoch}/${plan.epochs}, step ${progress.stepInEpoch}/${plan.stepsPerEpoch}: ${stateOf(progress)}`,
      );
      return;
    }
    if (this.#bar === undefined) {
      this.#bar = new SingleBar(
        {
          format: `{epoch} {bar} {value}/{total}  {state}`,
          stream: process.stderr,
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          forceRedraw: true,
          gracefulExit: false, // Ctrl-C is ours: it ends the run in order
        },
        Presets.shades_classic,
      );
      this.#bar.start(plan.stepsPerEpoch, progress.stepInEpoch - 1, { epoch: "", state: "" });
    }
    this.#bar.update(progress.stepInEpoch, {
      epoch: `epoch ${String(progress.epoch).padStart(String(plan.epochs).length)}/${plan.epochs}`,
      state: stateOf(progress),
    });
  }

  #epoch(line: EpochLine): void {
    this.close();
    this.#lastLine = performance.now();
    const plan = this.#knownPlan();
    const colour = this.#terminal.noteColour;
    const loss =
      line.validation_loss === null
        ? `loss ${line.loss.toFixed(4)}`
        : `loss ${line.loss.toFixed(4)}, validation ${line.validation_loss.toFixed(4)}`;
    this.#terminal.note(
      [
        `epoch ${String(line.epoch).padStart(String(plan.epochs).length)}/${plan.epochs}`,
        loss,
        ...firstMeasures(line.outputs),
        `${line.images_per_second.toFixed(1)} images/s`,
        `${duration(line.seconds)}${line.best ? styled("  best", "green", colour) : ""}`,
      ].join("  "),
    );
  }

  #knownPlan(): TrainingPlan {
    if (this.#plan === undefined) throw new Error("a step was shown before the run began");
    return this.#plan;
  }
}

/** The first measure of each output; of an only one the second too. */
function firstMeasures(outputs: OutputValues): readonly string[] {
  const entries = Object.entries(outputs);
  return entries.flatMap(([name, values]) =>
    Object.entries(values)
      .slice(0, entries.length === 1 ? 2 : 1)
      .map(
        ([measure, value]) =>
          `${entries.length === 1 ? "" : `${name} `}${measureLabel(measure)} ${measured(measure, value)}`,
      ),
  );
}

function stateOf({ loss, training, imagesPerSecond, secondsLeft }: StepProgress): string {
  const [measure] = firstMeasures(training);
  const measured = measure === undefined ? "" : `  ${measure}`;
  return `loss ${loss.toFixed(4)}${measured}  ${imagesPerSecond.toFixed(1)} images/s  ${duration(secondsLeft)} left`;
}
