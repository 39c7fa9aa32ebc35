/** All lints over one network. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LintSubject } from "./lint.ts";
import { lints } from "./registry.ts";

/** One finding for each code and place: iterations of a loop and calls of a block repeat the same one. */
export function runLints(subject: LintSubject): readonly Diagnostic[] {
  const seen = new Set<string>();
  return lints
    .flatMap(({ find }) => find(subject))
    .filter(({ code, span }) => {
      const place = JSON.stringify([code, span]);
      if (seen.has(place)) return false;
      seen.add(place);
      return true;
    });
}
