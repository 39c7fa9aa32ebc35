/** The metrics of classes, from one confusion matrix. */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import { type ClassReport, ConfusionMatrix } from "./confusion.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";

export class LabelMetrics implements OutputMetrics<MeasureOf<"labels">> {
  readonly confusion: ConfusionMatrix;

  constructor(classes: readonly string[], counts?: readonly (readonly number[])[]) {
    this.confusion =
      counts === undefined ? new ConfusionMatrix(classes) : ConfusionMatrix.of(classes, counts);
  }

  add({ data }: Measured, truth: ArrayLike<number>): void {
    this.confusion.add(data, truth);
  }

  values(): Readonly<Record<MeasureOf<"labels">, number | null>> {
    return { ...this.confusion.measures() };
  }

  classes(): ClassReport {
    return this.confusion.report();
  }

  counts(): readonly (readonly number[])[] {
    return this.confusion.counts();
  }
}
