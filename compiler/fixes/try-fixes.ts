/** Tries each fix before it is offered. */
import type { Span } from "../../grammar/span.ts";
import type { Diagnostic, Fix, TextEdit } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source.ts";
import { applyEdits, JointEdits, movedBy } from "./apply-edits.ts";

/** The result of one compilation, and its size. */
export interface Analysed {
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
  /** Number of nodes. */
  readonly operations: number;
}

/** Analyses again with some texts replaced, by path. */
export type AnalyseAgain = (texts: ReadonlyMap<string, string>) => Analysed;

/** Limit of the cost of trying all fixes of a program: for a large one, about that of one compilation. */
const mostWork = 2_000;
const mostTries = 24;
/** Number of text units whose parsing costs about as much as one node. */
const unitsAsLongAsANode = 200;

/**
 * Returns the diagnostics with only those proposed fixes that help. The fix of a warning must remove it and add no
 * diagnostic. The fix of an error must remove it and leave only information at its place; diagnostics elsewhere were
 * hidden by the error.
 * Beyond a number of tries, which is smaller for larger programs, the first fixes are tried together: if one of them does
 * not help, all are dropped.
 * Each try is a compilation: `asked` are the diagnostics whose fixes are shown or applied (default: all).
 */
export function tryFixes(
  compiled: Analysed & { readonly again: AnalyseAgain },
  asked: readonly Diagnostic[] = compiled.diagnostics,
): readonly Diagnostic[] {
  if (asked.every(({ fixes }) => fixes.length === 0)) return asked;
  const candidates = asked.flatMap((diagnostic) =>
    diagnostic.fixes.filter((fix) => canBeMade(fix, compiled)).map((fix) => ({ diagnostic, fix })),
  );
  const tries = Math.min(mostTries, Math.floor(mostWork / Math.max(1, workOf(compiled))));
  const groups = candidates.length <= tries ? candidates.map((each) => [each]) : [together(candidates)];
  const helpful = new Set(
    groups
      .filter((group) => helps(group, compiled))
      .flat()
      .map(({ fix }) => fix),
  );
  return asked.map((diagnostic) =>
    diagnostic.fixes.length === 0
      ? diagnostic
      : { ...diagnostic, fixes: diagnostic.fixes.filter((fix) => helpful.has(fix)) },
  );
}

function workOf({ files, operations }: Analysed): number {
  const units = [...files.values()].reduce((sum, { text }) => sum + text.length, 0);
  return operations + units / unitsAsLongAsANode;
}

interface Candidate {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

/** Whether all edits are in files of the author: neither in the standard ones nor in settings. */
function canBeMade(fix: Fix, { files }: Analysed): boolean {
  return fix.edits.every(({ span: { file } }) => {
    const edited = files.get(file);
    return edited !== undefined && edited.kind === undefined;
  });
}

/** The first fix of each diagnostic, without those that overlap an earlier one. */
function together(candidates: readonly Candidate[]): readonly Candidate[] {
  const chosen = new Set<Diagnostic>();
  const edits = new JointEdits();
  return candidates.filter(({ diagnostic, fix }) => {
    if (chosen.has(diagnostic) || !edits.add(fix.edits)) return false;
    chosen.add(diagnostic);
    return true;
  });
}

function helps(group: readonly Candidate[], before: Analysed & { readonly again: AnalyseAgain }): boolean {
  const edits = new Map<string, TextEdit[]>();
  for (const edit of group.flatMap(({ fix }) => fix.edits)) {
    const { file } = edit.span;
    const own = edits.get(file) ?? [];
    own.push(edit);
    edits.set(file, own);
  }
  const after = before.again(
    new Map(Array.from(edits, ([path, own]) => [path, applyEdits(before.files.get(path)?.text ?? "", own)])),
  );
  const moves = new Map(Array.from(edits, ([path, own]) => [path, movedBy(own)]));
  /** A place after the edits. */
  const moved = ({ file, start }: Span): number => moves.get(file)?.(start) ?? start;
  const keyAfter = ({ code, span }: Diagnostic): string => JSON.stringify([code, span.file, moved(span)]);

  const fixed = new Set(group.map(({ diagnostic }) => keyAfter(diagnostic)));
  if (after.diagnostics.some((each) => fixed.has(keyOf(each)))) return false;
  const known = new Set(before.diagnostics.map(keyAfter));
  const added = after.diagnostics.filter((each) => !known.has(keyOf(each)));
  if (added.length === 0) return true;
  if (group.some(({ diagnostic }) => diagnostic.severity !== "error")) return false;
  const touched = new Set(
    group
      .flatMap(({ diagnostic, fix }) => [diagnostic.span, ...fix.edits.map(({ span }) => span)])
      .map((span) => JSON.stringify([span.file, moved(span)])),
  );
  return added.every(
    ({ severity, span }) =>
      severity === "information" || !touched.has(JSON.stringify([span.file, span.start])),
  );
}

function keyOf({ code, span }: Diagnostic): string {
  return JSON.stringify([code, span.file, span.start]);
}
