import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  learningEntries,
  learningEntryPage,
  learningFolder,
  learningIndex,
  strayPages,
} from "../../tools/documentation/learning-specs.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { testBlocks } from "./block-tests.ts";

it("every page is of a word that trains a network", () => {
  expect(strayPages()).toEqual([]);
});

it("the index is what the catalogues say (else: npm run documentation)", () => {
  expect(readFileSync(join(learningFolder, "README.md"), "utf8")).toBe(learningIndex());
});

describe.each(learningEntries())("specs/training/$catalogue/$name", (entry) => {
  it("has a page that says what is defined (else: npm run documentation)", () => {
    expect(existsSync(entry.path)).toBe(true);
    expect(readFileSync(entry.path, "utf8")).toBe(learningEntryPage(entry));
  });

  const blocks = existsSync(entry.path) ? readSpecPage(entry.path) : [];

  it("has a program that uses it", () => {
    const programs = blocks.filter(({ language, values }) => language === "fcn" && !values.has("reports"));
    expect(programs.some(({ text }) => new RegExp(`\\b${entry.name}\\b`).test(text))).toBe(true);
  });

  testBlocks(blocks);
});
