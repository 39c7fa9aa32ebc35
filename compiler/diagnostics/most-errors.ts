/** How many errors of a program are looked for: nobody reads more, and a file that is no program has one in every line. */
import { type Diagnostic, diagnose } from "./diagnostic.ts";

export const mostErrors = 100;

export function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** Whether so many are found that the search can end. */
export function enoughErrors(diagnostics: readonly Diagnostic[]): boolean {
  let errors = 0;
  for (const diagnostic of diagnostics) if (isError(diagnostic) && ++errors > mostErrors) return true;
  return false;
}

/** The first errors, and last of all that there are more; what is no error stays. */
export function withoutFurtherErrors(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  let errors = 0;
  const kept = diagnostics.filter((diagnostic) => !isError(diagnostic) || ++errors <= mostErrors);
  const next = diagnostics.filter(isError)[mostErrors];
  if (next === undefined) return kept;
  return [...kept, diagnose("structure/too-many-errors", { limit: mostErrors }, next.span)];
}
