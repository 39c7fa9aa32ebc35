import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderDiagnostic } from "../../compiler/diagnostics/render.ts";
import { format } from "../../grammar/format.ts";
import { compileText } from "../support/compile-source.ts";
import { checkInfo, readSpecPage, type SpecBlock, wholeFile } from "./spec-page.ts";

const folder = join(import.meta.dirname, "../../specs/language");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));

/** Codes in the order of the text. */
function reported(block: SpecBlock): readonly string[] {
  return compileText(wholeFile(block))
    .diagnostics.toSorted((first, second) => first.span.start - second.span.start)
    .map(({ code }) => code);
}

function rendered(block: SpecBlock): string {
  const { diagnostics, files } = compileText(wholeFile(block));
  return `${diagnostics.map((each) => renderDiagnostic(each, files, { colour: false })).join("\n\n")}\n`;
}

function laidOut(text: string): string {
  const result = format(text, "test.fcn");
  return "text" in result ? result.text : JSON.stringify(result.problems);
}

describe.each(pages)("specs/language/%s", (name) => {
  const blocks = readSpecPage(join(folder, name));

  it("has examples", () => {
    expect(blocks.filter(({ language }) => language === "fcn").length).toBeGreaterThan(0);
  });

  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    checkInfo(block);
    if (block.language === "text" && block.flags.has("diagnostics")) {
      it(`line ${block.line}: is how the diagnostics of the program above look`, () => {
        expect(before && rendered(before)).toBe(block.text);
      });
    } else if (block.language === "fcn" && block.flags.has("formatted")) {
      it(`line ${block.line}: is the layout of the program above`, () => {
        expect(before && laidOut(before.text)).toBe(block.text);
        expect(laidOut(block.text)).toBe(block.text);
      });
    } else if (block.language === "fcn") {
      const codes = block.values.get("reports") ?? [];
      it(`line ${block.line}: ${codes.length === 0 ? "is a program" : `reports ${codes.join(", ")}`}`, () => {
        expect(reported(block)).toEqual(codes);
      });
    }
  }
});
