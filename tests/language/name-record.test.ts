import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../compiler/analyse.ts";
import { hasCode } from "../../compiler/diagnostics/diagnostic.ts";
import { type NameDefinition, namesAt } from "../../compiler/language/names/name-record.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const noFiles = { read: () => undefined };

/** "kind name line: lines of its uses", in a file. */
function listed(text: string): readonly string[] {
  const { names } = analyse({ path: "a.fcn", text }, noFiles);
  const line = (start: number): number => text.slice(0, start).split("\n").length;
  return names
    .filter(({ span }) => span.file === "a.fcn")
    .map(
      ({ kind, name, span, references }) =>
        `${kind} ${name} ${line(span.start)}: ${references.map(({ start }) => line(start)).join(" ")}`,
    );
}

describe("where names are defined and used", () => {
  it("is recorded for blocks, parameters, variables, feature maps, sections, sizes, networks", () => {
    expect(
      listed(`block double(channels) {
  conv(channels, 3x3) conv(channels, 3x3)
}
network T(width = 4) {
  input image [3, H, W]
  let wide = 2 * width
  encoder deep {
    double(wide) as first
    for i in 0 ..< 2 { conv(wide, 3x3) as level[i] }
  }
  expect [8, H, W]
  skip deep.first by concat
  skip deep.level[1] by concat
  output labels
}
train T {
  epochs 1
}`),
    ).toEqual([
      "block double 1: 8",
      "parameter channels 1: 2 2",
      "network T 4: 16",
      "parameter width 4: 6",
      "input image 5: ",
      "size H 5: 11",
      "size W 5: 11",
      "variable wide 6: 8 9",
      "section deep 7: 12 13",
      "feature map first 8: 12",
      "variable i 9: 9",
      "feature map level 9: 13",
      "output labels 14: ",
    ]);
  });

  it("follows an import to the file that defines the block, under its own name or another", () => {
    const text = `import { vgg16 as backbone } from "std/encoders"
network T { input image [3, H, W] encoder v = backbone(border = 1) output o }`;
    const { names } = analyse({ path: "a.fcn", text }, noFiles);
    const vgg = names.find(({ name, kind }) => name === "vgg16" && kind === "block");
    expect(vgg?.span.file).toBe("std/encoders.fcn");
    const uses = vgg?.references.filter(({ file }) => file === "a.fcn");
    expect(uses?.map(({ start, end }) => text.slice(start, end))).toEqual(["vgg16", "backbone", "backbone"]);
    expect(namesAt(names, "a.fcn", text.lastIndexOf("backbone") + 2)).toEqual([vgg]);
  });

  it("chooses the entry of a family by its index", () => {
    const text = `network T(deep = true) {
  input image [3, H, W]
  conv(4, 3x3) as level[0]
  conv(4, 3x3) as level[1]
  from level[1]
  output o
}`;
    expect(listed(text).filter((line) => line.startsWith("feature map"))).toEqual([
      "feature map level 3: ",
      "feature map level 4: 5",
    ]);
  });

  it("is recorded up to the errors of a program, also in a block that nothing calls", () => {
    expect(listed("block b(n) { conv(n, 3x3) rellu }\nnetwork T { input i [3, H, W] as")).toEqual([
      "block b 1: ",
      "parameter n 1: 1",
      "network T 2: ",
      "input i 2: ",
      "size H 2: ",
      "size W 2: ",
    ]);
  });

  it("has the name itself at every definition and use of the examples", () => {
    for (const file of readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"))) {
      const text = readFileSync(join(packageRoot(), "examples", file), "utf8");
      const { names, files } = analyse({ path: file, text }, noFiles);
      const at = ({ file: path, start, end }: NameDefinition["span"]): string | undefined =>
        files.get(path)?.text.slice(start, end);
      expect(names.length, file).toBeGreaterThan(3);
      const aliases = new Set(Array.from(text.matchAll(/\w+ as (\w+)[ ,}]/g), ([, alias]) => alias));
      for (const { name, span, references } of names) {
        expect(at(span), file).toBe(name);
        for (const use of references) {
          const said = at(use);
          expect(said === name || aliases.has(said), `${file}: ${said} for ${name}`).toBe(true);
        }
      }
    }
  });
});

it("a diagnostic keeps the facts of its message", () => {
  const text = "network T { input i [3, H, W] rellu output o }";
  const { diagnostics } = analyse({ path: "a.fcn", text }, noFiles);
  const [unknown] = diagnostics.flatMap((one) => (hasCode(one, "names/unknown") ? [one.facts] : []));
  expect(unknown).toMatchObject({ name: "rellu", nearest: "relu" });
});
