import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { entryReaders } from "../../compiler/learning/section/entries.ts";
import { StatementWord, tokens } from "../../grammar/tokens.ts";
import { cheatSheet } from "../../tools/documentation/cheat-sheet.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const page = cheatSheet();

it("is what the catalogues say (else: npm run documentation)", () => {
  expect(readFileSync(join(packageRoot(), "docs", "cheat-sheet.md"), "utf8")).toBe(page);
});

it("has every statement and every entry of a train section", () => {
  const begins = tokens.filter(({ CATEGORIES = [] }) => CATEGORIES.includes(StatementWord));
  expect(begins.length).toBeGreaterThan(10);
  for (const { PATTERN } of begins) {
    const word = PATTERN instanceof RegExp ? PATTERN.source : "";
    expect(page).toMatch(new RegExp(`[\`{ ]${word}\\b`));
  }
  for (const key of [...Object.keys(entryReaders), "targets", "loss"])
    expect(page, key).toMatch(new RegExp(`\\| \`[^|]*\\b${key}\\b`));
});
