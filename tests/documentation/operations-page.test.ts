import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { operations, words } from "../../compiler/ops/registry.ts";
import { operationsPage } from "../../tools/documentation/operations-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const committed = readFileSync(join(packageRoot(), "docs", "operations.md"), "utf8");

it("is what the definitions say (else: npx tsx tools/documentation/write.ts)", () => {
  expect(committed).toBe(operationsPage());
});

it("has a section for every word and a row for every operation", () => {
  for (const word of words.keys()) expect(committed).toContain(`\n### ${word}\n`);
  for (const name of Object.keys(operations)) expect(committed).toContain(`\n| \`${name}\` |`);
});

it("lists every argument of a word with what holds when it is left out", () => {
  expect(committed).toContain("| stride | `3`, or `3x5` | 1 |");
});
