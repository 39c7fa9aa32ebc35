import { describe, expect, it } from "vitest";
import { type Diagnostic, diagnose, type Fix } from "../../compiler/diagnostics/diagnostic.ts";
import { type Analysed, tryFixes } from "../../compiler/fixes/try-fixes.ts";

const path = "a.fcn";
const fix = (start: number, end: number, text: string): Fix => ({
  title: `write ${text}`,
  safe: true,
  edits: [{ span: { file: path, start, end }, text }],
});

/** A compiler of its own: every `w` is a warning, every `e` an error that hides the warnings. */
function compiled(text: string, fixes: (start: number) => readonly Fix[] = () => []): Analysed {
  const error = text.includes("e");
  const diagnostics = [...text].flatMap((letter, start): Diagnostic[] => {
    const span = { file: path, start, end: start + 1 };
    if (letter === "e")
      return [diagnose("names/no-current-map", { what: "e" }, span, { fixes: fixes(start) })];
    if (letter !== "w" || error) return [];
    return [diagnose("lints/checkerboard", { kernel: 3, stride: 2 }, span, { fixes: fixes(start) })];
  });
  return { files: new Map([[path, { path, text }]]), diagnostics, operations: 1 };
}

const again = (texts: ReadonlyMap<string, string>) => compiled(texts.get(path) ?? "");
const offered = (before: Analysed) =>
  tryFixes({ ...before, again }).map(({ fixes }) => fixes.map(({ title }) => title));

describe("a fix is offered", () => {
  it("when it removes its diagnostic and adds none", () => {
    expect(offered(compiled("w.", (start) => [fix(start, start + 1, "x")]))).toEqual([["write x"]]);
  });

  it("not when the diagnostic stays", () => {
    expect(offered(compiled("w.", () => [fix(1, 2, "x")]))).toEqual([[]]);
  });

  it("not when it adds a warning elsewhere", () => {
    expect(offered(compiled("w.", (start) => [fix(start, start + 2, "xw")]))).toEqual([[]]);
  });

  it("for an error also when that had hidden a warning elsewhere, but not one at its own place", () => {
    const mend = (start: number) => [fix(start, start + 1, "x")];
    expect(offered(compiled("ew", mend))).toEqual([["write x"]]);
    expect(offered(compiled("e", (start) => [fix(start, start + 1, "w")]))).toEqual([[]]);
  });

  it("not for text that no user wrote", () => {
    const std = {
      ...fix(0, 1, "x"),
      edits: [{ span: { file: "std/blocks.fcn", start: 0, end: 1 }, text: "x" }],
    };
    const before = compiled("w", () => [std]);
    const files = new Map([
      ...before.files,
      ["std/blocks.fcn", { path: "std/blocks.fcn", text: "w", kind: "standard" as const }],
    ]);
    expect(offered({ ...before, files })).toEqual([[]]);
  });

  it("with all others at once where the network is too large to try each", () => {
    let tries = 0;
    const before = { ...compiled("w w w", (start) => [fix(start, start + 1, "x")]), operations: 5_000 };
    const counted = (texts: ReadonlyMap<string, string>) => {
      tries++;
      return again(texts);
    };
    const left = tryFixes({ ...before, again: counted });
    expect(left.map(({ fixes }) => fixes.length)).toEqual([1, 1, 1]);
    expect(tries).toBe(1);
  });

  it("after a trial of those asked for alone, and of none where none is asked for", () => {
    let tries = 0;
    const before = compiled("w w w", (start) => [fix(start, start + 1, "x")]);
    const counted = (texts: ReadonlyMap<string, string>) => {
      tries++;
      return again(texts);
    };
    expect(tryFixes({ ...before, again: counted }, []).length).toBe(0);
    expect(tries).toBe(0);
    expect(tryFixes({ ...before, again: counted }, before.diagnostics.slice(1, 2)).length).toBe(1);
    expect(tries).toBe(1);
  });
});
