/** `// allow(code) reason`: silences a warning on its line, or on the line below when it has a line of its own. */
import type { Program } from "../../../grammar/ast.ts";
import { endOf, lex } from "../../../grammar/lexer.ts";
import type { Span } from "../../../grammar/span.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { LineMap } from "../../diagnostics/line-map.ts";
import { nearestName } from "../../nearest.ts";
import type { SourceFile } from "../../source.ts";
import { statementsWithin } from "./statements-within.ts";

/** One code of one comment. */
interface Allowance {
  readonly code: string;
  readonly file: string;
  /** The line it applies to, from 1. */
  readonly line: number;
  /** Span of the code in the comment. */
  readonly span: Span;
  readonly reason: string;
}

export interface Allowing {
  readonly files: ReadonlyMap<string, SourceFile>;
  /** The entry file: comments of imported files are not checked. */
  readonly entry: Program;
  /** Whether every network compiled without errors and with its default parameters: only then can a comment be unused. */
  readonly complete: boolean;
  /** Spans of the operations of the networks. */
  readonly elaborated: readonly Span[];
}

/** The diagnostics that no comment silences, and diagnostics about the comments themselves. */
export function applyAllowances(diagnostics: readonly Diagnostic[], about: Allowing): readonly Diagnostic[] {
  const { files, entry } = about;
  const wrong: Diagnostic[] = [];
  const allowances = [...files.values()].flatMap((file) => readAllowances(file, wrong));
  if (allowances.length === 0) return [...diagnostics, ...wrong];
  const lines = new Map(Array.from(files, ([path, { text }]) => [path, new LineMap(text)] as const));
  const lineOf = (span: Span) => lines.get(span.file)?.position(span.start).line;
  const used = new Set<Allowance>();
  /** Each once, however many errors are on its line. */
  const ofErrors = new Set<Allowance>();
  const keyOf = (code: string, file: string, line: number | undefined): string =>
    JSON.stringify([code, file, line]);
  const byPlace = new Map<string, Allowance[]>();
  for (const allowance of allowances) {
    const key = keyOf(allowance.code, allowance.file, allowance.line);
    byPlace.set(key, [...(byPlace.get(key) ?? []), allowance]);
  }
  const left = diagnostics.filter((diagnostic) => {
    const line = lineOf(diagnostic.span);
    const own = byPlace.get(keyOf(diagnostic.code, diagnostic.span.file, line)) ?? [];
    for (const allowance of own) used.add(allowance);
    if (diagnostic.severity !== "error") return own.length === 0;
    for (const allowance of own) ofErrors.add(allowance);
    return true;
  });
  for (const { code, span } of ofErrors) wrong.push(diagnose("allow/error", { code }, span));
  const known = Object.keys(catalogue);
  const spared = about.complete ? unjudged(entry, about.elaborated, lineOf) : () => true;
  for (const allowance of allowances) {
    const { code, span, reason } = allowance;
    if (span.file !== entry.file) continue;
    if (!known.includes(code)) {
      const nearest = nearestName(code, known) ?? nearestName(`lints/${code}`, known);
      const fixes =
        nearest === undefined
          ? []
          : [{ title: `write \`${nearest}\``, safe: true, edits: [{ span, text: nearest }] }];
      wrong.push(diagnose("allow/unknown-code", { code, nearest }, span, { fixes }));
    } else if (used.has(allowance)) {
      if (reason === "") wrong.push(diagnose("allow/without-reason", { code }, span));
    } else if (!spared(allowance.line)) wrong.push(diagnose("allow/unused", { code }, span));
  }
  return [...left, ...wrong];
}

const form = /^\/\/\s*allow\s*\((?<codes>[^)]*)\)?:?(?<reason>.*)$/;

function readAllowances(file: SourceFile, wrong: Diagnostic[]): Allowance[] {
  if (!/\/\/\s*allow\s*\(/.test(file.text)) return [];
  const { comments, tokens } = lex(file.text, file.path);
  const lines = new LineMap(file.text);
  const coded = new Set(tokens.map(({ startOffset }) => lines.position(startOffset).line));
  const last = lines.lineCount;
  return comments.flatMap((comment) => {
    const groups = form.exec(comment.image)?.groups;
    if (groups === undefined) return [];
    const whole = { file: file.path, start: comment.startOffset, end: endOf(comment) };
    let { line } = lines.position(comment.startOffset);
    while (!coded.has(line) && line < last) line++;
    const { codes = "", reason = "" } = groups;
    const start = comment.startOffset + comment.image.indexOf("(") + 1;
    const found = Array.from(codes.matchAll(/[^\s,]+/g), ({ 0: code, index }) => ({
      code,
      file: file.path,
      line,
      span: { file: file.path, start: start + index, end: start + index + code.length },
      reason: reason.trim(),
    }));
    if (found.length === 0) wrong.push(diagnose("allow/form", {}, whole));
    return found;
  });
}

/**
 * Lines without a verdict: in a branch that was not taken, or a block that was not called, no operation was created, so no
 * lint ran there.
 */
function unjudged(
  program: Program,
  elaborated: readonly Span[],
  lineOf: (span: Span) => number | undefined,
): (line: number) => boolean {
  const within = (span: Span) => span.file === program.file;
  const seen = new Set(elaborated.filter(within).map(lineOf));
  const doubtful: Span[] = [];
  for (const item of program.items) {
    if (item.kind === "block") doubtful.push(item.span);
    if (item.kind !== "network" && item.kind !== "block") continue;
    for (const statement of statementsWithin(item.body))
      if (statement.kind === "if" || statement.kind === "block") doubtful.push(statement.span);
  }
  /** Changes of the number of doubtful spans that contain a line: +1 at their first line, −1 after the last. */
  const changes = new Map<number, number>();
  for (const span of doubtful) {
    const [first, last] = [lineOf(span) ?? 0, lineOf({ ...span, start: span.end }) ?? 0];
    changes.set(first, (changes.get(first) ?? 0) + 1);
    changes.set(last + 1, (changes.get(last + 1) ?? 0) - 1);
  }
  const unsure = new Set<number>();
  const lines = [...changes.keys()].sort((first, second) => first - second);
  let depth = 0;
  for (const [place, line] of lines.entries()) {
    depth += changes.get(line) ?? 0;
    if (depth > 0) for (let each = line; each < (lines[place + 1] ?? line); each++) unsure.add(each);
  }
  return (line) => !seen.has(line) && unsure.has(line);
}
