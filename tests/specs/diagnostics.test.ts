import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../compiler/diagnostics/catalogue.ts";
import { diagnosticPages, diagnosticsIndex } from "../../tools/documentation/diagnostics-index.ts";
import { expectedCodes, isProgram, readSpecPage } from "../../tools/documentation/spec-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { testBlocks } from "./block-tests.ts";

const folder = join(packageRoot(), "specs", "diagnostics");
const pages = diagnosticPages();

it("every diagnostic has a page, and every page a diagnostic", () => {
  const codes = Object.keys(catalogue);
  expect(pages.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
});

it("the index is what the pages say (else: npm run documentation)", () => {
  expect(readFileSync(join(folder, "README.md"), "utf8")).toBe(diagnosticsIndex());
});

describe.each(pages)("specs/diagnostics/$code", ({ code, title, path }) => {
  const blocks = readSpecPage(path);
  const programs = blocks.filter(isProgram);

  it("begins with its code, and what it is about", () => {
    expect(readFileSync(path, "utf8")).toMatch(`# ${code}: ${title}\n`);
    expect(title).not.toBe("");
  });

  it("shows a program that has the mistake, and then the message", () => {
    const [first] = programs;
    expect(first && expectedCodes(first)).toContain(code);
    const next = first === undefined ? undefined : blocks[blocks.indexOf(first) + 1];
    expect([next?.language, ...(next?.flags ?? [])]).toEqual(["text", "diagnostics"]);
  });

  it("shows the program mended", () => {
    expect(programs.slice(1).filter((block) => expectedCodes(block).length === 0)).not.toEqual([]);
  });

  testBlocks(blocks);
});
