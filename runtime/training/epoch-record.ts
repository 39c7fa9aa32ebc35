/** What a run records of an epoch: the line of its log, and the metrics that the best weights keep. */
import type { OutputValues } from "../metrics/output-metrics.ts";
import type { BestMetrics } from "./best-metrics.ts";
import type { EpochTally } from "./epoch-tally.ts";
import type { EpochLine } from "./metrics-log.ts";
import type { Validation } from "./validate.ts";

/** The end of an epoch. */
interface Moment {
  /** Epochs and updates of the whole run until here. */
  readonly epoch: number;
  readonly step: number;
  /** The learning rate of the last update. */
  readonly rate: number;
  /** Of the whole run. */
  readonly seconds: number;
}

export function bestMetrics(
  network: string,
  { outputs, classes, loss, losses, images }: Validation,
  tally: EpochTally,
  { epoch, step }: Moment,
): BestMetrics {
  return {
    network,
    epoch,
    step,
    loss: loss ?? tally.loss,
    measured_on: images > 0 ? "validation" : "training",
    outputs: finiteOrNull(outputs),
    classes,
    losses,
  };
}

export function epochLine(
  metrics: BestMetrics,
  { classes, loss, losses }: Validation,
  tally: EpochTally,
  { epoch, step, rate, seconds, best }: Moment & { readonly best: boolean },
): EpochLine {
  return {
    kind: "epoch",
    epoch,
    step,
    loss: tally.loss,
    rate,
    validation_loss: loss ?? null,
    outputs: metrics.outputs,
    losses,
    class_iou: Object.fromEntries(
      Object.entries(classes).map(([name, report]) => [name, report.classes.map(({ iou }) => iou)]),
    ),
    training: finiteOrNull(tally.metrics.values()),
    best,
    images_per_second: tally.imagesPerSecond,
    seconds,
  };
}

/** As a file of JSON holds them, so that a resumed run has the same. */
export function finiteOrNull(outputs: OutputValues): OutputValues {
  return Object.fromEntries(
    Object.entries(outputs).map(([output, values]) => [
      output,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
      ),
    ]),
  );
}
