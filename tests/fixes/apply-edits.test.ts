import { describe, expect, it } from "vitest";
import type { TextEdit } from "../../compiler/diagnostics/diagnostic.ts";
import { applyEdits, JointEdits, movedBy } from "../../compiler/fixes/apply-edits.ts";

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
    expect([0, 2, 3, 4, 5, 6, 7].map(movedBy(edits))).toEqual([0, 2, 2, 3, 4, 5, 8]);
  });

  it("can be made together, unless they change one place; one may begin as the other ends", () => {
    const joint = (first: TextEdit, second: TextEdit) => {
      const edits = new JointEdits();
      return edits.add([first]) && edits.add([second]);
    };
    expect(joint(edit(2, 4, ""), edit(3, 5, ""))).toBe(false);
    expect(joint(edit(3, 5, ""), edit(2, 4, ""))).toBe(false);
    expect(joint(edit(2, 9, ""), edit(4, 5, ""))).toBe(false);
    expect(joint(edit(2, 4, ""), edit(4, 5, ""))).toBe(true);
    expect(joint(edit(4, 5, ""), edit(2, 4, ""))).toBe(true);
    expect(joint(edit(2, 2, "a"), edit(2, 2, "b"))).toBe(false);
    expect(joint(edit(2, 2, "a"), { ...edit(2, 2, "b"), span: { file: "b.fcn", start: 2, end: 2 } })).toBe(
      true,
    );
  });

  it("are added all or none", () => {
    const edits = new JointEdits();
    expect(edits.add([edit(5, 6, "a")])).toBe(true);
    expect(edits.add([edit(0, 1, "b"), edit(5, 7, "c")])).toBe(false);
    expect(edits.add([edit(0, 1, "d"), edit(9, 9, "e")])).toBe(true);
    expect(edits.all().map(({ text }) => text)).toEqual(["d", "a", "e"]);
  });
});
