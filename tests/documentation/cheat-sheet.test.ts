import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { entryReaders } from "../../compiler/learning/section/entries.ts";
import { words } from "../../compiler/ops/registry.ts";
import { format } from "../../grammar/format.ts";
import { StatementWord, tokens } from "../../grammar/tokens.ts";
import {
  cheatSheet,
  cheatSheetProgram,
  parts,
  preludeBlocks,
} from "../../tools/documentation/cheat-sheet.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const page = cheatSheet();
const program = cheatSheetProgram();

it("is what the catalogues say (else: npm run documentation)", () => {
  expect(readFileSync(join(packageRoot(), "docs", "cheat-sheet.md"), "utf8")).toBe(page);
});

it("has a program that compiles without a warning, in the one layout but for its comments, which begin in one column", () => {
  const { networks, diagnostics } = compile({ path: "cheat-sheet.fcn", text: program }, createFileHost());
  expect(diagnostics).toEqual([]);
  expect(networks).toHaveLength(1);
  const formatted = format(program, "cheat-sheet.fcn");
  const text = "text" in formatted ? formatted.text : JSON.stringify(formatted.problems);
  expect(program.replaceAll(/ +\/\/ /g, "  // ")).toBe(text);
});

it("has every statement, and every entry of a train section", () => {
  const begins = tokens.filter(({ CATEGORIES = [] }) => CATEGORIES.includes(StatementWord));
  expect(begins.length).toBeGreaterThan(10);
  for (const { PATTERN } of begins) {
    const word = PATTERN instanceof RegExp ? PATTERN.source : "";
    expect(program, word).toMatch(new RegExp(`(^|[{ ])${word}\\b`, "m"));
  }
  for (const key of [...Object.keys(entryReaders), "targets", "loss"]) {
    expect(program, key).toMatch(new RegExp(`^  ${key} `, "m"));
    expect(page, key).toMatch(new RegExp(`(^ {2}|\`)${key} `, "m"));
  }
});

it("has every operation, and every block of std/ but those that others are made of", () => {
  const written = new Set([...page.matchAll(/`(\w+)[(`]/g)].map(([, word]) => word));
  for (const word of words.keys()) expect(written).toContain(word);
  for (const block of preludeBlocks().keys()) {
    if (parts.includes(block)) expect(written).not.toContain(block);
    else expect(written).toContain(block);
  }
});

it("fits on one page: A4 has 126 columns and 90 lines of 7 points, with margins of 9 mm", () => {
  const columns = 126;
  const printed = page
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("```") && line !== "| - | - |")
    .map((line) => {
      // the column of titles, and links, which print as their words
      const text = line.startsWith("|")
        ? line.replaceAll("`", "").padStart(15)
        : line.replaceAll(/\]\(\S+?\)/g, "");
      return Math.max(1, Math.ceil(text.length / columns));
    });
  expect(Math.max(...program.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(printed.reduce((sum, lines) => sum + lines, 0)).toBeLessThanOrEqual(90);
});
