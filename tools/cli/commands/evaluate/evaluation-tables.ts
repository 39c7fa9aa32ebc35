/** An evaluation for a person: the metrics, and where they were asked for those of a conditional random field and near boundaries. */
import type { OutputTrimaps } from "../../../../runtime/metrics/trimap.ts";
import { metricsTable } from "../../console/metrics-table.ts";
import { grouped, percent, share } from "../../console/numbers.ts";
import type { Evaluation } from "./run-evaluation.ts";

export function evaluationTables(evaluation: Evaluation): string {
  const { crf, trimap } = evaluation;
  if (crf === undefined) return sections(metricsTable(evaluation), bands(trimap));
  return sections(
    "Network",
    metricsTable(evaluation),
    bands(trimap),
    "With the conditional random field",
    metricsTable(crf),
    bands(crf.trimap),
  );
}

function sections(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
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
