import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Compilation } from "../../compiler/compile.ts";
import { Random } from "../../runtime/random.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";
import { programCorpus } from "../../tools/verify/mutations/corpus.ts";
import { examineText } from "../../tools/verify/mutations/examine-text.ts";
import { mutate, mutationKinds } from "../../tools/verify/mutations/mutate.ts";
import { compileText } from "../support/compile-source.ts";

const corpus = programCorpus();
const host = createFileHost();

/** Holds `check`, `format` and `check --fix` to their promises on the text. */
function examine(text: string, settings: ReadonlyMap<string, string> = new Map()): Compilation {
  const { compilation, broken } = examineText(text, host, settings);
  expect(broken, text).toEqual([]);
  return compilation;
}

/** `npm run verify:mutations` makes a hundred thousand. */
const mutationsOfAKind = 40;

describe("compiling any bytes gives a network or diagnostics inside the text, never an exception:", () => {
  it.each(mutationKinds)(
    "the examples, the prelude and the pages, with %s",
    (kind) => {
      expect(corpus.length).toBeGreaterThan(40);
      for (let index = 0; index < mutationsOfAKind; index++) {
        const random = new Random(20260701, `${kind} ${index}`);
        examine(mutate(corpus[random.integer(corpus.length)] ?? "", kind, random));
      }
    },
    120_000,
  );

  it("settings of any text", () => {
    const text =
      "network N(classes = 2, wide: flag = false) {\ninput i [3, H, W]\nconv(classes, 1x1)\noutput o\n}";
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom(
        ...'0 -1 1e9 9007199254740993 1e308 3x3 65537x1 20% H valid conv { } ( [ , = == .. true " // ///'.split(
          " ",
        ),
      ),
    );
    const name = fc.oneof(fc.constantFrom("classes", "wide", "clases"), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 3 }), (settings) => {
        examine(text, new Map(settings));
      }),
      { numRuns: 400, seed: 20260702 },
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
      const { diagnostics } = compileText(`network N {\ninput i [1, H, W]\n${body}\noutput o\n}`);
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    }
  }, 120_000);
});
