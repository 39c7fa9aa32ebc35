import { describe, expect, it } from "vitest";
import { compileText } from "../support/compile-source.ts";

const program = (parameter: string, condition: string) =>
  `network N(${parameter}) {\n  input image [3, H, W]\n  if ${condition} { relu }\n  output y\n}\n`;
const messages = (text: string) => compileText(text).diagnostics.map(({ message, help }) => [message, help]);

describe("a word that is compared", () => {
  it("with a word of an operation, and is nearly one, is an error with the nearest", () => {
    const expected = [['there is no variable or word named "vald"', 'did you mean "valid"?']];
    expect(messages(program("padding = same", "padding == vald"))).toEqual(expected);
    expect(messages(program("padding = same", "vald != padding"))).toEqual(expected);
  });

  it("is the program's own where neither is a word of an operation", () => {
    expect(messages(program("kind = dot", "kind == dog"))).toEqual([]);
    expect(messages(program("head = convolutional", "head == dense_one"))).toEqual([]);
  });

  it("may be a word of an operation, or far from any", () => {
    expect(messages(program("padding = same", "padding == valid"))).toEqual([]);
    expect(messages(program("padding = same", "padding == mirrored"))).toEqual([]);
  });
});
