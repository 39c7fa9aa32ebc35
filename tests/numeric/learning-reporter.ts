/**
 * After a run of all tests that compare entries of the catalogues of learning with formulas: writes the largest error of every entry, and
 * fails the run where one was not compared.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import {
  type ComparedCatalogue,
  comparedCatalogues,
  type EntryErrors,
  type LearningRecord,
  latestLearning,
  uncompared,
} from "../../tools/documentation/learning-record.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import type { ComparedEntry } from "./record-entry.ts";

/** Those that `npm run verify:learning` runs. */
const needed = [
  "tests/numeric/losses.test.ts",
  "tests/engines/updates.test.ts",
  "tests/engines/clipping.test.ts",
  "tests/engines/average.test.ts",
  "tests/learning/schedules.test.ts",
  "tests/data/augment-simple.test.ts",
  "tests/data/augment-places.test.ts",
  "tests/data/augment-colours.test.ts",
  "tests/data/augment-jpeg.test.ts",
  "tests/metrics/formulas.test.ts",
];

export default class LearningReporter implements Reporter {
  #named = false;

  onInit({ config }: Vitest): void {
    this.#named = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const run = new Set(modules.map(({ moduleId }) => moduleId));
    if (this.#named || !needed.every((file) => run.has(join(packageRoot(), file)))) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    if (tests.some((test) => test.result().state === "failed")) return; // reported, and no record to keep
    const record = learningRecordOf(tests.flatMap((test) => test.meta().entries ?? []));
    const missing = uncompared(record);
    if (missing.length > 0) {
      console.error(`\nNot compared with a formula:\n  ${missing.join("\n  ")}\n`);
      process.exitCode = 1;
      return;
    }
    const file = join(packageRoot(), latestLearning);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, `${JSON.stringify(record, undefined, 2)}\n`);
    renameSync(`${file}.part`, file);
  }
}

export function learningRecordOf(found: readonly ComparedEntry[]): LearningRecord {
  type Found = Record<string, Record<string, EntryErrors>>;
  const catalogues = Object.fromEntries(comparedCatalogues.map((name) => [name, {}])) as Record<
    ComparedCatalogue,
    Found
  >; // each name has its own
  for (const { catalogue, name, computer, value, gradient } of found) {
    const entries = catalogues[catalogue];
    entries[name] ??= {};
    const before = entries[name][computer];
    entries[name][computer] = {
      cases: (before?.cases ?? 0) + 1,
      value: Math.max(before?.value ?? 0, rounded(value)),
      gradient:
        gradient === undefined
          ? (before?.gradient ?? null)
          : Math.max(before?.gradient ?? 0, rounded(gradient)),
    };
  }
  return { date: new Date().toISOString().slice(0, 10), node: process.version, ...catalogues };
}

/** Up to two digits, so that no error is larger than what is written. */
function rounded(error: number): number {
  if (error === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(error)) - 1);
  return Number((Math.ceil(error / unit) * unit).toPrecision(2));
}
