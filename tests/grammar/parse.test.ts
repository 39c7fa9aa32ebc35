import { describe, expect, it } from "vitest";
import { parse } from "../../grammar/parse.ts";
import { outlineBody, outlineItem } from "./outline.ts";

/** The outline of a whole file that must hold no mistake. */
function read(text: string): string[] {
  const { program, problems } = parse(text, "test.fcn");
  expect(problems).toEqual([]);
  return program.items.map(outlineItem);
}

/** The outline of the statements of a network. */
function statements(text: string): string {
  const { program, problems } = parse(`network N {\n${text}\n}`, "test.fcn");
  expect(problems).toEqual([]);
  const item = program.items[0];
  return item?.kind === "network" ? outlineBody(item.body).slice(1, -1) : "no network";
}

function expression(text: string): string {
  return statements(`let x = ${text}`).slice("(let x ".length, -1);
}

describe("items", () => {
  it("reads imports with and without another name", () => {
    expect(read('import { vgg16, vgg16_parts as parts } from "std/encoders"')).toEqual([
      '(import vgg16, vgg16_parts as parts from "std/encoders")',
    ]);
  });

  it("reads parameters with types and defaults, and a trailing comma", () => {
    expect(read("network U(classes, width: count = 64, sizes = [1, 2,],) { }")).toEqual([
      "(network U (classes width:count=64 sizes=[1, 2]) {})",
    ]);
  });

  it("gives the doc comment to the next item only", () => {
    const text = "/// One.\n///   Two.\nnetwork A { }\n//// a ruler\nnetwork B { relu /// not this\n}";
    expect(read(text)).toEqual(['(network A doc "One.\\n  Two." () {})', "(network B () {(apply relu)})"]);
  });

  it("reads a block inside a network with its own doc comment", () => {
    expect(statements("/// Twice.\nblock double(c) { conv(c) conv(c) }")).toBe(
      '(block double doc "Twice." (c) {(apply conv(c)) (apply conv(c))})',
    );
  });
});

describe("statements", () => {
  it("reads several on one line without separators", () => {
    expect(statements("conv(64, 3x3) batchnorm relu  maxpool(2) as pool[i + 1]")).toBe(
      "(apply conv(64 3x3)) (apply batchnorm) (apply relu) (apply maxpool(2) as pool[(+ i 1)])",
    );
  });

  it("reads inputs and outputs", () => {
    expect(statements("input image [3, H, W] output labels by softmax output edges, weight = 2")).toBe(
      "(input image [3, H, W]) (output labels by softmax) (output edges weight=2)",
    );
  });

  it("reads encoders and decoders with a body, a name or a call", () => {
    expect(statements("encoder { relu } decoder up { } encoder vgg = vgg16(border = 100)")).toBe(
      "(encoder {(apply relu)}) (decoder up {}) (encoder vgg (apply vgg16(border=100)))",
    );
  });

  it("reads skips with options, a path and a name", () => {
    expect(statements("skip vgg.pool4 by add, crop = aligned { conv(21, 1x1) } as joined")).toBe(
      "(skip (member vgg pool4) by add crop=aligned {(apply conv(21 1x1))} as joined)",
    );
  });

  it("reads forks, whose paths may stand in loops", () => {
    expect(statements("fork by concat { path { } for r in [1, 2] { path { conv(r) } as p } }")).toBe(
      "(fork by concat {(path {}) (for r [1, 2] {(path {(apply conv(r))} as p)})})",
    );
  });

  it("tells crop the operation from crop to a map", () => {
    expect(statements("crop(2) crop to image, aligned crop crop to crop")).toBe(
      "(apply crop(2)) (crop_to image aligned) (apply crop) (crop_to crop)",
    );
  });

  it("reads loops, conditions, names and the current feature map", () => {
    expect(
      statements(
        "for i in reversed(0 ..< n) { } repeat 3 { } if a { } else if b { } else { } let y = 2 from y",
      ),
    ).toBe("(for i (call reversed (..< 0 n)) {}) (repeat 3 {}) (if a {} (if b {} {})) (let y 2) (from y)");
  });

  it("reads expectations, and ends them where the next call begins", () => {
    expect(
      statements("expect [512, H/16] stride 16 field 196 offset -1/2 relu\nexpect field 3 conv(4)"),
    ).toBe(
      "(expect [512, (/ H 16)] stride=16 field=196 offset=(/ (- 1) 2)) (apply relu) (expect field=3) (apply conv(4))",
    );
  });
});

