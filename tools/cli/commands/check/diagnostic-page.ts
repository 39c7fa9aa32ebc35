/** The page about a diagnostic, for a terminal. */
import { catalogue } from "../../../../compiler/diagnostics/catalogue.ts";
import { diagnosticPage } from "../../../../compiler/diagnostics/pages.ts";
import { nearestName } from "../../../../compiler/nearest.ts";
import { UsageError } from "../../console/usage-error.ts";

/**
 * The heading alone on its line, programs and messages indented, links as their words.
 * @throws UsageError for what is no code.
 */
export function explainDiagnostic(code: string): string {
  const page = diagnosticPage(code);
  if (page === undefined) {
    const near = nearestName(code, Object.keys(catalogue));
    throw new UsageError(
      `no diagnostic has the code ${code}`,
      near === undefined
        ? "a code stands in brackets after error or warning: error[names/unknown]"
        : `did you mean ${near}?`,
    );
  }
  let inBlock = false;
  const lines = page.split("\n").flatMap((line) => {
    if (line.startsWith("```")) {
      inBlock = !inBlock;
      return [];
    }
    if (inBlock) return [line === "" ? "" : `    ${line}`];
    return [line.replace(/^# /, "").replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")];
  });
  return lines.join("\n").trimEnd();
}
