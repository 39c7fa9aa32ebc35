import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Compilation, compile } from "../../compiler/compile.ts";
import { diagnosticToJson } from "../../compiler/diagnostics/json.ts";
import { renderDiagnostic } from "../../compiler/diagnostics/render.ts";
import { readSpecPage, wholeFile } from "../../tools/documentation/spec-page.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";

const root = join(import.meta.dirname, "../..");
const texts = (folder: string, ending: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, folder, name));

/** Every example, the prelude, and every program of the language's pages. */
const corpus = [
  ...[...texts("examples", ".fcn"), ...texts("compiler/prelude", ".fcn")].map((path) =>
    readFileSync(path, "utf8"),
  ),
  ...texts("specs/language", ".md")
    .flatMap((path) => readSpecPage(path))
    .filter(({ language }) => language === "fcn")
    .map(wholeFile),
];

const host = createFileHost();

/** Compiles as `fcn check` does, and holds every diagnostic to what the terminal, JSON and editors need of it. */
function examine(text: string, settings: ReadonlyMap<string, string> = new Map()): Compilation {
  const compilation = compile({ path: "any.fcn", text }, host, { settings });
  const { files, diagnostics, networks } = compilation;
  for (const diagnostic of diagnostics) {
    const spans = [
      diagnostic.span,
      ...diagnostic.related.map(({ span }) => span),
      ...diagnostic.fixes.flatMap(({ edits }) => edits.map(({ span }) => span)),
    ];
    for (const { file, start, end } of spans) {
      const length = files.get(file)?.text.length ?? -1;
      expect(0 <= start && start <= end && end <= length, `${diagnostic.code} at ${start} … ${end}`).toBe(
        true,
      );
    }
    expect(renderDiagnostic(diagnostic, files, { colour: false })).toContain(diagnostic.code);
    expect(() => JSON.stringify(diagnosticToJson(diagnostic, files))).not.toThrow();
    for (const shown of [diagnostic.message, diagnostic.help ?? ""])
      expect(shown).not.toMatch(/undefined|\[object|NaN|Infinity/u);
  }
  const places = diagnostics.map(({ code, span, message }) => JSON.stringify([code, span, message]));
  expect(new Set(places).size).toBe(places.length);
  if (networks.length === 0 && /^network /mu.test(text)) expect(diagnostics).not.toEqual([]);
  return compilation;
}

const pieces = /\s+|\w+|"[^"\n]*"|[^\s\w]/gu;

interface Change {
  readonly kind: "swap" | "delete" | "duplicate" | "replace" | "splice";
  /** Places, as shares of the pieces. */
  readonly at: number;
  readonly other: number;
  readonly text: string;
}

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("swap", "delete", "duplicate", "replace", "splice"),
  at: share,
  other: share,
  text: fc.oneof(
    fc.constantFrom(..."0 -1 1e9 9007199254740993 1e308 0.5 3x3 0x0 65537x1 20%".split(" ")),
    fc.constantFrom(..."H W i image level valid none conv maxpool upsample unpool double vgg16".split(" ")),
    fc.constantFrom(
      ..."input output skip fork path for repeat if let expect encoder block from crop".split(" "),
    ),
    fc.constantFrom(...'{ } ( ) [ ] , = == . .. ..< + - * / ^ mod and not true " // ///'.split(" ")),
    fc.constantFrom("é", "−", "\u{1F600}", "\u0000", "\u200b", "\ud800", "\r", "\u2028"),
    fc.string({ unit: "binary", maxLength: 5 }),
  ),
});

/** Changes whole words and signs, so that most of the program still means something. */
function changed(text: string, changes: readonly Change[]): string {
  const list = text.match(pieces) ?? [];
  for (const { kind, at, other, text: piece } of changes) {
    const place = Math.floor(at * list.length);
    const second = Math.floor(other * list.length);
    const here = list[place] ?? "";
    if (kind === "delete") list.splice(place, 1);
    else if (kind === "replace") list[place] = piece;
    else if (kind === "duplicate") list.splice(second, 0, ...list.slice(place, place + 1 + (second % 12)));
    else if (kind === "splice") list.splice(place, 0, " ", piece, " ");
    else {
      list[place] = list[second] ?? "";
      list[second] = here;
    }
  }
  return list.join("");
}

describe("compiling any bytes gives a network or diagnostics inside the text, never an exception:", () => {
  it("the examples, the prelude and the language's pages, with words changed", () => {
    expect(corpus.length).toBeGreaterThan(40);
    const changes = fc.array(change, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...corpus), changes, (text, made) => {
        examine(changed(text, made));
      }),
      { numRuns: 3000, seed: 20260701 },
    );
  }, 180_000);

  it("settings of any text", () => {
    const text =
      "network N(classes = 2, wide: flag = false) {\ninput i [3, H, W]\nconv(classes, 1x1)\noutput o\n}";
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      change.map((one) => one.text),
    );
    const name = fc.oneof(fc.constantFrom("classes", "wide", "clases"), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 3 }), (settings) => {
        examine(text, new Map(settings));
      }),
      { numRuns: 1000, seed: 20260702 },
    );
  });

  it("programs that ask for more than is computed: each is stopped by a limit that it names", () => {
    const stopped: Readonly<Record<string, string>> = {
      "repeat 1000000000 { relu }": "names/too-large",
      "repeat 99999 { } repeat 99999 { }": "names/too-large",
      "for i in 0 ..< 1e9 { }": "values/too-long",
      "for i in 0 ..< 50000 { let x = length(0 ..< 100000) }": "names/too-large",
      "let z = 0 ..< 100000 for i in 0 ..< 1000 { if z == z { } }": "names/too-large",
      "block a() { } block b() { a() a() a() a() a() a() a() a() a() a() } block c() { repeat 9000 { b() } } c() c()":
        "names/too-large",
      "block a() { b() } block b() { a() } a()": "names/recursion",
      "conv(1, 1000001x1000001, padding = valid)": "sizes/too-irregular",
      "repeat 3000 { conv(1, 20x20, padding = valid) }": "sizes/too-many",
      "conv(1, 3x3, stride = 30000) upsample(30000, nearest) repeat 500 { conv(1, 3x3, padding = valid) }":
        "sizes/too-many",
      "fork by concat { for p in [13, 17, 19, 23] { path { maxpool(p) upsample(p, nearest) } } }":
        "sizes/too-irregular",
      "repeat 9 { conv(9007199254740881, 3x3) }": "sizes/too-many-channels",
      "repeat 70 { fork by concat { path { } path { } } }": "sizes/too-many-channels",
      "upsample(9007199254740991, nearest)": "operations/size-too-large",
      "conv(2^1000^2, 1x1)": "values/not-finite",
    };
    for (const [body, code] of Object.entries(stopped)) {
      const { diagnostics } = examine(`network N {\ninput i [1, H, W]\n${body}\noutput o\n}`);
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    }
  }, 120_000);
});
