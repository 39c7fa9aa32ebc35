/** The largest number of errors that is reported: nobody reads more, and a file that is not a program has one in every line. */
import { type Diagnostic, diagnose } from "./diagnostic.ts";

export const mostErrors = 100;

export function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** Whether there are enough errors to stop the check. */
export function enoughErrors(diagnostics: readonly Diagnostic[]): boolean {
  let errors = 0;
  for (const diagnostic of diagnostics) if (isError(diagnostic) && ++errors > mostErrors) return true;
  return false;
}

/** Keeps the first errors and adds a last one that says that there are more; warnings and information stay. */
export function withoutFurtherErrors(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  let errors = 0;
  const kept = diagnostics.filter((diagnostic) => !isError(diagnostic) || ++errors <= mostErrors);
  const next = diagnostics.filter(isError)[mostErrors];
  if (next === undefined) return kept;
  return [...kept, diagnose("structure/too-many-errors", { limit: mostErrors }, next.span)];
}
