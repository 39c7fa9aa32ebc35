/** Where names are defined and where they are used, for editors: recorded while a program is elaborated. */
import type { Span } from "../../../grammar/span.ts";

export type NameKind =
  | "network"
  | "block"
  | "parameter"
  /** Of `let` and `for`. */
  | "variable"
  | "input"
  | "output"
  /** Of `as`. */
  | "feature map"
  /** A named encoder or decoder. */
  | "section"
  /** A symbol in the shape of an input: H. */
  | "size";

/** A name in the source. Names in a branch that is not taken are not recorded. */
export interface NameDefinition {
  readonly name: string;
  readonly kind: NameKind;
  /** The name where it is defined, without an index. */
  readonly span: Span;
  /** Where it is used, in the order of the source. */
  readonly references: readonly Span[];
}

interface Entry {
  readonly name: string;
  readonly kind: NameKind;
  readonly references: Set<Span>;
}

/** Spans are those of the syntax tree, which is made once: a loop's body gives the same ones at every iteration. */
export class NameRecord {
  readonly #entries = new Map<Span, Entry>();
  readonly #symbols = new Map<string, Span>();

  define(name: string, kind: NameKind, span: Span): void {
    if (!this.#entries.has(span)) this.#entries.set(span, { name, kind, references: new Set() });
  }

  /** Nothing is recorded where the definition is in text that could not be read. */
  refer(at: Span, definition: Span): void {
    if (at !== definition) this.#entries.get(definition)?.references.add(at);
  }

  /** A size symbol, which its first use in a network defines. */
  symbol(name: string, at: Span): void {
    const first = this.#symbols.get(name);
    if (first !== undefined) {
      this.refer(at, first);
      return;
    }
    this.#symbols.set(name, at);
    this.define(name, "size", at);
  }

  /** Symbols are those of one network. */
  beginNetwork(): void {
    this.#symbols.clear();
  }

  /** By file and position. */
  definitions(): readonly NameDefinition[] {
    return Array.from(this.#entries, ([span, { name, kind, references }]) => ({
      name,
      kind,
      span,
      references: [...references].sort(inOrder),
    })).sort((one, other) => inOrder(one.span, other.span));
  }
}

function inOrder(one: Span, other: Span): number {
  if (one.file === other.file) return one.start - other.start;
  return one.file < other.file ? -1 : 1;
}

/** The names that are defined or used at this offset of a file; several where an index chooses among feature maps. */
export function namesAt(
  definitions: readonly NameDefinition[],
  file: string,
  offset: number,
): readonly NameDefinition[] {
  const covers = (span: Span): boolean => span.file === file && span.start <= offset && offset <= span.end;
  return definitions.filter(({ span, references }) => covers(span) || references.some(covers));
}
