/** A source text with a fix made. */
import type { Fix } from "../../compiler/diagnostics/diagnostic.ts";
import { applyEdits } from "../../compiler/fixes/apply-edits.ts";

/** @throws Error when there is no fix. */
export function applyFix(text: string, fix: Fix | undefined): string {
  if (fix === undefined) throw new Error("no fix is offered");
  return applyEdits(text, fix.edits);
}
