/** The colours of a rendered diagnostic, as ANSI escape codes. */
import type { Severity } from "../../../compiler/diagnostics/wording.ts";

const codes = {
  error: "1;31",
  warning: "1;33",
  information: "1;36",
  /** Line numbers, borders and the text beside the primary place. */
  frame: "1;34",
  strong: "1",
} as const satisfies Record<Severity | "frame" | "strong", string>;

export type Paint = (style: keyof typeof codes, text: string) => string;

export function paintWith(colour: boolean): Paint {
  return (style, text) => (colour && text !== "" ? `\u001B[${codes[style]}m${text}\u001B[0m` : text);
}
