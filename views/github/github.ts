/**
 * Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a change.
 * Source: GitHub documentation, "Workflow commands for GitHub Actions", setting an error message.
 */

import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { linesOf } from "../../compiler/diagnostics/json.ts";
import type { Severity } from "../../compiler/diagnostics/wording.ts";
import type { SourceFile } from "../../compiler/source.ts";
import type { UncheckedFile } from "../sarif/sarif.ts";

const commands: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  information: "notice",
};

/** One line. @throws Error when `files` lacks the file that the diagnostic names. */
export function githubAnnotation(diagnostic: Diagnostic, files: ReadonlyMap<string, SourceFile>): string {
  const { span, severity, code, message, help } = diagnostic;
  const lines = linesOf(files, span);
  const start = lines.position(span.start);
  const end = lines.position(span.end);
  const inFile = files.get(span.file)?.kind !== "setting";
  // Columns of a stretch over several lines are refused there.
  const place = inFile ? { file: span.file.replaceAll("\\", "/"), line: start.line, endLine: end.line } : {};
  const columns = inFile && start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  const properties = { ...place, ...columns, title: code };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${commands[severity]} ${written.join(",")}::${escapeData(withHelp(message, help))}`;
}

/** One line about a file that could not be checked. */
export function githubError({ path, message, help }: UncheckedFile): string {
  return `::error file=${escapeProperty(path.replaceAll("\\", "/"))}::${escapeData(withHelp(message, help))}`;
}

function withHelp(message: string, help: string | undefined): string {
  return help === undefined ? message : `${message}\nhelp: ${help}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
