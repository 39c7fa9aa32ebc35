import { describe, expect, it } from "vitest";
import type { TextEdit } from "../../compiler/diagnostics/diagnostic.ts";
import { applyEdits, movedBy, overlap } from "../../compiler/fixes/apply-edits.ts";

const edit = (start: number, end: number, text: string): TextEdit => ({
  span: { file: "a.fcn", start, end },
  text,
});

describe("edits", () => {
  it("are applied at once, in whichever order they come", () => {
    expect(applyEdits("conv(8 3x3)", [edit(7, 10, "5x5"), edit(6, 6, ",")])).toBe("conv(8, 5x5)");
  });

  it("of one place go in in their order", () => {
    expect(applyEdits("ab", [edit(1, 1, "1"), edit(1, 1, "2")])).toBe("a12b");
  });

  it("move what stands after them, and what they replace to its beginning", () => {
    const edits = [edit(2, 4, "x"), edit(6, 6, "yy")];
    expect([0, 2, 3, 4, 5, 6, 7].map((offset) => movedBy(edits, offset))).toEqual([0, 2, 2, 3, 4, 5, 8]);
  });

  it("overlap where they change one place, and not where one begins as the other ends", () => {
    expect(overlap([edit(2, 4, "")], [edit(3, 5, "")])).toBe(true);
    expect(overlap([edit(2, 4, "")], [edit(4, 5, "")])).toBe(false);
    expect(overlap([edit(2, 2, "a")], [edit(2, 2, "b")])).toBe(true);
    expect(
      overlap([edit(2, 2, "a")], [{ ...edit(2, 2, "b"), span: { file: "b.fcn", start: 2, end: 2 } }]),
    ).toBe(false);
  });
});
