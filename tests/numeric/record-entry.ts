/** How far an entry of the catalogues of learning was from its formula, kept with the test that compared them, for the learning reporter. */
import { TestRunner } from "vitest";
import type { ComparedCatalogue } from "../../tools/documentation/learning-record.ts";

export interface ComparedEntry {
  readonly catalogue: ComparedCatalogue;
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
