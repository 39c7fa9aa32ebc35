/** `fcn check --fix`: safe fixes made in the file, pass after pass, until none is left. */

import { type Compilation, compile } from "../../../../compiler/compile.ts";
import type { Diagnostic, Fix, TextEdit } from "../../../../compiler/diagnostics/diagnostic.ts";
import { LineMap } from "../../../../compiler/diagnostics/line-map.ts";
import { applyEdits, JointEdits, movedBy } from "../../../../compiler/fixes/apply-edits.ts";
import { tryFixes } from "../../../../compiler/fixes/try-fixes.ts";
import { createFileHost } from "../../../host/file-sources.ts";
import { readSourceFile } from "../../../host/read-source-file.ts";
import { rewriteSourceFile } from "../../../host/rewrite-source-file.ts";
import type { NetworkChoice } from "../../../program/network-choice.ts";
import { compileOptions } from "../../program/compile-options.ts";

export interface FixedText {
  readonly text: string;
  /** "4:54: write `maxpool` (names/unknown)": lines and columns of the text as it was before that pass. */
  readonly made: readonly string[];
}

/** A fix may uncover a mistake that has another one: no program needs as many passes as this. */
const mostPasses = 50;
/** Fixes tried one by one, where all of them together leave a new error; and how much text is compiled for it. */
const mostTrials = 100;
const mostTextTried = 2_000_000;

type Look = (text: string) => Compilation;

/**
 * The text of one file with its safe fixes made. Of two that change one place, the first is made, and the other again
 * looked for in the next pass. `look` compiles a text in the place of the file's own.
 *
 * A fix is made only where the text it leads to, with the fixes of what it uncovers, has no error that was not there
 * before: one mistake is never traded for another.
 */
export function fixText(text: string, path: string, look: Look): FixedText {
  const start: Reached = { text, compilation: look(text), made: [] };
  const all = follow(start, { path, look, known: start.compilation.diagnostics, chosen: () => true });
  const { text: fixed, made } = all.addsErrors ? oneByOne(start, path, look) : all;
  return { text: fixed, made };
}

interface Reached extends FixedText {
  readonly compilation: Compilation;
}

function oneByOne(start: Reached, path: string, look: Look): Reached {
  let reached = start;
  const refused = new Set<string>();
  const trials = Math.min(mostTrials, mostTextTried / Math.max(1, start.text.length));
  for (let trial = 0; trial < trials; trial++) {
    const found = reached.compilation.diagnostics;
    const next = found.find((each) => safeFix(each, path) !== undefined && !refused.has(keyOf(each)));
    if (next === undefined) break;
    const tried = follow(reached, {
      path,
      look,
      known: found.filter((each) => each !== next),
      chosen: (each, isKnown) => each === next || !isKnown,
    });
    if (tried.addsErrors || tried.text === reached.text) refused.add(keyOf(next));
    else {
      reached = tried;
      refused.clear();
    }
  }
  return reached;
}

interface Way {
  readonly path: string;
  readonly look: Look;
  /** What may be there at the end, at the places where it is at the beginning. */
  readonly known: readonly Diagnostic[];
  /** Whether the fix of a diagnostic is to be made. */
  readonly chosen: (diagnostic: Diagnostic, isKnown: boolean) => boolean;
}

/** Makes the chosen fixes, and those of what appears, until none is left. */
function follow(
  start: Reached,
  { path, look, known, chosen }: Way,
): Reached & { readonly addsErrors: boolean } {
  let { text, compilation } = start;
  const made = [...start.made];
  const seen = new Set([text]);
  let places = known.map(({ code, span }) => ({ code, span }));
  for (let pass = 0; ; pass++) {
    const keys = new Set(places.map(keyOf));
    const { diagnostics } = compilation;
    const wanted = diagnostics.filter((each) => chosen(each, keys.has(keyOf(each))));
    const { edits, titles } = safeEdits(triedSafeFixes(compilation, wanted), path, text);
    const next = applyEdits(text, edits);
    // A text that was there before would lead round in a circle.
    if (edits.length === 0 || seen.has(next) || pass === mostPasses) {
      const added = diagnostics.filter((each) => !keys.has(keyOf(each)));
      return { text, compilation, made, addsErrors: added.some(({ severity }) => severity === "error") };
    }
    made.push(...titles);
    seen.add(next);
    const moved = movedBy(edits);
    places = places.map(({ code, span }) => ({
      code,
      span: span.file === path ? { ...span, start: moved(span.start) } : span,
    }));
    text = next;
    compilation = look(text);
  }
}

function keyOf({ code, span }: Pick<Diagnostic, "code" | "span">): string {
  return JSON.stringify([code, span.file, span.start]);
}

function triedSafeFixes(compilation: Compilation, wanted: readonly Diagnostic[]): readonly Diagnostic[] {
  const safe = wanted.map((each) => ({ ...each, fixes: each.fixes.filter((fix) => fix.safe) }));
  return tryFixes(compilation, safe);
}

function safeFix({ fixes }: Diagnostic, path: string): Fix | undefined {
  return fixes.find(({ safe, edits }) => safe && edits.every((edit) => edit.span.file === path));
}

/** One safe fix for each diagnostic that has one, without those that overlap an earlier one or change another file. */
function safeEdits(
  diagnostics: readonly Diagnostic[],
  path: string,
  text: string,
): { readonly edits: readonly TextEdit[]; readonly titles: readonly string[] } {
  const lines = new LineMap(text);
  const edits = new JointEdits();
  const titles: string[] = [];
  for (const diagnostic of diagnostics) {
    const { code, span } = diagnostic;
    const fix = safeFix(diagnostic, path);
    if (fix === undefined || !edits.add(fix.edits)) continue;
    const { line, column } = lines.position(fix.edits[0]?.span.start ?? span.start);
    titles.push(`${line}:${column}: ${fix.title} (${code})`);
  }
  return { edits: edits.all(), titles };
}

/**
 * Makes the safe fixes of a file, and gives what was made.
 * @throws UserError when the file cannot be read or written.
 */
export async function fixFile(file: string, choice: NetworkChoice): Promise<readonly string[]> {
  const source = readSourceFile(file);
  const host = createFileHost();
  const { text, made } = fixText(source.text, source.path, (changed) =>
    compile({ ...source, text: changed }, host, compileOptions(choice)),
  );
  if (made.length > 0) await rewriteSourceFile(file, source.text, text);
  return made;
}
