/** How far a loss or a measure was from its formula, kept with the test that compared them, for the learning reporter. */
import { TestRunner } from "vitest";

export interface ComparedEntry {
  readonly catalogue: "losses" | "metrics";
  readonly name: string;
  /** "float64", or the engine. */
  readonly computer: string;
  readonly value: number;
  /** `undefined`: nothing was differentiated. */
  readonly gradient: number | undefined;
}

declare module "vitest" {
  interface TaskMeta {
    entries?: readonly ComparedEntry[];
  }
}

export function recordEntry(entry: ComparedEntry): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) throw new Error("an entry is compared by a test");
  const { meta } = test;
  meta.entries = [...(meta.entries ?? []), entry];
}
