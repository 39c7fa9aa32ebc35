/** Runs side by side as one HTML page, or the curves alone as one SVG; neither needs anything beside it. */

import { document } from "../report/document.ts";
import { escapeText } from "../report/escape.ts";
import { linePlot } from "../report/line-plot.ts";
import { plotSheet } from "../report/plot-sheet.ts";
import type { Comparison } from "./compare-runs.ts";
import { comparisonPlots } from "./comparison-plots.ts";
import type { FinishedRun } from "./read-run.ts";

export function comparisonSvg(runs: readonly FinishedRun[]): string {
  return plotSheet(comparisonPlots(runs));
}

export function comparisonPage(
  { differences, runs: compared, groups }: Comparison,
  runs: readonly FinishedRun[],
): string {
  const names = compared.map(({ path }) => path);
  const metrics = [...new Set(compared.flatMap((run) => Object.keys(run.metrics)))];
  const differing = differences.map(({ setting, values }) => [
    setting,
    ...values.map((value) => value ?? "–"),
  ]);
  const measured = [
    ["best epoch", ...compared.map(({ bestEpoch }) => (bestEpoch === null ? "–" : String(bestEpoch)))],
    ...metrics.map((name) => [name, ...compared.map((run) => figure(run.metrics[name]))]),
  ];
  const spreads = groups.map(({ runs: members, seeds, metrics: found }) => {
    const rows = Object.entries(found).map(([name, { mean, deviation, count }]) => [
      name,
      `${figure(mean)} ± ${figure(deviation)}`,
      String(count),
    ]);
    const of = members.map((i) => names[i] ?? "").join(", ");
    return `<h3>${escapeText(of)} (seeds ${seeds.join(", ")})</h3>${table(["metric", "mean ± standard deviation", "runs"], rows)}`;
  });
  return document(
    "runs compared",
    `<h1>${names.length} runs</h1>
<h2>Curves</h2>
<div class="plots">${comparisonPlots(runs).map(linePlot).join("\n")}</div>
<h2>Settings that differ</h2>
${differing.length === 0 ? "<p>None.</p>" : table(["setting", ...names], differing)}
<h2>Metrics of the best weights</h2>
${table(["metric", ...names], measured)}
${spreads.length === 0 ? "" : `<h2>Over seeds</h2>${spreads.join("\n")}`}`,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: "th" | "td", row: readonly string[]) =>
    row.map((cell, i) => `<${tag}${i > 0 ? ' class="number"' : ""}>${escapeText(cell)}</${tag}>`).join("");
  return `<div class="wide"><table><thead><tr>${cells("th", head)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("")}</tbody></table></div>`;
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(4);
}
