/** What a run of the numeric tests found: the largest errors of every operation on every engine it had. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import { operationNames, operationOf } from "../../compiler/ops/registry.ts";
import { UserError } from "../../runtime/user-error.ts";

/** Each error is relative to the largest magnitude in its array, at least to 1. */
export interface OperationErrors {
  /** Comparisons with the float64 reference. */
  readonly cases: number;
  readonly forward: number;
  /** Against central differences of the reference; `null`: no case differentiated anything. */
  readonly gradient: number | null;
}

export interface EngineRecord {
  readonly description: string;
  readonly device: string;
  readonly operations: Readonly<Partial<Record<OperationName, OperationErrors>>>;
}

export interface OperationRecord {
  /** The day of the run, ISO 8601. */
  readonly date: string;
  readonly node: string;
  /** By name; an engine that the machine did not have is left out. */
  readonly engines: Readonly<Record<string, EngineRecord>>;
}

/** The record that docs/operations.md shows, and where a run of the numeric tests leaves its own; below the package root. */
export const committedRecord = join("specs", "numeric", "operations.json");
export const latestRecord = join("out", "numeric", "operations.json");

/** @throws UserError when there is none. */
export function readRecord(file: string): OperationRecord {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as OperationRecord; // written by the operation reporter
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${file} cannot be read: ${reason}`,
      "a whole run of the numeric tests writes it: npm run verify:operations",
    );
  }
}

/** Operations that compute something: an input is given. */
export const computedOperations = operationNames.filter(
  (operation) => operationOf({ operation }).kind !== "input",
);

/** "lrn on webgpu: no gradient": what no test has verified, on an engine that was there. */
export function unverified(
  { engines }: OperationRecord,
  names: readonly OperationName[] = computedOperations,
): readonly string[] {
  return Object.entries(engines).flatMap(([engine, record]) =>
    names.flatMap((name) => {
      const found = record.operations[name];
      if (found === undefined) return [`${name} on ${engine}: never computed`];
      return found.gradient === null ? [`${name} on ${engine}: no gradient`] : [];
    }),
  );
}
