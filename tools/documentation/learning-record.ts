/** What a run of their tests found: how far every loss and measure is from its formula in float64. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { losses } from "../../compiler/learning/losses/registry.ts";
import type { Measure } from "../../compiler/learning/metrics/measure.ts";
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

export interface LearningRecord {
  /** The day of the run, ISO 8601. */
  readonly date: string;
  readonly node: string;
  /** By name. */
  readonly losses: Readonly<Record<string, ByComputer>>;
  readonly metrics: Readonly<Record<string, ByComputer>>;
}

/** The record that docs/losses.md shows, and where a run of the tests leaves its own; below the package root. */
export const committedLearning = join("specs", "numeric", "learning.json");
export const latestLearning = join("out", "numeric", "learning.json");

/** Of tensor programs evaluated in float64, and of metrics, which are computed so. */
export const float64 = "float64";

/** @throws UserError when there is none. */
export function readLearning(file: string): LearningRecord {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LearningRecord; // written by the learning reporter
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${file} cannot be read: ${reason}`,
      "the tests of losses and metrics write it: npm run verify:learning",
    );
  }
}

/** Every measure, those of single classes too, each once. */
export function everyMeasure(): readonly Measure[] {
  const kinds: readonly Target[] = targets as readonly unknown[] as readonly Target[]; // read only by their declarations
  return [...new Set(kinds.flatMap(({ measures, classMeasures }) => [...measures, ...classMeasures]))];
}

/** "focal on wasm", "ssim": what no test has compared. */
export function uncompared({ losses: found, metrics }: LearningRecord): readonly string[] {
  const computers = new Set(Object.values(found).flatMap((one) => Object.keys(one)));
  return [
    ...losses.flatMap(({ name }) =>
      [...computers].flatMap((computer) =>
        found[name]?.[computer] === undefined ? [`${name} on ${computer}`] : [],
      ),
    ),
    ...everyMeasure().flatMap(({ name }) => (metrics[name] === undefined ? [name] : [])),
  ];
}
