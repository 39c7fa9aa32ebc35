import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFileHost } from "../../tools/host/file-sources.ts";
import { examineText } from "../../tools/verify/mutations/examine-text.ts";
import { anyMutations, mutate, program } from "../grammar/program-text.ts";

const host = createFileHost();

/** Holds `check`, `format` and `check --fix` to their promises on the text. */
function examine(text: string): void {
  expect(examineText(text, host).broken, text).toEqual([]);
}

describe("any bytes in a .fcn file give diagnostics, never an exception:", () => {
  it("generated programs, broken at random", () => {
    fc.assert(
      fc.property(program, anyMutations, (text, mutations) => examine(mutate(text, mutations))),
      { numRuns: 500, seed: 20260102 },
    );
  });

  it("bytes of no program at all", () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => new TextDecoder().decode(array));
    fc.assert(fc.property(fc.oneof(bytes, fc.string({ unit: "binary" })), examine), {
      numRuns: 500,
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
