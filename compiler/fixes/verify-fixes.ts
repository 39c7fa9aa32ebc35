/** Fixes are promises: each is tried before it is offered. */
import type { Span } from "../../grammar/span.ts";
import type { Diagnostic, Fix, TextEdit } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source.ts";
import { applyEdits, movedBy, overlap } from "./apply-edits.ts";

/** What one compilation found, and how large its networks are. */
export interface Compiled {
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
  /** Nodes made. */
  readonly operations: number;
}

/** Compiles again with some texts replaced, by path. */
export type CompileAgain = (texts: ReadonlyMap<string, string>) => Compiled;

/** Nodes that trying all fixes of a program may make: about as long as compiling it once, where it is large. */
const mostOperations = 2_000;
const mostTries = 24;

/**
 * The diagnostics with the fixes that help. The fix of a warning must remove it and add no diagnostic. The fix of an
 * error must remove it and leave nothing but information to report at its place; what appears elsewhere the
 * error had hidden.
 * Beyond a number of tries, which is smaller for larger networks, the first fixes are tried all at once: one that does
 * not help takes the others with it.
 */
export function verifyFixes(compiled: Compiled, again: CompileAgain): readonly Diagnostic[] {
  const { diagnostics } = compiled;
  const candidates = diagnostics.flatMap((diagnostic) =>
    diagnostic.fixes.filter((fix) => canBeMade(fix, compiled)).map((fix) => ({ diagnostic, fix })),
  );
  if (diagnostics.every(({ fixes }) => fixes.length === 0)) return diagnostics;
  const tries = Math.min(mostTries, Math.floor(mostOperations / Math.max(1, compiled.operations)));
  const groups = candidates.length <= tries ? candidates.map((each) => [each]) : [together(candidates)];
  const helpful = new Set(
    groups
      .filter((group) => helps(group, compiled, again))
      .flat()
      .map(({ fix }) => fix),
  );
  return diagnostics.map((diagnostic) =>
    diagnostic.fixes.length === 0
      ? diagnostic
      : { ...diagnostic, fixes: diagnostic.fixes.filter((fix) => helpful.has(fix)) },
  );
}

interface Candidate {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

/** Text can be changed that the user wrote into a file: not the standard blocks, and no setting of the command line. */
function canBeMade(fix: Fix, { files }: Compiled): boolean {
  return fix.edits.every(({ span: { file } }) => files.has(file) && !/^(?:std\/|--set )/.test(file));
}

/** The first fix of each diagnostic, without those that overlap an earlier one. */
function together(candidates: readonly Candidate[]): readonly Candidate[] {
  const taken: Candidate[] = [];
  const edits: TextEdit[] = [];
  for (const candidate of candidates) {
    if (taken.at(-1)?.diagnostic === candidate.diagnostic || overlap(edits, candidate.fix.edits)) continue;
    taken.push(candidate);
    edits.push(...candidate.fix.edits);
  }
  return taken;
}

function helps(group: readonly Candidate[], before: Compiled, again: CompileAgain): boolean {
  const edits = group.flatMap(({ fix }) => fix.edits);
  const after = again(changedTexts(edits, before.files));
  const mended = new Set(group.map(({ diagnostic }) => placeAfter(diagnostic, edits)));
  if (after.diagnostics.some((each) => mended.has(placeOf(each)))) return false;
  const known = new Set(before.diagnostics.map((each) => placeAfter(each, edits)));
  const added = after.diagnostics.filter((each) => !known.has(placeOf(each)));
  if (added.length === 0) return true;
  if (group.some(({ diagnostic }) => diagnostic.severity !== "error")) return false;
  const touched = group.flatMap(({ diagnostic, fix }) => [
    placeOfSpan(diagnostic.span, edits),
    ...fix.edits.map(({ span }) => placeOfSpan(span, edits)),
  ]);
  return added.every(
    ({ severity, span }) =>
      severity === "information" || !touched.includes(JSON.stringify([span.file, span.start])),
  );
}

/** Where a span begins once the edits are made. */
function placeOfSpan({ file, start }: Span, edits: readonly TextEdit[]): string {
  return JSON.stringify([file, movedBy(editsOf(edits, file), start)]);
}

function changedTexts(
  edits: readonly TextEdit[],
  files: ReadonlyMap<string, SourceFile>,
): ReadonlyMap<string, string> {
  const paths = new Set(edits.map(({ span }) => span.file));
  return new Map(
    Array.from(paths, (path) => [path, applyEdits(files.get(path)?.text ?? "", editsOf(edits, path))]),
  );
}

function editsOf(edits: readonly TextEdit[], file: string): readonly TextEdit[] {
  return edits.filter(({ span }) => span.file === file);
}

function placeOf({ code, span }: Diagnostic): string {
  return JSON.stringify([code, span.file, span.start]);
}

/** Where the same diagnostic would stand once the edits are made. */
function placeAfter({ code, span }: Diagnostic, edits: readonly TextEdit[]): string {
  return JSON.stringify([code, span.file, movedBy(editsOf(edits, span.file), span.start)]);
}
