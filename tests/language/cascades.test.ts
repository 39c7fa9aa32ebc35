import { describe, expect, it } from "vitest";
import { compileText } from "../support/compile-source.ts";

/** What is reported, as "line code". */
function reported(text: string): readonly string[] {
  return compileText(text).diagnostics.map(
    ({ code, span }) => `${text.slice(0, span.start).split("\n").length} ${code}`,
  );
}

describe("one mistake gives one message:", () => {
  it("in a loop, whatever the number of turns", () => {
    const text = [
      "network T { input image [3, H, W]",
      "repeat 5 { conv(8, 3x3, padding = sme) }",
      "for i in 0 ..< 5 { convv(8, 3x3) as l[i] maxpool(2) }",
      "for i in 0 ..< 5 { skip l[i] by add }",
      "output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["2 values/wrong-kind", "3 names/unknown"]);
  });

  it("in a block, whatever the number of calls and networks", () => {
    const text = [
      "block d(c) { conv(c, 3x3, groups = 5) }",
      "network A { input a [3, H, W] d(5) output o }",
      "network B { input a [3, H, W] fork by add { path { d(5) } path { d(5) } } output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["1 operations/groups-do-not-divide"]);
  });

  it("for a name that is taken: what it means is not guessed", () => {
    const text = [
      "network T { input image [3, H, W]",
      "conv(3, 3x3) as a",
      "let a = 4",
      "conv(a, 3x3)",
      "skip a by add",
      "output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["3 names/taken"]);
  });

  it("for an index that is wrong, and not for the maps that were to have it", () => {
    const text = [
      "network T { input image [3, H, W]",
      "for i in 0 ..< 2 { conv(3, 3x3) as a[i / 2] }",
      "skip a[1] by add",
      "output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["2 values/wrong-kind"]);
  });

  it("for a file that cannot be imported, and not for its blocks", () => {
    const text = [
      'import { stem, head as top } from "missing"',
      "network T { input image [3, H, W] stem(3) top() output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["1 names/import-not-found"]);
    expect(compileText(text).networks).toEqual([]);
  });

  it("for a block that is not in its file, and not for its calls", () => {
    const text = [
      'import { vgg61 } from "std/encoders"',
      "network T { input image [3, H, W] encoder e = vgg61() skip e.pool1 by add output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["1 names/not-in-file"]);
  });

  it("for an input in a block", () => {
    const text = "block b() { input x [3, H, W] conv(3, 3x3) }\nnetwork T { input i [3, H, W] b() output o }";
    expect(reported(text)).toEqual(["1 structure/input-in-block"]);
  });

  it("for a skip before any input", () => {
    expect(reported("network T { skip a by add\ninput i [3, H, W] output o }")).toEqual([
      "1 names/no-current-map",
    ]);
  });
});

describe("what follows from a syntax error is not reported:", () => {
  it("names that stood in the statement that was lost", () => {
    const text = [
      "network T(depth = 2) { input image [3, H, W]",
      "for i in 0 ..< depth { conv(8 3x3) as level[i] maxpool(2) }",
      "for i in reversed(0 ..< depth) { upsample(2, nearest) skip level[i] by concat }",
      "output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["2 syntax/unexpected"]);
  });

  it("members of an encoder that lost the statement", () => {
    const text = [
      "block d(c) { conv(c 3x3) as a }",
      "network T { input image [3, H, W] d(3) as x skip x.a by add output o }",
    ].join("\n");
    expect(reported(text)).toEqual(["1 syntax/unexpected"]);
  });

  it("resolutions and channels after a lost pool", () => {
    const text = [
      "network T { input image [3, H, W]",
      "conv(8, 3x3) as a",
      "maxpool(2",
      "upsample(2, nearest)",
      "skip a by add",
      "output labels }",
    ].join("\n");
    expect(reported(text)).toEqual(["3 syntax/unclosed"]);
  });

  it("a network without an input or output, when that line was lost", () => {
    expect(reported("network T { input image [3, H W]\nconv(8, 3x3)\noutput o }")).toEqual([
      "1 syntax/unexpected",
    ]);
    expect(reported("network T { input image [3, H, W]\noutput labels by\n}")).toEqual([
      "2 syntax/unexpected",
    ]);
  });

  it("calls of a block, and training of a network, whose header was lost", () => {
    const text = [
      "block d(c k) { conv(c, 3x3) }",
      "network T { input image [3, H, W] d(3, 3) output o }",
      "network U(width 3) { input image [3, H, W] conv(width, 3x3) output o }",
      "train U {",
      "epochs 3",
      "}",
    ].join("\n");
    expect(reported(text)).toEqual(["1 syntax/unexpected", "3 syntax/unexpected"]);
  });

  it("and every mistake that stands elsewhere still is", () => {
    const text = [
      "network T { input image [3, H, W]",
      "conv(8 3x3) as a",
      "convv(3, 3x3)",
      "conv(8, 3x3, padding = sme)",
      "skip b by add",
      "output o }",
    ].join("\n");
    expect(reported(text)).toEqual([
      "2 syntax/unexpected",
      "3 names/unknown",
      "4 values/wrong-kind",
      "5 names/unknown",
    ]);
  });
});
