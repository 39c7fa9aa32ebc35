/** What a run of their tests found: how far what trains a network is from its formulas in float64. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { augmentations } from "../../compiler/learning/augmentations/registry.ts";
import { averages } from "../../compiler/learning/averages/registry.ts";
import { clippings } from "../../compiler/learning/clipping/registry.ts";
import { losses } from "../../compiler/learning/losses/registry.ts";
import type { Measure } from "../../compiler/learning/metrics/measure.ts";
import { optimizers } from "../../compiler/learning/optimizers/registry.ts";
import { schedules } from "../../compiler/learning/schedules/registry.ts";
import { targets } from "../../compiler/learning/targets/registry.ts";
import type { Target } from "../../compiler/learning/targets/target.ts";
import { UserError } from "../../runtime/user-error.ts";

/** The largest of all cases. */
export interface EntryErrors {
  readonly cases: number;
  /** Of the value, relative to its magnitude, at least to 1. */
  readonly value: number;
  /** Of the gradient, against central differences; `null`: it has none. */
  readonly gradient: number | null;
}

/** By what computed it: "float64", or the name of an engine. */
export type ByComputer = Readonly<Record<string, EntryErrors>>;

/** What computes with numbers, each compared with its formula: the folders of its pages. */
export const comparedCatalogues = [
  "losses",
  "optimizers",
  "clipping",
  "averages",
  "schedules",
  "augmentations",
  "metrics",
] as const;
export type ComparedCatalogue = (typeof comparedCatalogues)[number];

/** Each entry by its name. */
export type CatalogueErrors = Readonly<Record<ComparedCatalogue, Readonly<Record<string, ByComputer>>>>;

export interface LearningRecord extends CatalogueErrors {
  /** The day of the run, ISO 8601. */
  readonly date: string;
  readonly node: string;
}

/** The record that docs/losses.md shows, and where a run of the tests leaves its own; below the package root. */
export const committedLearning = join("specs", "numeric", "learning.json");
export const latestLearning = join("out", "numeric", "learning.json");

/** Of tensor programs evaluated in float64, and of what is computed so whatever the engine. */
export const float64 = "float64";

/** @throws UserError when there is none. */
export function readLearning(file: string): LearningRecord {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LearningRecord; // written by the learning reporter
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} cannot be read: ${reason}`, "its tests write it: npm run verify:learning");
  }
}

/** Every measure, those of single classes too, each once. */
export function everyMeasure(): readonly Measure[] {
  const kinds: readonly Target[] = targets as readonly unknown[] as readonly Target[]; // read only by their declarations
  return [...new Set(kinds.flatMap(({ measures, classMeasures }) => [...measures, ...classMeasures]))];
}

/** The names of what must be compared. */
export function entriesOf(catalogue: ComparedCatalogue): readonly string[] {
  const named = {
    losses,
    optimizers,
    clipping: clippings,
    averages,
    schedules,
    augmentations,
    metrics: everyMeasure(),
  }[catalogue];
  return named.map(({ name }) => name);
}

/** "focal on wasm", "ssim on float64": what no test has compared, of what computes any of the same catalogue. */
export function uncompared(record: CatalogueErrors): readonly string[] {
  return comparedCatalogues.flatMap((catalogue) => {
    const found = record[catalogue];
    const computers = new Set(Object.values(found).flatMap((one) => Object.keys(one)));
    if (computers.size === 0) return entriesOf(catalogue);
    return entriesOf(catalogue).flatMap((name) =>
      [...computers].flatMap((computer) =>
        found[name]?.[computer] === undefined ? [`${name} on ${computer}`] : [],
      ),
    );
  });
}
