/** What the tokeniser and the parser found wrong, as facts; `compiler/diagnostics` words them. */
import type { Span } from "./span.ts";

export type SyntaxProblem =
  /** A character that starts no token. */
  | { readonly kind: "unknown-character"; readonly text: string; readonly span: Span }
  /** A string or other token that is not closed before the line ends. */
  | { readonly kind: "unterminated-string"; readonly span: Span }
  /** A token where another was wanted. `wanted` are phrases for a person: "a name", "`}`". `found` is the source text, or "the end of the file". */
  | {
      readonly kind: "unexpected";
      readonly found: string;
      readonly wanted: readonly string[];
      /** What was being read: "the parameters of network UNet", "a skip". */
      readonly during: string | undefined;
      readonly span: Span;
      /** The bracket that was opened and never closed, when that is the matter. */
      readonly opened: Span | undefined;
    }
  /** Nesting deeper than the parser follows (200 levels), so that no input exhausts the stack. */
  | { readonly kind: "too-deep"; readonly limit: number; readonly span: Span };
