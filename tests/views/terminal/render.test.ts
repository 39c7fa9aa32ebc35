import { describe, expect, it } from "vitest";
import { type Diagnostic, diagnose } from "../../../compiler/diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../../../compiler/diagnostics/json.ts";
import type { SourceFile } from "../../../compiler/source.ts";
import type { Span } from "../../../grammar/span.ts";
import { renderDiagnostic } from "../../../views/terminal/diagnostics/render.ts";

function filesOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, SourceFile> {
  return new Map(Object.entries(texts).map(([path, text]) => [path, { path, text }]));
}

function spanOf(texts: Readonly<Record<string, string>>, file: string, part: string): Span {
  const start = (texts[file] ?? "").indexOf(part);
  return { file, start, end: start + part.length };
}

const source = { "fcn16s.fcn": "network N {\n  upsample(2, learned)\n  skip vgg.pool3 by add\n}\n" };

function differ(primary: Span, related: Span): Diagnostic {
  return {
    ...diagnose("training/mask-without-class", {}, primary),
    message: "cannot add maps of different resolution",
    label: "256 channels at 1/8",
    related: [{ span: related, message: "21 channels at 1/16" }],
    help: "upsample by 2 once more",
    fixes: [{ title: "insert `upsample(2)`", safe: false, edits: [{ span: primary, text: "x" }] }],
  };
}

function render(texts: Readonly<Record<string, string>>, diagnostic: Diagnostic): string {
  return renderDiagnostic(diagnostic, filesOf(texts), { colour: false });
}

describe("a rendered diagnostic", () => {
  it("shows both places in one window, with help and fixes", () => {
    const primary = spanOf(source, "fcn16s.fcn", "skip vgg.pool3 by add");
    const related = spanOf(source, "fcn16s.fcn", "upsample(2, learned)");
    expect(render(source, differ(primary, related))).toBe(
      `error[training/mask-without-class]: cannot add maps of different resolution
 --> fcn16s.fcn:3:3
  |
2 |   upsample(2, learned)
  |   -------------------- 21 channels at 1/16
3 |   skip vgg.pool3 by add
  |   ^^^^^^^^^^^^^^^^^^^^^ 256 channels at 1/8
  |
  = help: upsample by 2 once more
  = fix: insert \`upsample(2)\``,
    );
  });

  it("shows a place in another file in a window of its own", () => {
    const texts = { ...source, "vgg.fcn": "\n\n\n\n\n\n\n\n\nblock vgg() { }\n" };
    const primary = spanOf(texts, "fcn16s.fcn", "vgg.pool3");
    const related = spanOf(texts, "vgg.fcn", "vgg");
    expect(render(texts, differ(primary, related))).toBe(
      `error[training/mask-without-class]: cannot add maps of different resolution
  --> fcn16s.fcn:3:8
   |
 3 |   skip vgg.pool3 by add
   |        ^^^^^^^^^ 256 channels at 1/8
  ::: vgg.fcn:10:7
   |
10 | block vgg() { }
   |       --- 21 channels at 1/16
   |
   = help: upsample by 2 once more
   = fix: insert \`upsample(2)\``,
    );
  });

  it("leaves out far lines, shows a single line between, and underlines a long place on its first line", () => {
    const texts = { f: "a\nb\nc\nd\ne\nf g\nh\n" };
    const at = (part: string) => spanOf(texts, "f", part);
    const diagnostic: Diagnostic = {
      ...differ(at("f g\nh"), at("a")),
      related: [
        { span: at("a"), message: "first" },
        { span: at("c"), message: "second" },
      ],
      help: undefined,
      fixes: [],
    };
    expect(render(texts, diagnostic)).toBe(
      `error[training/mask-without-class]: cannot add maps of different resolution
 --> f:6:1
  |
1 | a
  | - first
2 | b
3 | c
  | - second
...
6 | f g
  | ^^^ 256 channels at 1/8`,
    );
  });

  it("lines its underline up under tabs and wide characters", () => {
    const texts = { f: '\tx\t"日本語" + é́y' };
    const y = spanOf(texts, "f", "y");
    const text = spanOf(texts, "f", '"日本語"');
    const lines = render(texts, differ(y, text)).split("\n");
    expect(lines.slice(3, 6)).toEqual([
      '1 |     x   "日本語" + é́y',
      "  |         -------- 21 channels at 1/16",
      "  |                     ^ 256 channels at 1/8",
    ]);
  });

  it("points behind the last character at the end of the file, also of an empty one", () => {
    const texts = { f: "relu", empty: "" };
    const end = { file: "f", start: 4, end: 4 };
    const empty = { file: "empty", start: 0, end: 0 };
    expect(render(texts, differ(end, empty)).split("\n").slice(1, 8)).toEqual([
      " --> f:1:5",
      "  |",
      "1 | relu",
      "  |     ^ 256 channels at 1/8",
      " ::: empty:1:1",
      "  |",
      "1 |",
    ]);
  });

  it("shows control characters without sending them to the terminal", () => {
    const texts = { f: "a\u001B[31mb\u202Ec\u0000" };
    const rendered = render(texts, differ(spanOf(texts, "f", "c"), spanOf(texts, "f", "a")));
    expect(rendered).toContain("1 | a␛[31mb\uFFFDc␀");
    expect(rendered.replaceAll("\n", "")).toMatch(/^\P{Cc}*$/u);
  });

  it("cuts a long line round its places", () => {
    const texts = { f: `${"a".repeat(5000)}X${"b".repeat(5000)}` };
    const x = spanOf(texts, "f", "X");
    const lines = render(texts, differ(x, x)).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200);
    const shown = lines[3] ?? "";
    const underline = lines[4] ?? "";
    expect(shown[underline.indexOf("^")]).toBe("X");
    expect(shown).toMatch(/… a+Xb+ …$/);
  });

  it("is coloured on request only, and says the same", () => {
    const primary = spanOf(source, "fcn16s.fcn", "skip vgg.pool3 by add");
    const diagnostic = differ(primary, primary);
    const coloured = renderDiagnostic(diagnostic, filesOf(source), { colour: true });
    const escapeCode = new RegExp(`${String.fromCodePoint(0x1b)}\\[[0-9;]*m`, "g");
    expect(coloured).toMatch(escapeCode);
    expect(coloured.replace(escapeCode, "")).toBe(render(source, diagnostic));
  });
});

describe("a diagnostic as JSON", () => {
  it("has the keys that other tools rely on", () => {
    const primary = spanOf(source, "fcn16s.fcn", "vgg.pool3");
    expect(diagnosticToJson(differ(primary, primary), filesOf(source))).toEqual({
      code: "training/mask-without-class",
      severity: "error",
      message: "cannot add maps of different resolution",
      file: "fcn16s.fcn",
      start: { line: 3, column: 8 },
      end: { line: 3, column: 17 },
      help: "upsample by 2 once more",
      fixes: [
        {
          title: "insert `upsample(2)`",
          safe: false,
          edits: [
            { file: "fcn16s.fcn", start: { line: 3, column: 8 }, end: { line: 3, column: 17 }, text: "x" },
          ],
        },
      ],
    });
  });

  it("refuses a file that was never read", () => {
    const span = { file: "other.fcn", start: 0, end: 1 };
    expect(() => diagnosticToJson(differ(span, span), filesOf(source))).toThrow(/other\.fcn/);
  });
});
