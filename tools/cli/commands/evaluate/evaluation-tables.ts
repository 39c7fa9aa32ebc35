/** An evaluation for a person: the metrics, and where they were asked for those of a conditional random field and near boundaries. */
import { measureLabel } from "../../../../compiler/learning/targets/registry.ts";
import type { OutputTrimaps } from "../../../../runtime/metrics/trimap.ts";
import { inLines, measured, metricsTable } from "../../console/metrics-table.ts";
import { grouped, share } from "../../console/numbers.ts";
import type { Evaluation } from "./run-evaluation.ts";

/** @param columns of the terminal; left out: it is not known */
export function evaluationTables(evaluation: Evaluation, columns?: number): string {
  const { crf, trimap } = evaluation;
  if (crf === undefined)
    return sections(metricsTable(evaluation, columns), intervals(evaluation, columns), bands(trimap));
  return sections(
    "without the conditional random field",
    metricsTable(evaluation, columns),
    intervals(evaluation, columns),
    bands(trimap),
    "with the conditional random field",
    metricsTable(crf, columns),
    bands(crf.trimap),
  );
}

function sections(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** "95% bootstrap intervals", and below "mean IoU 0.610 to 0.702 …" */
function intervals({ intervals: found = {} }: Pick<Evaluation, "intervals">, columns?: number): string {
  const outputs = Object.entries(found);
  return outputs
    .map(([name, measures]) => {
      const parts = Object.entries(measures).map(
        ([measure, { low, high }]) =>
          `${measureLabel(measure)} ${measured(measure, low)} to ${measured(measure, high)}`,
      );
      const title = `${outputs.length === 1 ? "" : `${name}: `}95% bootstrap intervals over the images`;
      return [title, ...inLines(parts, columns && columns - 2).map((line) => `  ${line}`)].join("\n");
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
        `pixel accuracy ${share(pixel_accuracy)}   ${grouped(pixels)} pixels`,
    )
    .join("\n");
}
