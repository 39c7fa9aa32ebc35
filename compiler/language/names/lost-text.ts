/** The text of a file that the parser could not read: the places of lost statements, and the words in them. */
import type { Program } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import type { SyntaxProblem } from "../../../grammar/syntax-problem.ts";
import type { DiagnosticCode, FactsOf } from "../../diagnostics/catalogue.ts";

/** Prevents errors that only follow from a lost statement. */
export class LostText {
  readonly #places: readonly number[];
  readonly #text: string;

  constructor(text: string, problems: readonly SyntaxProblem[]) {
    this.#text = text;
    this.#places = problems.map((problem) => problem.span.start).sort((first, second) => first - second);
  }

  /** The words that were lost between two readable pieces of text. */
  between(end: number, nextStart: number): readonly string[] {
    const next = this.#places[firstFrom(this.#places, end)];
    if (next === undefined || next > nextStart) return [];
    const text = this.#text.slice(end, nextStart).replaceAll(/\/\/.*/gu, "");
    return text.match(/[A-Za-z_]\w*/gu) ?? [];
  }
}

/** The index of the first of some ordered numbers that is at least `least`. */
function firstFrom(ordered: readonly number[], least: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The gaps between items and within a body: before each piece, and after the last. */
export function lostAround(
  lost: LostText | undefined,
  pieces: readonly { readonly span: Span }[],
  whole: Span,
): readonly string[] {
  if (lost === undefined) return [];
  const starts = [...pieces.map(({ span }) => span.start), whole.end];
  return starts.flatMap((start, place) => lost.between(pieces[place - 1]?.span.end ?? whole.start, start));
}

/** The words lost between the items of a file: possible names of blocks and networks. */
export function lostItems(program: Program, lost: LostText | undefined): readonly string[] {
  return lostAround(lost, program.items, program.span);
}

/** The name that a diagnostic reports as missing, if any. */
export function missedName<C extends DiagnosticCode>(code: C, facts: FactsOf<C>): string | undefined {
  const named = facts as Readonly<Record<string, unknown>>; // facts are records of plain values
  const field = { "names/unknown": "name", "names/no-member": "member", "names/no-entry": "family" }[
    code as string
  ];
  const name = field === undefined ? undefined : named[field];
  return typeof name === "string" ? name : undefined;
}
