import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { mostErrors } from "../../compiler/diagnostics/most-errors.ts";
import { nearestName } from "../../compiler/nearest.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { compileText } from "../support/compile-source.ts";

const network = (statements: string, parameters = "classes = 2") =>
  `network N(${parameters}) {\n input image [1, H, W]\n ${statements}\n output r\n}\n`;
const codesOf = (text: string, settings: ReadonlyMap<string, string> = new Map()) =>
  compileText(text, { settings }).diagnostics.map(({ code }) => code);

describe("what a program can cost has an end:", () => {
  it("a list of a list twice, doubled thirty times, counts as what it would be when written out", () => {
    const doubled = Array.from({ length: 30 }, (_, level) => `let a${level + 1} = [a${level}, a${level}]`);
    const text = network(`let a0 = [1, 1] ${doubled.join(" ")} if a30 == a30 { relu }`);
    expect(codesOf(text)).toEqual(["names/too-large"]);
  });

  it("so does a word with arguments", () => {
    const doubled = Array.from({ length: 30 }, (_, level) => `let a${level + 1} = f(a${level}, a${level})`);
    expect(codesOf(network(`let a0 = f(1) ${doubled.join(" ")} if a30 == a30 { relu }`))).toEqual([
      "names/too-large",
    ]);
  });

  it.each(["1e8", "1e10", "1e300"])("%s classes, of which no list is made", (classes) => {
    const text = `${network("conv(4, 1x1)")}train N {\n  data folder("d", images = "*.png", labels = "*.png")\n}\n`;
    expect(codesOf(text, new Map([["classes", classes]]))).toContain("training/too-many-classes");
  });

  it("20,000 unknown names: the first hundred are reported, and that there are more", () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `unknwon${index}`);
    const codes = codesOf(network(names.join("\n ")));
    expect(codes).toHaveLength(mostErrors + 1);
    expect(new Set(codes.slice(0, -1))).toEqual(new Set(["names/unknown"]));
    expect(codes.at(-1)).toBe("structure/too-many-errors");
  });

  it("the same in blocks that nobody calls, in networks, in imports and in train sections", () => {
    const many = <T>(make: (index: number) => T) => Array.from({ length: 3_000 }, (_, index) => make(index));
    for (const text of [
      network(`relu\n}\n${many((n) => `block b${n}() { rellu }`).join("\n")}\nblock c() { relu`),
      many((n) => `network N${n} { input i [1, H, W]\n rellu\n output o }`).join("\n"),
      `${many((n) => `import { nothing as a${n} } from "std/blocks"`).join("\n")}\n${network("relu")}`,
      `${network("conv(2, 1x1)")}train N {\n${many(() => "epochs 3").join("\n")}\n}\n`,
    ])
      expect(codesOf(text).length).toBeLessThanOrEqual(mostErrors + 1);
  });

  it("a text of a thousand mistakes, of which only the first hundred are worded", () => {
    const codes = codesOf(network("conv(1 2)\n ".repeat(1_000)));
    expect(codes).toHaveLength(mostErrors + 1);
    expect(codes.at(-1)).toBe("structure/too-many-errors");
  });

  it.each(["1e6", "1e9", "2^31", "1e12", "9007199254740991"])(
    "a kernel, rate, stride, pad, bin or count of %s",
    (n) => {
      for (const statement of [
        `conv(8, ${n}) conv(8, 3x3, dilate = 4) conv(8, 3x3, dilate = 4)`,
        `conv(8, ${n}, dilate = 3)`,
        `conv(8, 3, dilate = ${n})`,
        `conv(8, 3, dilate = 3, padding = ${n})`,
        `conv(8, 3, stride = ${n})`,
        `maxpool(${n}, stride = 1)`,
        `avgpool(bins = ${n})`,
        `upsample(2, learned, kernel = ${n})`,
        `pad(${n}, mode = reflect)`,
        `lrn(${n})`,
        `conv(8, 3) crf(image, window = ${n})`,
        `maxpool(2) unpool(2, ${n})`,
        `encoder e dilated to 1/8 { maxpool(2) maxpool(2) maxpool(2) conv(8, ${n}) }`,
      ])
        for (const { code } of compileText(network(statement)).diagnostics) expect(code).not.toBe("");
    },
  );

  it("a kernel far larger than the images that train it, whose share of padding is counted", () => {
    const train =
      'train N {\n data folder("d", images = "*.png", labels = "*.png")\n augment crop(64, 64)\n}\n';
    const text = `${network("conv(2, 1000000001, stride = 3) upsample(3, bilinear)")}${train}`;
    expect(codesOf(text)).toContain("lints/padding-share");
  });

  it("a chain of 1,500 imports", () => {
    const read = (specifier: string) => {
      const number = Number(specifier.slice(1));
      const imported = number < 1_500 ? `import { b${number + 1} } from "c${number + 1}"\n` : "";
      return { path: specifier, text: `${imported}block b${number}() { relu }\n` };
    };
    const text = `import { b0 } from "c0"\n${network("b0()")}`;
    const { diagnostics, files } = compile({ path: "n.fcn", text }, { read });
    expect(diagnostics).toEqual([]);
    expect(files.size).toBe(1_502);
  });

  it("the known names that a suggestion is looked for among", () => {
    let looked = 0;
    function* endless(): Generator<string> {
      for (;;) yield `value${looked++}`;
    }
    nearestName("valeu7", endless());
    expect(looked).toBeLessThan(6_000);
  });

  it("the text shown of a line of a megabyte, and of a name as long", () => {
    const line = `${"relu ".repeat(200_000)}rellu ${"relu ".repeat(10)}`;
    const text = `network N { input i [1, H, W] ${"x".repeat(500_000)}\n if false { ${line} } rellu ${line} }`;
    const { diagnostics, files } = compileText(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const diagnostic of diagnostics)
      expect(renderDiagnostic(diagnostic, files, { colour: false }).length).toBeLessThan(6_000);
  });
});

describe("a text that is no program", () => {
  const page = "# A page\n\nIt's about networks; what's said here isn't a program.\n\n".repeat(12);

  it("gets one diagnostic, which says so", () => {
    expect(codesOf(page)).toEqual(["syntax/no-program"]);
    expect(codesOf(`${page}\nnetwork N {\n input i [1, H, W]\n relu\n output r\n}\n${page}`)).toEqual([
      "syntax/no-program",
    ]);
  });

  it("is not a program with as many mistakes", () => {
    expect(codesOf(network("relu; ".repeat(60)))).not.toContain("syntax/no-program");
    expect(codesOf(network(`relu\n${"# a note\n".repeat(60)}`))).not.toContain("syntax/no-program");
    expect(codesOf(`${"# a note\n".repeat(60)}${network("relu")}`)).not.toContain("syntax/no-program");
  });
});
