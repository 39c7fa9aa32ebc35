import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { importsStandard, standardFiles, standardSource } from "../../compiler/prelude/standard-source.ts";

describe("the standard files", () => {
  it("are part of the compiler: a host is not asked for them", () => {
    const asked: string[] = [];
    const text = `import { aspp } from "std/blocks"
network T { input i [3, H, W] conv(8, 3x3) as x aspp(to = x, channels = 4) output o }`;
    const { networks, files } = compile(
      { path: "t.fcn", text },
      { read: (specifier) => void asked.push(specifier) },
    );
    expect(networks).toHaveLength(1);
    expect(asked).toEqual([]);
    expect(files.get("std/blocks.fcn")?.kind).toBe("standard");
  });

  it("are found by their names, with or without the ending, and relative to each other", () => {
    expect(standardFiles).toEqual(["std/blocks", "std/encoders", "std/heads"]);
    for (const [specifier, from] of [
      ["std/blocks", "a.fcn"],
      ["std/blocks.fcn", "a.fcn"],
      ["./blocks", "std/encoders.fcn"],
      ["blocks.fcn", "std/encoders.fcn"],
      ["std/../std/blocks", "a.fcn"],
    ] as const) {
      expect(importsStandard(specifier, from)).toBe(true);
      expect(standardSource(specifier, from)?.path, specifier).toBe("std/blocks.fcn");
    }
    expect(importsStandard("./blocks", "mine/std.fcn")).toBe(false);
  });

  it("have no neighbours outside", () => {
    for (const specifier of ["std/block", "std/../blocks", "../secret", "std/", "std/constructor"])
      expect(standardSource(specifier, "std/encoders.fcn"), specifier).toBeUndefined();
  });
});
