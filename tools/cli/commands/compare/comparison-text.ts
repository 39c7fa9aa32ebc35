/** A comparison of runs for a terminal: the runs by number, then a column for each. */
import type { Comparison, Spread } from "../../../../runtime/training/compare/compare-runs.ts";
import { alignTable } from "../../../../views/text/table.ts";
import { counted, duration } from "../../console/numbers.ts";

/** Longer values are cut: --json has them whole. */
const longest = 28;

export function comparisonText({ runs, differences, groups }: Comparison): string {
  const numbers = runs.map((_, i) => String(i + 1));
  const list = alignTable(
    [
      { title: "", align: "right" },
      { title: "run", align: "left" },
      { title: "network", align: "left" },
      { title: "seed", align: "right" },
      { title: "epochs", align: "right" },
      { title: "time", align: "right" },
    ],
    runs.map(({ path, network, seed, epochs, seconds }, i) => [
      numbers[i] ?? "",
      path,
      network,
      String(seed),
      String(epochs),
      duration(seconds),
    ]),
  );
  const perRun = (title: string, rows: readonly (readonly string[])[]) =>
    alignTable(
      [{ title, align: "left" }, ...numbers.map((number) => ({ title: number, align: "right" }) as const)],
      rows,
    );
  const settings = differences.map(({ setting, values }) => [setting, ...values.map(shortened)]);
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))];
  const metrics = [
    ["epoch", ...runs.map(({ bestEpoch }) => (bestEpoch === null ? "–" : String(bestEpoch)))],
    ...names.map((name) => [name, ...runs.map((run) => figure(run.metrics[name]))]),
  ];
  const sections = [
    list,
    settings.length === 0 ? ["no setting differs"] : perRun("setting", settings),
    perRun("best weights", metrics),
    ...groups.map(({ runs: members, seeds, metrics: found }) => [
      `runs ${members.map((i) => numbers[i]).join(", ")} differ by the seed alone (${seeds.join(", ")}): mean ± standard deviation of ${counted(members.length, "run")}`,
      ...alignTable(
        [
          { title: "", align: "left" },
          { title: "", align: "right" },
        ],
        Object.entries(found).map(([name, spread]) => [name, spreadText(spread)]),
      ).slice(1),
    ]),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function spreadText({ mean, deviation }: Spread): string {
  return `${figure(mean)} ± ${figure(deviation)}`;
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(4);
}

function shortened(value: string | undefined): string {
  if (value === undefined) return "–";
  return value.length > longest ? `${value.slice(0, longest - 1)}…` : value;
}
