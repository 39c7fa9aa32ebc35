/** The trials of a sweep as CSV, the best first. */
import { lastValue, ranked, type SweepRecord } from "./sweep-record.ts";

export function sweepCsv(record: SweepRecord): string {
  const axes = Object.keys(record.trials[0]?.values ?? {});
  const rows = ranked(record).map((trial) => [
    String(trial.trial),
    ...axes.map((axis) => trial.values[axis] ?? ""),
    String(trial.epochs),
    String(trial.bestEpoch ?? ""),
    String(lastValue(trial) ?? ""),
    trial.diverged === undefined ? "" : "diverged",
  ]);
  const titles = ["trial", ...axes, "epochs", "best_epoch", record.measure, "note"];
  return [titles, ...rows].map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

/** By RFC 4180. */
function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
