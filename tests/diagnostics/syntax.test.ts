import { describe, expect, it } from "vitest";
import type { Diagnostic, Fix } from "../../compiler/diagnostics/diagnostic.ts";
import { diagnoseSyntax } from "../../compiler/language/modules/diagnose-syntax.ts";
import { parse } from "../../grammar/parse.ts";

function diagnosticsOf(text: string): readonly Diagnostic[] {
  return diagnoseSyntax(parse(text, "test.fcn").problems, { path: "test.fcn", text });
}

function apply(text: string, fix: Fix): string {
  return fix.edits
    .toSorted((first, second) => second.span.start - first.span.start)
    .reduce(
      (before, { span, text: put }) => before.slice(0, span.start) + put + before.slice(span.end),
      text,
    );
}

/** Statements with one mistake, what is said of it, and how the fix leaves them. */
const mistakes: readonly (readonly [
  statement: string,
  message: string,
  help: string,
  fixed: string | undefined,
])[] = [
  [
    "conv(64 3x3)",
    "expected `,` or `)` in the arguments of conv, found `3x3`",
    "separate values with commas",
    "conv(64, 3x3)",
  ],
  [
    "conv(64, padding valid)",
    "expected `,` or `)` in the arguments of conv, found `valid`",
    "write `padding = valid`",
    "conv(64, padding = valid)",
  ],
  ["let x 3", "expected `=` in a let, found `3`", "write `x = 3`", "let x = 3"],
  [
    "let x = 2 ** 3",
    "expected a value in a let, found `*`",
    "write a power as `^`, as in `2^i`",
    "let x = 2 ^ 3",
  ],
  [
    "conv(64, 3 x 3)",
    "expected `,` or `)` in the arguments of conv, found `x`",
    "write `3x3`",
    "conv(64, 3x3)",
  ],
  ["if a = b { }", "expected `{` in an if, found `=`", "compare two values with `==`", "if a == b { }"],
  [
    "ouput labels by softmax",
    "expected a statement, found `by`",
    "did you mean `output`?",
    "output labels by softmax",
  ],
  ["skip a byy add", "expected `by` in a skip, found `byy`", "did you mean `by`?", undefined],
  ["relu;", "`;` is not part of the language", "remove it: statements need no separator", "relu"],
  [
    "relu # note",
    "`#` does not start a comment",
    "write comments with `//`, and colours in quotes",
    "relu // note",
  ],
  ["/* no */", "`/* … */` comments are not supported", "start each line of the comment with `//`", undefined],
  ["let x = 'a'", "`'a'` is not in straight double quotes", 'write it as "text"', 'let x = "a"'],
  ["let x = “a”", "`“a”` is not in straight double quotes", 'write it as "text"', 'let x = "a"'],
  ['let x = "a', "this string has no closing quote on its line", 'add a closing `"`', undefined],
  ['let x = "a\\q"', "unknown escape `\\q` in a string", 'the escapes are \\" \\\\ \\n \\t', undefined],
  [
    "let x = 7 % 2",
    "unexpected character `%`",
    "write `mod` for the remainder of a division; write a percentage without a space, as in `20%`",
    "let x = 7  mod  2",
  ],
  ["let x = a − b", "unexpected character `−`", "write `-`", "let x = a - b"],
  ["conv(64, 3×3)", "unexpected character `×`", "write `x`", "conv(64, 3x3)"],
  ["if a && b { }", "unexpected character `&&`", "write `and`", "if a  and  b { }"],
  [
    "let größe = 1",
    "unexpected character `öß`",
    "names consist of the letters A to Z, digits and `_`",
    undefined,
  ],
  ["conv(64,", "`(` is never closed in the arguments of conv", "close it with `)`", undefined],
  ["skip a by", "expected a join such as add or concat in a skip, found the end of the line", "", undefined],
];

describe("syntax mistakes", () => {
  it.each(mistakes)("%s", (statement, message, help, fixed) => {
    const text = `network N {\n  ${statement}\n}\n`;
    const diagnostics = diagnosticsOf(text);
    expect(diagnostics.map((each) => each.message)).toEqual([message]);
    const [diagnostic] = diagnostics;
    expect(diagnostic?.help ?? "").toBe(help);
    const [fix] = diagnostic?.fixes ?? [];
    expect(fix && apply(text, fix)).toBe(fixed && `network N {\n  ${fixed}\n}\n`);
  });

  it("are gone when their fix is applied", () => {
    const fixable = mistakes.filter(([, , , fixed]) => fixed !== undefined);
    for (const [statement] of fixable) {
      const text = `network N {\n  ${statement}\n}\n`;
      const fix = diagnosticsOf(text)[0]?.fixes[0];
      expect(fix && diagnosticsOf(apply(text, fix)), statement).toEqual([]);
    }
  });

  it("in a train entry written with a sign are gone when the fix is applied", () => {
    const text = "train N {\n  epochs = 40\n  batch: 4\n}\n";
    const diagnostics = diagnosticsOf(text);
    expect(diagnostics.map(({ help }) => help)).toEqual([
      "a train entry has no sign between its key and its value, as in `epochs 40`",
      "a train entry has no sign between its key and its value, as in `epochs 40`",
    ]);
    const fixed = apply(text, {
      title: "",
      safe: true,
      edits: diagnostics.flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits)),
    });
    expect(diagnosticsOf(fixed)).toEqual([]);
  });

  it("of a brace left open are reported at the brace, with the place where it was missed", () => {
    const text = "network N {\n  encoder {\n    relu\n\n  relu\n}\nnetwork M { }\n";
    const [diagnostic] = diagnosticsOf(text);
    expect(diagnostic).toMatchObject({
      code: "syntax/unclosed",
      message: "`{` is never closed in network N",
      span: { start: text.indexOf("{", 12), end: text.indexOf("{", 12) + 1 },
      related: [{ message: "still open at `network`" }],
    });
  });
});
