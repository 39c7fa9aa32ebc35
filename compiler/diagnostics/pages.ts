/** The page about a diagnostic: what it means, a program that has it, the corrected program. Large: to be loaded when it is asked for. */
import { pages } from "./pages.generated.ts";

/** As Markdown; `undefined` for what is no code. */
export function diagnosticPage(code: string): string | undefined {
  return Object.hasOwn(pages, code) ? pages[code] : undefined;
}
