/** The results of the staged-training experiment as Markdown tables. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClassMetrics } from "../../../runtime/metrics/confusion.ts";
import type { TrimapMetrics } from "../../../runtime/metrics/trimap.ts";
import type { BestMetrics } from "../../../runtime/training/best-metrics.ts";
import type { EpochLine, MetricsLine } from "../../../runtime/training/metrics-log.ts";
import type { Evaluation } from "../../cli/commands/evaluate/run-evaluation.ts";
import type { Stage } from "./stages.ts";

interface Result {
  readonly stage: Stage;
  readonly best: BestMetrics;
  readonly last: EpochLine;
  /** Near label boundaries. */
  readonly trimap: TrimapMetrics;
}

/** Pixels; the band around label boundaries in which the fine scores matter most. */
export const bandWidth = 4;

/** The file with the metrics of a run's best weights on the validation images, in the form that `fcn evaluate --json` prints. */
export function evaluationFile(directory: string, { run }: Stage): string {
  return join(directory, "out", run, "evaluation.json");
}

/** Of the stages whose folder below `directory` contains a run. */
export function resultTables(directory: string, stages: readonly Stage[]): string {
  const results = stages.flatMap((stage) => readResult(directory, stage) ?? []);
  const rows = results.map(({ stage, best, last, trimap }) => [
    stage.what,
    `${last.epoch}`,
    `${last.step}`,
    `${(last.seconds / 60).toFixed(1)}`,
    iouOf(best),
    percent(measuresOf(best)?.pixel_accuracy ?? null),
    trimap.mean_iou?.toFixed(3) ?? "–",
    percent(trimap.pixel_accuracy),
    `${best.epoch}`,
    iouOf(last),
  ]);
  const head = [
    "",
    "epochs",
    "steps",
    "minutes",
    "mean IoU",
    "pixel accuracy",
    `IoU within ${bandWidth} px`,
    `accuracy within ${bandWidth} px`,
    "best epoch",
    "mean IoU, last epoch",
  ];
  const classes = results[0] === undefined ? [] : classesOf(results[0].best).map(({ name }) => name);
  const byClass = classes.map((name) => [
    name,
    ...results.map(
      ({ best }) =>
        classesOf(best)
          .find((one) => one.name === name)
          ?.iou?.toFixed(3) ?? "–",
    ),
  ]);
  return [table(head, rows), table(["IoU", ...results.map(({ stage }) => stage.what)], byClass)].join("\n\n");
}

function readResult(directory: string, stage: Stage): Result | undefined {
  const folder = join(directory, "out", stage.run);
  if (!existsSync(join(folder, "metrics.json"))) return undefined;
  const best = JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")) as BestMetrics; // this program's own
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
  const last = lines
    .map((line) => JSON.parse(line) as MetricsLine) // likewise
    .findLast((line) => line.kind === "epoch");
  const evaluation = JSON.parse(readFileSync(evaluationFile(directory, stage), "utf8")) as Evaluation; // likewise
  const trimap = Object.values(evaluation.trimap ?? {})[0]?.find(({ width }) => width === bandWidth);
  if (trimap === undefined) throw new Error(`${stage.run} was evaluated without its trimap`);
  return last === undefined ? undefined : { stage, best, last, trimap };
}

/** Of the only output. */
function measuresOf({ outputs }: Pick<BestMetrics, "outputs">) {
  return Object.values(outputs)[0];
}

function iouOf(measured: Pick<BestMetrics, "outputs">): string {
  return measuresOf(measured)?.mean_iou?.toFixed(3) ?? "–";
}

function classesOf({ classes }: BestMetrics): readonly ClassMetrics[] {
  return Object.values(classes)[0]?.classes ?? [];
}

function percent(share: number | null): string {
  return share === null ? "–" : `${(100 * share).toFixed(1)}%`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "-")), ...rows.map(line)].join("\n");
}