describe("expressions", () => {
  it.each([
    ["2 * 3 + 4 * 5", "(+ (* 2 3) (* 4 5))"],
    ["2 - 3 - 4", "(- (- 2 3) 4)"],
    ["2^3^4", "(^ 2 (^ 3 4))"],
    ["-2^2", "(- (^ 2 2))"],
    ["2^-1 * 3", "(* (^ 2 (- 1)) 3)"],
    ["-a * b", "(* (- a) b)"],
    ["- -a", "(- (- a))"],
    ["H mod 16 == 0 and W mod 16 == 0", "(and (== (mod H 16) 0) (== (mod W 16) 0))"],
    ["not a == b or c", "(or (not (== a b)) c)"],
    ["0 ..< n + 1", "(..< 0 (+ n 1))"],
    ["0.8 .. 1.25", "(.. 0.8 1.25)"],
    ["1..3", "(.. 1 3)"],
    ["(1 + 2) * 3", "(* (+ 1 2) 3)"],
    ["a.b[1].c", "(member (index (member a b) 1) c)"],
    ["f(a, b = 5x1)", "(call f a b=5x1)"],
    ["20%", "0.2%"],
    ["1e-4", "0.0001"],
    ['"a\\"\\\\\\n\\t"', '"a\\"\\\\\\n\\t"'],
    ['[a = 0, "lane marking" = 3, true]', "[a=0, lane marking=3, true]"],
  ])("reads %s as %s", (text, outline) => {
    expect(expression(text)).toBe(outline);
  });
});

describe("words that are also keywords", () => {
  const words =
    "input output encoder decoder block skip fork path by as in to from crop for repeat if else let expect mod and or not network train import true false reversed";

  it.each(words.split(" "))("%s can name an argument, a list item, a parameter and a map", (word) => {
    expect(statements(`conv(${word} = 1) as ${word}\nlet l = [${word} = 2]`)).toBe(
      `(apply conv(${word}=1) as ${word}) (let l [${word}=2])`,
    );
    expect(read(`block b(${word} = 3) { }`)).toEqual([`(block b (${word}=3) {})`]);
  });

  it("can be values where they do not begin a line", () => {
    expect(statements("skip input by add\nskip encoder.path by by\nf([\n  path,\n  input\n])")).toBe(
      "(skip input by add) (skip (member encoder path) by by) (apply f([path, input]))",
    );
  });
});

describe("train sections", () => {
  it("ends an entry with its line unless a bracket or a comma is open", () => {
    const text = [
      "train U {",
      "  start from FCN16s",
      "  masks [a = 0,",
      "    b = 255], ignore = 11",
      "  loss cross_entropy(weights = [1, 2]) + dice",
      "  keep best by mean_iou,",
      "    stop after 8 epochs without improvement",
      "  for in, mod and or",
      "  or mod -1",
      "  input",
      "}",
    ].join("\n");
    expect(read(text)).toEqual([
      "(train U (start from FCN16s) (masks [a=0, b=255], ignore=11) " +
        "(loss (+ (call cross_entropy weights=[1, 2]) dice)) (keep best by mean_iou, stop after 8 epochs without improvement) " +
        "(for in, (and mod or)) (or (- mod 1)) (input))",
    ]);
  });
});

describe("spans", () => {
  it("cover exactly the text of a node", () => {
    const text = "network N(a = (1 + 2) * 3) {\n  skip level[i], b by add, crop = x { relu } as y\n}\n";
    const { program } = parse(text, "spans.fcn");
    const network = program.items[0];
    if (network?.kind !== "network") throw new Error("no network");
    const skip = network.body.statements[0];
    if (skip?.kind !== "skip") throw new Error("no skip");
    const of = (span: { start: number; end: number }) => text.slice(span.start, span.end);
    expect(of(program.span)).toBe(text);
    expect(of(network.span)).toBe(text.trimEnd());
    expect(network.parameters.map((p) => of(p.span))).toEqual(["a = (1 + 2) * 3"]);
    expect(of(network.parameters[0]?.default?.span ?? skip.span)).toBe("(1 + 2) * 3");
    expect(of(skip.span)).toBe("skip level[i], b by add, crop = x { relu } as y");
    expect(skip.sources.map(({ span }) => of(span))).toEqual(["level[i]", "b"]);
    expect(skip.options.map((o) => of(o.span))).toEqual(["crop = x"]);
    expect(skip.span.file).toBe("spans.fcn");
  });
});
