import { describe, expect, it } from "vitest";
import { parse } from "../../grammar/parse.ts";
import type { SyntaxProblem } from "../../grammar/syntax-problem.ts";
import { outlineItem } from "./outline.ts";

function place(text: string, start: number): string {
  const before = text.slice(0, start).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function say(text: string, problem: SyntaxProblem): string {
  const at = place(text, problem.span.start);
  if (problem.kind === "unexpected") {
    const opened = problem.opened === undefined ? "" : `, opened at ${place(text, problem.opened.start)}`;
    const slip = problem.slip === undefined ? "" : `, ${problem.slip.kind}`;
    return `${at} ${problem.found} for ${problem.wanted.join(" ")}${opened}${slip}`;
  }
  return problem.kind === "unknown-character" ? `${at} unknown ${problem.text}` : `${at} ${problem.kind}`;
}

function read(text: string): { problems: string[]; items: string[] } {
  const { program, problems } = parse(text, "test.fcn");
  return { problems: problems.map((each) => say(text, each)), items: program.items.map(outlineItem) };
}

describe("after a mistake the parser continues", () => {
  it("reports three separate mistakes and keeps the statements between them", () => {
    const text = `network N {
  conv(64 3x3) relu
  skip level by
  maxpool(2)
  let x 3
  output labels by softmax
}
`;
    expect(read(text)).toEqual({
      problems: [
        "2:11 3x3 for `,` `)`, comma-forgotten",
        "3:16 the end of the line for a join such as add or concat",
        "5:9 3 for `=`, equals-forgotten",
      ],
      items: ["(network N () {(apply relu) (apply maxpool(2)) (output labels by softmax)})"],
    });
  });

  it("continues at the next line after a bracket left open", () => {
    const text = "network N {\n  conv(64, 3x3\n  relu\n  conv(2, [1, 2)\n  sigmoid\n}";
    expect(read(text)).toEqual({
      problems: ["2:15 the end of the line for `,` `)`, opened at 2:7", "4:16 ) for `,` `]`, opened at 4:11"],
      items: ["(network N () {(apply relu) (apply sigmoid)})"],
    });
  });

  it("reads the body of a broken statement for its own mistakes", () => {
    const text = "network N {\n  fork with concat {\n    path { conv(3 4) }\n  }\n  relu\n}";
    expect(read(text)).toEqual({
      problems: ["2:8 with for `by`", "3:19 4 for `,` `)`, comma-forgotten"],
      items: ["(network N () {(apply relu)})"],
    });
  });

  it("reports mistakes in several items and a train section", () => {
    const text = `import { a } from std
netwrk A { relu(1 2) }
network B(c d) { relu }
train B {
  epochs = 40
  batch 4 seed = 2
  seed 1
}
`;
    expect(read(text)).toEqual({
      problems: [
        '1:19 std for a file in quotes such as "std/encoders"',
        "2:1 netwrk for `network` `block` `train` `import`, keyword-misspelt",
        "2:19 2 for `,` `)`, comma-forgotten",
        "3:13 d for `,` `)`, equals-forgotten",
        "5:10 = for `,` a new line, entry-equals",
        "6:16 = for `,` a new line, entry-equals",
      ],
      items: ["(train B (seed 1))"],
    });
  });
});

describe("braces", () => {
  it("a missing one at the end of the file points to the one that was opened, and the body stays", () => {
    expect(read("network N {\n  relu\n")).toEqual({
      problems: ["2:7 the end of the file for `}`, opened at 1:11"],
      items: ["(network N () {(apply relu)})"],
    });
  });

  it("the indentation shows which of several was left open", () => {
    const text =
      "network N {\n  encoder {\n    relu\n\n  decoder {\n    relu\n  }\n  output y\n}\ntrain N { }\n";
    expect(read(text)).toEqual({
      problems: ["10:1 train for `}`, opened at 2:11"],
      items: ["(network N () {(encoder {(apply relu) (decoder {(apply relu)}) (output y)})})", "(train N)"],
    });
  });

  it("one too many is reported once and the next item is read", () => {
    expect(read("network N { relu }\n}\nnetwork M { relu }")).toEqual({
      problems: ["2:1 } for `network` `block` `train` `import`"],
      items: ["(network N () {(apply relu)})", "(network M () {(apply relu)})"],
    });
  });
});

describe("habits from elsewhere", () => {
  it("are reported where they stand, and nothing follows from them", () => {
    const text = `# a comment
network N {
  conv(64, 3x3);
  let a = 'text'
  let b = 7 % 2
  let c = "open
  let d = “smart”
  let e = 2 ** 3
  conv(1, 3 x 3)
  if a = b { }
  /* old */
  ouput labels by softmax
  let f = "\\q"
}
`;
    expect(read(text).problems).toEqual([
      "1:1 unknown # a comment",
      "3:16 unknown ;",
      "4:11 unknown 'text'",
      "5:13 unknown %",
      "6:11 unterminated-string",
      "7:11 unknown “smart”",
      "8:14 * for a value, double-star",
      "9:13 x for `,` `)`, spaced-extent",
      "10:8 = for `{`, single-equals",
      "11:3 unknown /* old */",
      "12:16 by for a statement, keyword-misspelt",
      "13:12 unknown \\q",
    ]);
  });
});

describe("nesting", () => {
  const deep = {
    parentheses: `network N { let x = ${"(".repeat(50_000)}`,
    bodies: `network N {${" path {".repeat(50_000)}`,
    signs: `network N { let x = ${"-".repeat(50_000)}1 }`,
    sums: `network N { let x = 1${" + 1".repeat(50_000)} }`,
    indices: `network N { let x = a${"[0]".repeat(50_000)} }`,
    alternatives: `network N { if a { }${" else if a { }".repeat(50_000)} }`,
    lists: `train N { x ${"[".repeat(50_000)}`,
    calls: `network N { let x = ${"f(".repeat(50_000)} }`,
  };

  it.each(Object.entries(deep))("of %s deeper than 200 is one problem, not an exception", (_what, text) => {
    expect(read(text).problems).toEqual([expect.stringMatching(/too-deep/)]);
  });

  it("of 190 levels is read", () => {
    expect(read(`network N {${" path {".repeat(190)}${"}".repeat(191)}`).problems).toEqual([]);
    expect(read(`network N { let x = ${"(".repeat(190)}1${")".repeat(190)} }`).problems).toEqual([]);
  });
});
