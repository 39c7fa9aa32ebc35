/** Runs side by side: the settings in which they differ, the metrics of their best weights, and means over runs that differ by the seed alone. */
import type { FinishedRun } from "./read-run.ts";

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** What differs, each with a value for every run; `undefined`: it has no such setting. */
  readonly differences: readonly SettingDifference[];
  /** Runs that differ by the seed alone, two or more; the rest stand for themselves. */
  readonly groups: readonly SeedGroup[];
}

export interface ComparedRun {
  readonly path: string;
  readonly network: string;
  readonly seed: number;
  /** Whole epochs, updates and seconds so far. */
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  /** Of the best weights, from 1; `null`: no epoch has finished. */
  readonly bestEpoch: number | null;
  readonly measuredOn: "validation" | "training" | null;
  /** "loss", "labels mean_iou" …: of the best weights. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

export interface SettingDifference {
  /** "optimizer.learning_rate", "parameters.width", "source", "data.training", "engine" … */
  readonly setting: string;
  readonly values: readonly (string | undefined)[];
}

export interface SeedGroup {
  /** Places among the runs. */
  readonly runs: readonly number[];
  readonly seeds: readonly number[];
  readonly metrics: Readonly<Record<string, Spread>>;
}

export interface Spread {
  readonly mean: number;
  /** Of the sample, by n − 1. */
  readonly deviation: number;
  /** Runs that have the metric. */
  readonly count: number;
}

const seedSetting = "seed";
/** How and where a run was computed: it is shown, and does not make another experiment. */
const circumstances = new Set(["engine", "version", "node"]);

export function compareRuns(found: readonly FinishedRun[]): Comparison {
  const tables = found.map(settingsOfRun);
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  const differences = names
    .map((setting) => ({ setting, values: tables.map((table) => table.get(setting)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
  const runs = found.map(comparedRun);
  return { runs, differences: withoutDerived(differences), groups: seedGroups(runs, differences) };
}

function comparedRun({ path, record, best, log }: FinishedRun): ComparedRun {
  const last = log.at(-1);
  const outputs = Object.entries(best?.outputs ?? {});
  const measures = outputs.flatMap(([output, values]) =>
    Object.entries(values).map(([measure, value]) => [`${output} ${measure}`, value] as const),
  );
  return {
    path,
    network: record.network,
    seed: record.seed,
    epochs: log.reduce((most, line) => (line.kind === "epoch" ? Math.max(most, line.epoch) : most), 0),
    steps: last?.step ?? 0,
    seconds: last?.seconds ?? 0,
    bestEpoch: best?.epoch ?? null,
    measuredOn: best?.measured_on ?? null,
    metrics: best === undefined ? {} : Object.fromEntries([["loss", best.loss], ...measures]),
  };
}

function settingsOfRun({ record }: FinishedRun): ReadonlyMap<string, string> {
  const { network, parameters, settings, source, layers, data, engine, versions } = record;
  return new Map([
    ["network", network],
    ...Object.entries(parameters).map(([name, value]) => [`parameters.${name}`, value] as const),
    ...Object.entries(settings),
    ...Object.entries(data).map(
      ([what, { files, sha256 }]) => [`data: ${what}`, `${files} (${short(sha256)})`] as const,
    ),
    ["source", short(source.sha256)],
    ["layers", short(layers)],
    ["engine", engine.name],
    ["version", versions.fcn],
    ["node", versions.node],
  ]);
}

const short = (sha256: string): string => sha256.slice(0, 8);

/** Layers that differ follow from another program or other parameters, where there are any. */
function withoutDerived(differences: readonly SettingDifference[]): readonly SettingDifference[] {
  const explained = differences.some(
    ({ setting }) => setting === "source" || setting === "network" || setting.startsWith("parameters."),
  );
  return differences.filter(({ setting }) => setting !== "layers" || !explained);
}

function seedGroups(
  runs: readonly ComparedRun[],
  differences: readonly SettingDifference[],
): readonly SeedGroup[] {
  const telling = differences.filter(({ setting }) => setting !== seedSetting && !circumstances.has(setting));
  const places = new Map<string, number[]>();
  for (const i of runs.keys()) {
    const key = JSON.stringify(telling.map(({ values }) => values[i] ?? null));
    places.set(key, [...(places.get(key) ?? []), i]);
  }
  return [...places.values()]
    .filter((group) => new Set(group.map((i) => runs[i]?.seed)).size > 1)
    .map((group) => {
      const members = group.flatMap((i) => runs[i] ?? []);
      const names = [...new Set(members.flatMap(({ metrics }) => Object.keys(metrics)))];
      const spreads = names.flatMap((name) => {
        const values = members.flatMap(({ metrics }) => metrics[name] ?? []);
        return values.length === 0 ? [] : [[name, spreadOf(values)] as const];
      });
      return { runs: group, seeds: members.map(({ seed }) => seed), metrics: Object.fromEntries(spreads) };
    });
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  return { mean, deviation, count: values.length };
}
