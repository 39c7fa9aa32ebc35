import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineMap } from "../../compiler/diagnostics/line-map.ts";

describe("lines and columns", () => {
  it("begin at 1; LF, CRLF and CR end a line", () => {
    const text = "ab\ncd\r\nef\rg";
    const lines = new LineMap(text);
    const places = [...text].map((_, offset) => {
      const { line, column } = lines.position(offset);
      return `${line}:${column}`;
    });
    expect(places).toEqual("1:1 1:2 1:3 2:1 2:2 2:3 2:4 3:1 3:2 3:3 4:1".split(" "));
    expect([1, 2, 3, 4, 5].map((line) => lines.lineText(line))).toEqual(["ab", "cd", "ef", "g", ""]);
    expect(lines.lineCount).toBe(4);
  });

  it("count UTF-16 units, so a character outside the basic plane is two columns", () => {
    expect(new LineMap("𝒳y").position(2)).toEqual({ line: 1, column: 3 });
  });

  it("of the end of the text is the place after its last unit", () => {
    expect(new LineMap("a\n").position(2)).toEqual({ line: 2, column: 1 });
    expect(new LineMap("").position(0)).toEqual({ line: 1, column: 1 });
    expect(new LineMap("ab").position(99)).toEqual({ line: 1, column: 3 });
  });

  it("give back the offset for every text", () => {
    const text = fc.array(fc.constantFrom("a", "é", "\n", "\r\n", "\t", "𝒳")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.nat(), (source, choice) => {
        const offset = choice % (source.length + 1);
        const lines = new LineMap(source);
        const { line, column } = lines.position(offset);
        const before = source.slice(0, offset).split(/\r\n|\n|\r(?!$)/);
        expect(line).toBe(before.length);
        expect(column).toBe((before.at(-1)?.length ?? 0) + 1);
      }),
    );
  });
});
