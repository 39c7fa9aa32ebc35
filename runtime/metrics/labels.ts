/** The metrics of classes, from one confusion matrix. */
import { ConfusionMatrix } from "./confusion.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";

export class LabelMetrics implements OutputMetrics {
  readonly confusion: ConfusionMatrix;

  constructor(classes: readonly string[], counts?: readonly (readonly number[])[]) {
    this.confusion =
      counts === undefined ? new ConfusionMatrix(classes) : ConfusionMatrix.of(classes, counts);
  }

  add({ data }: Measured, truth: ArrayLike<number>): void {
    this.confusion.add(data, truth);
  }

  values(): Readonly<Record<string, number | null>> {
    return {
      mean_iou: this.confusion.meanIoU(),
      pixel_accuracy: this.confusion.pixelAccuracy(),
      mean_accuracy: this.confusion.meanAccuracy(),
      frequency_weighted_iou: this.confusion.frequencyWeightedIoU(),
    };
  }

  counts(): readonly (readonly number[])[] {
    return this.confusion.counts();
  }
}
