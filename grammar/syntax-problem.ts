/** What the tokeniser and the parser found wrong, as facts; `compiler/diagnostics` words them. */
import type { Span } from "./span.ts";

/** A slip that explains an unexpected token. */
export type Slip =
  /** `padding valid` for `padding = valid`; `at` is between the two. */
  | { readonly kind: "equals-forgotten"; readonly name: string; readonly value: string; readonly at: Span }
  /** `if a = b` for `a == b`. */
  | { readonly kind: "single-equals"; readonly at: Span }
  /** `2 ** i` for `2^i`; `at` covers both stars. */
  | { readonly kind: "double-star"; readonly at: Span }
  /** `3 x 3`, `(3, 3)` for `3x3`; `at` covers all of it. */
  | { readonly kind: "spaced-extent"; readonly text: string; readonly at: Span }
  /** `for i in 0:3` for `0 ..< 3`; `at` is what is between the two numbers. */
  | { readonly kind: "colon-range"; readonly from: string; readonly to: string; readonly at: Span }
  /** A comma left out between two values; `at` is where it belongs. */
  | { readonly kind: "comma-forgotten"; readonly at: Span }
  /** `dilated 1/8` for `dilated to 1/8`; `at` is between the two. */
  | { readonly kind: "to-forgotten"; readonly at: Span }
  /** `by add crop = centred` for `by add, crop = centred`; `at` is where the comma belongs. */
  | { readonly kind: "option-comma-forgotten"; readonly at: Span }
  /** `epochs = 40` for `epochs 40`; `text` is the sign, at `at`. */
  | { readonly kind: "entry-equals"; readonly text: string; readonly at: Span }
  /**
   * `x = conv(64, 3x3)`. `at` covers the name and the sign; `end`, where the line does, is where `as x` belongs, unless a
   * value follows the sign.
   */
  | {
      readonly kind: "assignment";
      readonly name: string;
      readonly value: boolean;
      readonly at: Span;
      readonly end: Span;
    }
  /** `conv(64, 3x3) -> relu`; `at` covers the sign `text`. */
  | { readonly kind: "arrow"; readonly text: string; readonly at: Span }
  /** `x[i][j]` where a name is given; `at` covers `][`. */
  | { readonly kind: "second-brackets"; readonly at: Span }
  /** `nn.Conv2d(…)`; `at` covers `nn.`, `name` is what follows. */
  | { readonly kind: "qualified-call"; readonly name: string; readonly at: Span }
  /** `encoder { … } as x`: `statement` is the word it begins with; `at` covers `as`. */
  | { readonly kind: "named-section"; readonly statement: string; readonly at: Span }
  /** `import aspp from "std/blocks"`: `names` lack their braces; `at` covers them. `import "std/blocks"`: there are none, and it covers nothing. */
  | { readonly kind: "import-braces"; readonly names: string; readonly at: Span }
  /** `conv(if n > 2 …`: a statement's word in the place of a value. */
  | { readonly kind: "statement-as-value"; readonly word: string; readonly at: Span }
  /** The line begins with a word that may be a keyword misspelt. `keywords` are allowed there. */
  | {
      readonly kind: "keyword-misspelt";
      readonly word: string;
      readonly keywords: readonly string[];
      readonly at: Span;
    };

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
      /** What the author probably meant, where the text shows it. */
      readonly slip?: Slip;
    }
  /** Nesting deeper than the parser follows (200 levels), so that no input exhausts the stack. */
  | { readonly kind: "too-deep"; readonly limit: number; readonly span: Span };
