/**
 * Diagnostics as a SARIF log, which code hosts and editors show in place.
 * Source: OASIS, Static Analysis Results Interchange Format 2.1.0 (section numbers below are its own).
 */
import type {
  Artifact,
  Invocation,
  Location,
  Log,
  Region,
  ReportingDescriptor,
  Result,
  Fix as SarifFix,
} from "sarif";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { linesOf, sourceOf } from "../../compiler/diagnostics/json.ts";
import type { Severity } from "../../compiler/diagnostics/wording.ts";
import type { SourceFile } from "../../compiler/source.ts";
import type { Span } from "../../grammar/span.ts";

export interface SarifTool {
  /** Of fcn itself. */
  readonly version: string;
  /** The page about a code in Markdown, for the reader of a result; `undefined` where there is none. */
  readonly page: (code: string) => string | undefined;
}

export interface CheckedFile {
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read for it, by path. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** A file of the command line that could not be checked, and why. */
export interface UncheckedFile {
  readonly path: string;
  readonly message: string;
  readonly help: string | undefined;
}

/** Section 3.27.10. */
const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  information: "note",
};

/**
 * One run with the results of all `checked`; `unchecked` become notifications of the tool (section 3.58).
 * @throws Error when a diagnostic is about a file that was never read.
 */
export function sarifLog(
  checked: readonly CheckedFile[],
  tool: SarifTool,
  unchecked: readonly UncheckedFile[] = [],
): Log {
  const codes = [
    ...new Set(checked.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))),
  ].sort();
  const sources = checked.flatMap(({ files }) => [...files.values()]);
  const texts = sources.filter(({ kind }) => kind !== "setting" && kind !== "marker");
  const paths = [...new Set(texts.map(({ path }) => path))];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "fcn", version: tool.version, rules: codes.map((code) => ruleOf(code, tool)) },
        },
        ...(unchecked.length === 0 ? {} : { invocations: [failedInvocation(unchecked)] }),
        columnKind: "utf16CodeUnits",
        artifacts: paths.map((path): Artifact => ({ location: { uri: uriOf(path) }, sourceLanguage: "fcn" })),
        results: checked.flatMap(({ diagnostics, files }) =>
          diagnostics.map((diagnostic) => resultOf(diagnostic, codes.indexOf(diagnostic.code), files)),
        ),
      },
    ],
  };
}

function failedInvocation(unchecked: readonly UncheckedFile[]): Invocation {
  return {
    executionSuccessful: false,
    toolExecutionNotifications: unchecked.map(({ path, message, help }) => ({
      level: "error",
      message: { text: help === undefined ? message : `${message}\n${help}` },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
    })),
  };
}

function ruleOf(code: string, tool: SarifTool): ReportingDescriptor {
  const page = tool.page(code);
  if (page === undefined) return { id: code };
  // A page begins with "# CODE: its title".
  const [, title] = /^# \S+: (.+)/.exec(page) ?? [];
  const described = title === undefined ? {} : { shortDescription: { text: title } };
  return { id: code, ...described, help: { text: page, markdown: page } };
}

function resultOf(diagnostic: Diagnostic, ruleIndex: number, files: CheckedFile["files"]): Result {
  const { code, severity, message, help, related, fixes } = diagnostic;
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: help === undefined ? message : `${message}\n${help}` },
    locations: [locationOf(diagnostic.span, files)],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((place, id) => ({
            id,
            ...locationOf(place.span, files),
            message: { text: place.message },
          })),
        }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => fixOf(fix, files)) }),
  };
}

/** Edits of one file belong to one change of its artifact (section 3.55.3). */
function fixOf(fix: Diagnostic["fixes"][number], files: CheckedFile["files"]): SarifFix {
  const paths = [...new Set(fix.edits.map(({ span }) => span.file))];
  return {
    description: { text: fix.title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: { uri: uriOf(path) },
      replacements: fix.edits
        .filter(({ span }) => span.file === path)
        .map(({ span, text }) => ({
          deletedRegion: regionOf(span, files),
          ...(text === "" ? {} : { insertedContent: { text } }),
        })),
    })),
  };
}

function locationOf(span: Span, files: CheckedFile["files"]): Location {
  // A setting is in no file that a host could show.
  const source = sourceOf(files, span);
  if (source.kind === "setting") return { message: { text: `setting ${source.text}` } };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(span.file) }, region: regionOf(span, files) },
  };
}

/** Lines and columns from 1; the end column is the one after the last unit (section 3.30). */
function regionOf(span: Span, files: CheckedFile["files"]): Region {
  const lines = linesOf(files, span);
  const start = lines.position(span.start);
  const end = lines.position(span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A relative path stays relative, so that a host finds it in its checkout; an absolute one becomes a file URI. */
function uriOf(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  const encoded = slashed.split("/").map(encodeURIComponent).join("/");
  if (slashed.startsWith("/")) return `file://${encoded}`;
  const drive = /^[A-Za-z]:\//.exec(slashed);
  return drive === null
    ? encoded.replace(/^(\.\/)+/, "")
    : `file:///${drive[0]}${encoded.slice(encoded.indexOf("/") + 1)}`;
}
