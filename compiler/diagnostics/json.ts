/** A diagnostic as `fcn check --json` prints it. */
import type { Span } from "../../grammar/span.ts";
import type { SourceFile } from "../source.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { LineMap, type Position } from "./line-map.ts";
import type { Severity } from "./wording.ts";

export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  /** Lines and columns from 1; columns in UTF-16 code units. */
  readonly start: Position;
  /** The place after the last unit. */
  readonly end: Position;
  readonly help: string | null;
  readonly fixes: readonly JsonFix[];
}

export interface JsonFix {
  readonly title: string;
  /** It keeps the meaning the author plainly had. */
  readonly safe: boolean;
  readonly edits: readonly {
    readonly file: string;
    readonly start: Position;
    readonly end: Position;
    readonly text: string;
  }[];
}

/** @throws Error when `files` lacks a file that the diagnostic names: every file that was read belongs in it. */
export function diagnosticToJson(
  diagnostic: Diagnostic,
  files: ReadonlyMap<string, SourceFile>,
): JsonDiagnostic {
  const place = (span: Span) => {
    const lines = linesOf(files, span);
    return { file: span.file, start: lines.position(span.start), end: lines.position(span.end) };
  };
  const { file, start, end } = place(diagnostic.span);
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    file,
    start,
    end,
    help: diagnostic.help ?? null,
    fixes: diagnostic.fixes.map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map(({ span, text }) => ({ ...place(span), text })),
    })),
  };
}

const lineMaps = new WeakMap<SourceFile, LineMap>();

/** The lines of the file a span is in, found once for a file. */
export function linesOf(files: ReadonlyMap<string, SourceFile>, span: Span): LineMap {
  const file = sourceOf(files, span);
  const known = lineMaps.get(file) ?? new LineMap(file.text);
  lineMaps.set(file, known);
  return known;
}

export function sourceOf(files: ReadonlyMap<string, SourceFile>, span: Span): SourceFile {
  const file = files.get(span.file);
  if (file === undefined) throw new Error(`a diagnostic is about ${span.file}, which was never read`);
  return file;
}
