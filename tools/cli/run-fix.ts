/** `fcn check --fix`: safe fixes made in the file, pass after pass, until none is left. */
import { type Compilation, compile } from "../../compiler/compile.ts";
import type { Diagnostic, TextEdit } from "../../compiler/diagnostics/diagnostic.ts";
import { LineMap } from "../../compiler/diagnostics/line-map.ts";
import { applyEdits, JointEdits } from "../../compiler/fixes/apply-edits.ts";
import { tryFixes } from "../../compiler/fixes/try-fixes.ts";
import { writeAtomically } from "../../runtime/weights/atomic-write.ts";
import { createFileHost } from "../host/file-sources.ts";
import { readSourceFile } from "../host/read-source-file.ts";
import type { CheckChoice } from "./run-check.ts";

export interface FixedText {
  readonly text: string;
  /** "4:54: write `maxpool` (names/unknown)": lines and columns of the text as it was before that pass. */
  readonly made: readonly string[];
}

/** A fix may uncover a mistake that has another one: no program needs as many passes as this. */
const mostPasses = 50;

/**
 * The text of one file with its safe fixes made. Of two that change one place, the first is made, and the other again
 * looked for in the next pass. `look` compiles a text in the place of the file's own.
 */
export function fixText(text: string, path: string, look: (text: string) => Compilation): FixedText {
  const made: string[] = [];
  const seen = new Set([text]);
  for (let pass = 0; pass < mostPasses; pass++) {
    const { edits, titles } = safeEdits(triedSafeFixes(look(text)), path, text);
    const next = applyEdits(text, edits);
    // A text that was there before would lead round in a circle.
    if (edits.length === 0 || seen.has(next)) break;
    made.push(...titles);
    seen.add(next);
    text = next;
  }
  return { text, made };
}

function triedSafeFixes(compilation: Compilation): readonly Diagnostic[] {
  const safe = compilation.diagnostics.map((each) => ({
    ...each,
    fixes: each.fixes.filter((fix) => fix.safe),
  }));
  return tryFixes(compilation, safe);
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
  for (const { code, span, fixes } of diagnostics) {
    const fix = fixes.find(({ safe, edits }) => safe && edits.every((edit) => edit.span.file === path));
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
export async function fixFile(file: string, choice: CheckChoice): Promise<readonly string[]> {
  const source = readSourceFile(file);
  const host = createFileHost();
  const { text, made } = fixText(source.text, source.path, (changed) =>
    compile({ ...source, text: changed }, host, {
      ...(choice.network === undefined ? {} : { network: choice.network }),
      settings: choice.set,
    }),
  );
  if (made.length > 0) await writeAtomically(file, [Buffer.from(text, "utf8")]);
  return made;
}
