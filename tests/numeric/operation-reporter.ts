/**
 * After a whole run of the numeric tests: writes the largest error of every operation on every engine, and fails the run where
 * an operation was not verified on an engine that was there.
 */
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { engineNames } from "../../runtime/engines/engines.ts";
import {
  computedOperations,
  type EngineRecord,
  latestRecord,
  type OperationErrors,
  type OperationRecord,
  unverified,
} from "../../tools/documentation/operation-record.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import type { VerifiedOnEngine } from "./record-verified.ts";

export default class OperationReporter implements Reporter {
  #named = false;

  onInit({ config }: Vitest): void {
    this.#named = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#named || !isWhole(modules)) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    if (tests.some((test) => test.result().state === "failed")) return; // reported, and no record to keep
    const record = recordOf(tests.flatMap((test) => test.meta().verified ?? []));
    const missing = unverified(record);
    if (missing.length > 0) {
      console.error(`\nOperations that tests/numeric does not verify:\n  ${missing.join("\n  ")}\n`);
      process.exitCode = 1;
      return;
    }
    const file = join(packageRoot(), latestRecord);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, `${JSON.stringify(record, undefined, 2)}\n`);
    renameSync(`${file}.part`, file);
  }
}

/** Whether every file of the numeric tests was run. */
function isWhole(modules: readonly TestModule[]): boolean {
  const run = new Set(modules.map(({ moduleId }) => moduleId));
  const folder = join(packageRoot(), "tests", "numeric");
  const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  return files.every((file) => run.has(join(folder, basename(file))));
}

/** Engines and operations in the order of their registries, whichever file was done first. */
export function recordOf(found: readonly VerifiedOnEngine[]): OperationRecord {
  const engines: Record<string, { description: string; device: string; operations: Draft }> = {};
  for (const { engine, description, device, operation, forward, gradient } of found) {
    engines[engine] ??= { description, device, operations: {} };
    const { operations } = engines[engine];
    const before = operations[operation] ?? { cases: 0, forward: 0, gradient: null };
    operations[operation] = {
      cases: before.cases + 1,
      forward: larger(before.forward, forward),
      gradient: gradient === undefined ? before.gradient : larger(before.gradient ?? 0, gradient),
    };
  }
  const ordered = engineNames.toReversed().flatMap((name) => {
    const engine = engines[name];
    if (engine === undefined) return [];
    const operations = computedOperations.flatMap((operation) => {
      const errors = engine.operations[operation];
      return errors === undefined ? [] : [[operation, errors] as const];
    });
    return [[name, { ...engine, operations: Object.fromEntries(operations) }] as const];
  });
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    engines: Object.fromEntries(ordered),
  };
}

type Draft = { -readonly [O in keyof EngineRecord["operations"]]: OperationErrors };

/** To two digits, rounded up, so that no error is larger than what is written. */
function larger(before: number, error: number): number {
  if (error <= before) return before;
  const unit = 10 ** (Math.floor(Math.log10(error)) - 1);
  return Number((Math.ceil(error / unit) * unit).toPrecision(2));
}
