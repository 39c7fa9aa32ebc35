/** An evaluation for a person: the metrics, and where they were asked for those of a conditional random field and near boundaries. */
import { measureLabel } from "../../../../compiler/learning/targets/registry.ts";
import type { Intervals } from "../../../../runtime/metrics/bootstrap.ts";
import type { OutputTrimaps } from "../../../../runtime/metrics/trimap.ts";
import { measured, metricsTable } from "../../console/metrics-table.ts";
import { grouped, percent, share } from "../../console/numbers.ts";
import type { Evaluation } from "./run-evaluation.ts";

export function evaluationTables(evaluation: Evaluation): string {
  const { crf, trimap } = evaluation;
  if (crf === undefined)
    return sections(metricsTable(evaluation), intervals(evaluation.intervals), bands(trimap));
  return sections(
    "Network",
    metricsTable(evaluation),
    intervals(evaluation.intervals),
    bands(trimap),
    "With the conditional random field",
    metricsTable(crf),
    bands(crf.trimap),
  );
}

function sections(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** "95 % of resampled sets of images give mean IoU 0.61 to 0.70" */
function intervals(found: Intervals = {}): string {
  const outputs = Object.entries(found);
  return outputs
    .map(([name, measures]) => {
      const parts = Object.entries(measures).map(
        ([measure, { low, high }]) =>
          `${measureLabel(measure)} ${measured(measure, low)} to ${measured(measure, high)}`,
      );
      return `${outputs.length === 1 ? "" : `${name}: `}95 % of resampled sets of images give ${parts.join("   ")}`;
    })
    .join("\n");
}

function bands(trimap: OutputTrimaps = {}): string {
  const outputs = Object.entries(trimap);
  return outputs
    .flatMap(([name, metrics]) =>
      metrics.map((one) => ({ ...one, of: outputs.length === 1 ? "" : `${name}: ` })),
    )
    .map(
      ({ of, width, mean_iou, pixel_accuracy, pixels }) =>
        `${of}within ${width} px of a label boundary: mean IoU ${share(mean_iou)}   ` +
        `pixel accuracy ${percent(pixel_accuracy)}   ${grouped(pixels)} pixels`,
    )
    .join("\n");
}
