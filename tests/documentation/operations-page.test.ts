import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { operations, words } from "../../compiler/ops/registry.ts";
import {
  committedRecord,
  computedOperations,
  type EngineRecord,
  type OperationErrors,
  readRecord,
  unverified,
} from "../../tools/documentation/operation-record.ts";
import { operationsPage } from "../../tools/documentation/operations-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const committed = readFileSync(join(packageRoot(), "docs", "operations.md"), "utf8");
const record = readRecord(join(packageRoot(), committedRecord));

it("is what the definitions and the record say (else: npx tsx tools/documentation/write.ts)", () => {
  expect(committed).toBe(operationsPage(record));
});

describe("the record of the numeric tests", () => {
  it("has every operation that computes something, and no other, on every engine it was made on (else: npm run verify:operations)", () => {
    expect(unverified(record)).toEqual([]);
    for (const { operations: found } of Object.values(record.engines)) {
      expect(Object.keys(found).sort()).toEqual([...computedOperations].sort());
    }
  });

  it("was made on the engines that every machine has", () => {
    expect(Object.keys(record.engines)).toEqual(expect.arrayContaining(["cpu", "wasm"]));
  });

  it("says which operation nobody verified, or not its gradient", () => {
    const engine = { description: "", device: "", operations: {} };
    const only = (errors: OperationErrors) => ({ ...engine, operations: { lrn: errors } });
    const seen = (engines: Record<string, EngineRecord>) =>
      unverified({ ...record, engines }, ["lrn", "pad"]);
    expect(seen({ wasm: engine })).toEqual(["lrn on wasm: never computed", "pad on wasm: never computed"]);
    expect(seen({ cpu: only({ cases: 1, forward: 0, gradient: null }) })[0]).toBe("lrn on cpu: no gradient");
    expect(seen({ cpu: only({ cases: 1, forward: 0, gradient: 0 }) })).toEqual([
      "pad on cpu: never computed",
    ]);
  });
});

it("has a section for every word and a row for every operation", () => {
  for (const word of words.keys()) expect(committed).toContain(`\n### ${word}\n`);
  for (const name of Object.keys(operations)) expect(committed).toContain(`\n| \`${name}\` |`);
});

it("lists every argument of a word with what holds when it is left out", () => {
  expect(committed).toContain("| stride | `3`, or `3x5` | 1 |");
});
