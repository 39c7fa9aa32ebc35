/** The metrics of classes: from one confusion matrix, and on demand from outlines and probabilities. */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import { CalibrationCounts } from "./calibration.ts";
import { type ClassReport, ConfusionMatrix } from "./confusion.ts";
import type { Measured, OnDemand, OutputMetrics } from "./output-metrics.ts";
import { meanOf } from "./sums.ts";
import { SurfaceCounts } from "./surfaces.ts";

type Values = ReturnType<OutputMetrics<MeasureOf<"labels">>["values"]>;

export class LabelMetrics implements OutputMetrics<MeasureOf<"labels">> {
  readonly confusion: ConfusionMatrix;
  readonly #surfaces: SurfaceCounts | undefined;
  readonly #calibration: CalibrationCounts | undefined;

  /** @param counts of the same measures on demand, whatever `demand` says */
  constructor(classes: readonly string[], demand: OnDemand = [], counts?: readonly (readonly number[])[]) {
    const n = classes.length;
    const surfaceRows = SurfaceCounts.lengths(n).length;
    const calibrationRows = CalibrationCounts.lengths.length;
    const more = counts && counts.length - n;
    const outlines =
      more === undefined
        ? demand.includes("boundary_f") || demand.includes("hausdorff95")
        : more >= surfaceRows;
    const calibrated =
      more === undefined ? demand.includes("calibration_error") : more % surfaceRows === calibrationRows;
    const rows = n + (outlines ? surfaceRows : 0) + (calibrated ? calibrationRows : 0);
    if (counts !== undefined && counts.length !== rows)
      throw new RangeError(`these counts are not of ${n} by ${n} classes`);
    this.confusion = counts ? ConfusionMatrix.of(classes, counts.slice(0, n)) : new ConfusionMatrix(classes);
    if (outlines) this.#surfaces = new SurfaceCounts(n, counts?.slice(n, n + surfaceRows));
    if (calibrated) this.#calibration = new CalibrationCounts(counts?.slice(counts.length - calibrationRows));
  }

  add({ data, shape, confidence }: Measured, truth: ArrayLike<number>): void {
    this.confusion.add(data, truth);
    if (this.#surfaces !== undefined) {
      const [batch = 0, height = 0, width = 0] = shape;
      const pixels = height * width;
      for (let image = 0; image < batch; image++)
        this.#surfaces.add(
          partOf(data, image * pixels, pixels),
          partOf(truth, image * pixels, pixels),
          height,
          width,
        );
    }
    if (this.#calibration === undefined) return;
    if (confidence === undefined) throw new Error("a calibration error needs probabilities");
    this.#calibration.add(data, confidence, truth);
  }

  values(): Values {
    const [surfaces, calibration] = [this.#surfaces, this.#calibration];
    const each = surfaces && this.confusion.classes.map((_, label) => surfaces.of(label));
    return {
      ...this.confusion.measures(),
      ...(each && {
        boundary_f: meanOf(each.map(({ boundary_f }) => boundary_f)),
        hausdorff95: meanOf(each.map(({ hausdorff95 }) => hausdorff95)),
      }),
      ...(calibration && { calibration_error: calibration.error() }),
    };
  }

  classes(): ClassReport {
    const report = this.confusion.report();
    const surfaces = this.#surfaces;
    if (surfaces === undefined) return report;
    return { ...report, classes: report.classes.map((one, label) => ({ ...one, ...surfaces.of(label) })) };
  }

  counts(): readonly (readonly number[])[] {
    return [
      ...this.confusion.counts(),
      ...(this.#surfaces?.counts() ?? []),
      ...(this.#calibration?.counts() ?? []),
    ];
  }
}

function partOf(data: ArrayLike<number>, from: number, length: number): ArrayLike<number> {
  if (data instanceof Int32Array) return data.subarray(from, from + length);
  return Int32Array.from({ length }, (_, i) => data[from + i] ?? -1);
}
