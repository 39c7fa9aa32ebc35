/** What lints say of a small network. */
import type { CompileOptions } from "../../../compiler/compile.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { tryFixes } from "../../../compiler/fixes/try-fixes.ts";
import { compileText } from "../../support/compile-source.ts";

/** A network with one input [3, H, W], the statements, and one output. */
export function networkOf(statements: string): string {
  return `network N(classes = 2) {\n  input image [3, H, W]\n  ${statements}\n  output y\n}\n`;
}

export interface Report {
  readonly code: string;
  readonly severity: string;
  /** The text it points at. */
  readonly at: string;
  readonly message: string;
}

/** @throws Error when the program has an error: lints look at sound networks only. */
export function report(text: string, options: CompileOptions = {}): readonly Report[] {
  return diagnosticsOf(text, options).map(({ code, severity, span, message }) => ({
    code,
    severity,
    at: text.slice(span.start, span.end),
    message,
  }));
}

/** With the fixes that help. @throws Error when the program has an error. */
export function diagnosticsOf(text: string, options: CompileOptions = {}): readonly Diagnostic[] {
  const diagnostics = tryFixes(compileText(text, options));
  const error = diagnostics.find(({ code, severity }) => severity === "error" && !code.startsWith("lints/"));
  if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
  return diagnostics;
}

/** The places where one lint fires. */
export function places(text: string, code: Diagnostic["code"]): readonly string[] {
  return report(text)
    .filter((each) => each.code === code)
    .map(({ at }) => at);
}
