/** The report of a run in progress: its curves and metrics so far, and what it does now. */
import { classPalette } from "../../../../compiler/colour/class-palette.ts";
import { readBest } from "../../../../runtime/training/compare/read-run.ts";
import { readLines } from "../../../../runtime/training/metrics-log.ts";
import type { TrainingEvent, TrainingPlan } from "../../../../runtime/training/observer.ts";
import { reportPage } from "../../../../runtime/training/report/page.ts";
import { noSamples } from "../../../../runtime/training/report/samples.ts";
import type { RunFolder } from "../../../../runtime/training/run-folder.ts";
import { duration } from "../../console/numbers.ts";

export interface LiveReportOptions {
  readonly network: string;
  readonly classes: readonly string[];
  readonly folder: RunFolder;
  readonly diagram: string | undefined;
  readonly environment: () => readonly (readonly [name: string, value: string])[];
}

export class LiveReport {
  readonly #options: LiveReportOptions;
  #plan: TrainingPlan | undefined;
  #state = "checking the data";

  constructor(options: LiveReportOptions) {
    this.#options = options;
  }

  /** @returns whether the page has changed */
  observe(event: TrainingEvent): boolean {
    switch (event.kind) {
      case "begins":
        this.#plan = event.plan;
        this.#state = "training begins";
        return true;
      case "step": {
        const { epoch, stepInEpoch, loss, imagesPerSecond, secondsLeft } = event.progress;
        this.#state =
          `epoch ${epoch} of ${this.#plan?.epochs ?? "?"}, step ${stepInEpoch} of ${this.#plan?.stepsPerEpoch ?? "?"}: ` +
          `loss ${loss.toFixed(4)}, ${imagesPerSecond.toFixed(1)} images/s, ${duration(secondsLeft)} left`;
        return true;
      }
      case "validating":
        this.#state = `validating, ${event.done} of ${event.of} images`;
        return true;
      case "epoch":
        return true;
      default:
        return false;
    }
  }

  /** @throws UserError when a file of the run cannot be read */
  async page(): Promise<string> {
    const { network, classes, folder, diagram, environment } = this.#options;
    // Before it begins, the folder may hold the run that this one replaces.
    const begun = this.#plan !== undefined;
    return reportPage({
      network,
      log: begun ? await readLines(folder.log).catch(() => []) : [],
      best: begun ? await readBest(folder.metrics).catch(() => undefined) : undefined,
      samples: noSamples,
      palette: classPalette(classes.length),
      classes,
      diagram,
      environment: environment(),
      live: this.#state,
    });
  }
}
