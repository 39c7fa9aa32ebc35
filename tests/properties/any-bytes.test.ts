import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { diagnosticToJson } from "../../compiler/diagnostics/json.ts";
import { renderDiagnostic } from "../../compiler/diagnostics/render.ts";
import { diagnoseSyntax } from "../../compiler/diagnostics/syntax.ts";
import { format } from "../../grammar/format.ts";
import { parse } from "../../grammar/parse.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";
import { anyMutations, mutate, program } from "../grammar/program-text.ts";

const root = join(import.meta.dirname, "../..");
const corpus = ["examples", "compiler/prelude"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".fcn"))
    .map((name) => readFileSync(join(root, folder, name), "utf8")),
);

const host = createFileHost();

/** Everything `fcn check` and `fcn format` do with a text, save reading and printing it. */
function examine(text: string): void {
  const { program: tree, problems } = parse(text, "any.fcn");
  const files = new Map([["any.fcn", { path: "any.fcn", text }]]);
  const syntax = diagnoseSyntax(problems, { path: "any.fcn", text });
  expect(syntax.length > 0).toBe(problems.length > 0);
  expect(syntax.length).toBeLessThanOrEqual(problems.length);
  for (const diagnostic of syntax) {
    const { start, end } = diagnostic.span;
    expect(start >= 0 && start <= end && end <= text.length).toBe(true);
    expect(renderDiagnostic(diagnostic, files, { colour: false })).toContain(diagnostic.code);
    expect(diagnosticToJson(diagnostic, files).start.line).toBeGreaterThan(0);
  }
  expect(tree.span).toEqual({ file: "any.fcn", start: 0, end: text.length });
  const laidOut = format(text, "any.fcn");
  expect("problems" in laidOut).toBe(problems.length > 0);

  const compilation = compile({ path: "any.fcn", text }, host);
  for (const diagnostic of compilation.diagnostics) {
    expect(renderDiagnostic(diagnostic, compilation.files, { colour: true })).toContain(diagnostic.code);
  }
  if (problems.length > 0) expect(compilation.diagnostics).not.toEqual([]);
}

describe("any bytes in a .fcn file give diagnostics, never an exception:", () => {
  it("generated programs, broken at random", () => {
    fc.assert(
      fc.property(program, anyMutations, (text, mutations) => examine(mutate(text, mutations))),
      { numRuns: 2000, seed: 20260102 },
    );
  });

  it("the example programs and the prelude, broken at random", () => {
    expect(corpus.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.constantFrom(...corpus), anyMutations, (text, mutations) =>
        examine(mutate(text, mutations)),
      ),
      { numRuns: 800, seed: 20260103 },
    );
  }, 240_000);

  it("bytes of no program at all", () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => new TextDecoder().decode(array));
    fc.assert(fc.property(fc.oneof(bytes, fc.string({ unit: "binary" })), examine), {
      numRuns: 1500,
      seed: 20260104,
    });
  });

  it("programs nested as deeply as the parser follows, and deeper", () => {
    const around = (statements: string) => `network N { input i [3, H, W] ${statements} output o }`;
    for (const levels of [150, 190, 5000]) {
      examine(around(`${"if true { ".repeat(levels)} relu ${" }".repeat(levels)}`));
      examine(
        around(`${"fork by add { path { ".repeat(levels / 2)} relu ${" } path { } }".repeat(levels / 2)}`),
      );
      examine(around(`let x = ${"(".repeat(levels)}1${")".repeat(levels)}`));
      examine(around(`let x = ${"[".repeat(levels)}1${"]".repeat(levels)}`));
      examine(around(`let x = 1${" + 1".repeat(levels)}`));
      examine(around(`if false { } ${"else if false { } ".repeat(levels)}`));
      examine(`${around("relu")} train N { loss ${"f(".repeat(levels)}1${")".repeat(levels)} }`);
    }
  });
});
