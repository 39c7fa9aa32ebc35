/** A diagnostic is a value: the terminal, JSON, the editor and the pages in specs/ show the same one. */
import type { Span } from "../../grammar/span.ts";
import { type DiagnosticCode, type FactsOf, word } from "./catalogue.ts";
import type { Severity } from "./wording.ts";

export interface Related {
  readonly span: Span;
  readonly message: string;
}

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A change of the source that removes the diagnostic. `safe`: it keeps the meaning the author plainly had. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly TextEdit[];
}

export interface Diagnostic<C extends DiagnosticCode = DiagnosticCode> {
  readonly code: C;
  /** What the message is made of. */
  readonly facts: FactsOf<C>;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** The text at the primary span, in a few words; shown under the underline. */
  readonly label: string | undefined;
  readonly related: readonly Related[];
  readonly help: string | undefined;
  readonly fixes: readonly Fix[];
}

/**
 * Words the facts of one mistake; `extra` adds other places in the source and fixes. Where the facts know the nearest name
 * to the one that is there, and no other fix is given, writing it is the fix.
 */
export function diagnose<C extends DiagnosticCode>(
  code: C,
  facts: FactsOf<C>,
  span: Span,
  extra: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] } = {},
): Diagnostic<C> {
  const wording = word(code, facts);
  return {
    code,
    facts,
    severity: wording.severity ?? "error",
    message: cut(wording.message),
    span,
    label: wording.label === undefined ? undefined : cut(wording.label),
    related: extra.related ?? [],
    help: wording.help === undefined ? undefined : cut(wording.help),
    fixes: extra.fixes ?? nearestFix(facts, span),
  };
}

/** Whether a diagnostic has this code, with the facts that belong to it. */
export function hasCode<C extends DiagnosticCode>(
  diagnostic: Diagnostic,
  code: C,
): diagnostic is Diagnostic<C> {
  return diagnostic.code === code;
}

const longest = 2_000;

/** A name may be as long as its file: nobody reads so much of it. */
function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function nearestFix(facts: object, span: Span): readonly Fix[] {
  const nearest = "nearest" in facts ? facts.nearest : undefined;
  if (typeof nearest !== "string" || span.start === span.end) return [];
  return [{ title: `write \`${nearest}\``, safe: true, edits: [{ span, text: nearest }] }];
}
