/** One test for every fenced block of a page in `specs/`. */
import { expect, it } from "vitest";
import { format } from "../../grammar/format.ts";
import { compileBlock, rendered, reported } from "../../tools/documentation/compile-block.ts";
import { checkInfo, expectedCodes, isProgram, type SpecBlock } from "../../tools/documentation/spec-page.ts";
import { weightsText } from "../../tools/documentation/weights-text.ts";

/** Called inside a `describe` of the page. */
export function testBlocks(blocks: readonly SpecBlock[]): void {
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    checkInfo(block);
    const [file] = block.values.get("file") ?? [];
    if (block.language === "text" && block.flags.has("diagnostics")) {
      it(`line ${block.line}: is how the diagnostics of the program above look (else: npm run documentation)`, () => {
        expect(before && rendered(before, blocks)).toBe(block.text);
      });
    } else if (block.language === "text" && block.flags.has("weights")) {
      it(`line ${block.line}: is the weights of the program above (else: npm run documentation)`, () => {
        expect(before && weightsText(before, blocks)).toBe(block.text);
      });
    } else if (file !== undefined) {
      it(`line ${block.line}: is a file that a program below imports`, () => {
        const programs = blocks.slice(index + 1).filter(isProgram);
        const read = programs.map((program) => compileBlock(program, blocks).files.get(file));
        // Of a marker, nothing is read.
        expect(read.map((found) => (found?.kind === "marker" ? block.text : found?.text))).toContain(
          block.text,
        );
      });
    } else if (isProgram(block)) {
      const codes = expectedCodes(block);
      it(`line ${block.line}: ${codes.length === 0 ? "is a program" : `reports ${codes.join(", ")}`}`, () => {
        expect(reported(block, blocks)).toEqual(codes);
      });
    } else if (block.flags.has("formatted")) {
      it(`line ${block.line}: is the layout of the program above`, () => {
        expect(before && laidOut(before.text)).toBe(block.text);
        expect(laidOut(block.text)).toBe(block.text);
      });
    }
  }
}

function laidOut(text: string): string {
  const result = format(text, "test.fcn");
  return "text" in result ? result.text : JSON.stringify(result.problems);
}
