import { describe, expect, it } from "vitest";
import { compileText } from "../support/compile-source.ts";

const messages = (text: string): readonly string[] =>
  compileText(text).diagnostics.map(({ code, message }) => `${code}: ${message}`);

const network = "network N {\n  input image [1, H, W]\n  relu\n  output y\n}\n";

describe("a block that nothing calls", () => {
  it("is checked for names, whether or not the file has a network", () => {
    const block = "block stem(c) {\n  convv(c, 3x3)\n  conv(c, kernal = 3x3)\n  skip top by add\n}\n";
    const found = [
      'names/unknown: there is no operation or block named "convv"',
      'names/unknown-parameter: conv has no argument "kernal"',
      'names/unknown: there is no feature map named "top"',
    ];
    expect(messages(block)).toEqual(found);
    expect(messages(block + network)).toEqual(found);
  });

  it("takes its defaults, and knows nothing of what a call would give", () => {
    expect(
      messages(
        "block stage(c, turns = 2, source) {\n  for i in 0 ..< turns { conv(c * 2^i, 3x3) as at[i] }\n" +
          "  if c > 3 { rellu }\n  skip source by add\n  skip at[1] by concat\n}\n",
      ),
    ).toEqual([]);
    expect(messages("block stage(turns = valid) {\n  repeat turns { relu }\n}\n")).toHaveLength(1);
  });

  it("holds no input, and may hold an output", () => {
    expect(messages("block b {\n  input image [3, H, W]\n  output y\n}\n")).toEqual([
      "structure/input-in-block: an input belongs in a network, not in a block",
    ]);
  });

  it("is said once, also where several blocks call it", () => {
    const blocks = "block a { c() }\nblock b { c() }\nblock c { rellu }\n";
    expect(messages(blocks)).toHaveLength(1);
    expect(messages(`${blocks}${network.replace("relu", "c()")}`)).toHaveLength(1);
  });

  it("is not checked where the call that a network makes is the mistake", () => {
    expect(
      messages(`block b(c) { conv(c, 3x3) skip nothing by add }\n${network.replace("relu", "b()")}`),
    ).toEqual(['names/argument-needed: block b needs the argument "c"']);
  });

  it("that calls itself is said once", () => {
    expect(messages("block b { relu b() }\n")).toHaveLength(1);
  });
});
