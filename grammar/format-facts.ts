/** What the layout depends on, drawn from the tokens and from what the parser noted of them. */
import type { IToken } from "chevrotain";
import { endOf, type LexedSource, lineOf } from "./lexer.ts";
import type { ParsedSource } from "./program-parser.ts";
import { Import } from "./tokens.ts";

/** A token or a comment. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly comment: boolean;
  /** It begins an item, a statement or an entry. */
  readonly starts: "item" | "statement" | undefined;
  /** No space before it. */
  readonly attached: boolean;
  readonly opens: "body" | "brackets" | undefined;
  readonly closes: boolean;
  /** An opening bracket, or the comment beside one: what follows is the first thing inside. */
  readonly leads: boolean;
  /** For an opening or closing bracket: what is between is on lines of its own. */
  readonly broken: boolean;
}

export interface LayoutFacts {
  readonly pieces: readonly Piece[];
  /** By the start of a key in a `train` section: the width its column has. */
  readonly keyWidths: ReadonlyMap<number, number>;
  /** Starts of pieces that an empty line must precede. */
  readonly separated: ReadonlySet<number>;
}

interface Pair {
  readonly opening: IToken;
  readonly closing: IToken;
  readonly broken: boolean;
  readonly body: boolean;
}

export function analyse(source: LexedSource, parsed: ParsedSource): LayoutFacts {
  const { pairs, depths } = matchBrackets(source);
  const pieces = [...source.tokens, ...source.comments]
    .sort((first, second) => first.startOffset - second.startOffset)
    .map((token, index, sorted): Piece => {
      const start = token.startOffset;
      const pair = pairs.get(start);
      const comment = token.image.startsWith("//");
      const before = sorted[index - 1];
      const beside = comment && before !== undefined && lineOf(before) === lineOf(token) ? before : token;
      const item = depths.get(start) === 0 ? "item" : "statement";
      return {
        text: comment ? token.image.trimEnd() : token.image,
        start,
        end: endOf(token),
        line: lineOf(token),
        comment,
        starts: !comment && parsed.starts.has(start) ? item : undefined,
        attached: parsed.attached.has(start),
        opens: pair?.opening === token ? (pair.body ? "body" : "brackets") : undefined,
        closes: pair?.closing === token,
        leads: pairs.get(beside.startOffset)?.opening === beside,
        broken: pair?.broken ?? false,
      };
    });
  return {
    pieces,
    keyWidths: alignKeys(source, parsed, pairs),
    separated: separateItems(pieces, source.tokens),
  };
}

/** Pairs by the start of either bracket; and how many brackets are open before each token. */
function matchBrackets(source: LexedSource): {
  readonly pairs: ReadonlyMap<number, Pair>;
  readonly depths: ReadonlyMap<number, number>;
} {
  const pairs = new Map<number, Pair>();
  const depths = new Map<number, number>();
  const open: number[] = [];
  for (const [index, token] of source.tokens.entries()) {
    depths.set(token.startOffset, open.length);
    if (/^[{([]$/.test(token.image)) open.push(index);
    if (!/^[})\]]$/.test(token.image)) continue;
    const at = open.pop() ?? index;
    const opening = source.tokens[at] ?? token;
    const imports = source.tokens[at - 1]?.tokenType === Import;
    const pair = {
      opening,
      closing: token,
      broken: isBroken(source, at, index),
      body: token.image === "}" && !imports,
    };
    pairs.set(opening.startOffset, pair);
    pairs.set(token.startOffset, pair);
  }
  return { pairs, depths };
}

/** Braces are broken when they are on two lines, other brackets when a new line follows the opening one. */
function isBroken(source: LexedSource, openingIndex: number, closingIndex: number): boolean {
  const opening = source.tokens[openingIndex];
  const closing = source.tokens[closingIndex];
  const second = source.tokens[openingIndex + 1];
  if (opening === undefined || closing === undefined || second === undefined) return false;
  if (second === closing) {
    const next = source.comments[firstFrom(source.comments, opening.startOffset)];
    return next !== undefined && next.startOffset < closing.startOffset;
  }
  return lineOf(opening) !== lineOf(opening.image === "{" ? closing : second);
}

/** The index of the first token that begins at the offset or after it. */
function firstFrom(tokens: readonly IToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The keys of one broken section get one column, as wide as its longest key. */
function alignKeys(
  source: LexedSource,
  parsed: ParsedSource,
  pairs: ReadonlyMap<number, Pair>,
): ReadonlyMap<number, number> {
  const widths = new Map<number, number>();
  const sections = [...pairs.values()].filter((pair) => pair.body && pair.broken);
  // Keys are in train sections only, which are not inside each other.
  const places = source.tokens.flatMap((token, index) => (parsed.keys.has(token.startOffset) ? [index] : []));
  const keyTokens = places.flatMap((index) => source.tokens[index] ?? []);
  for (const { opening, closing } of new Set(sections)) {
    const [from, to] = [firstFrom(keyTokens, opening.startOffset), firstFrom(keyTokens, closing.startOffset)];
    const keys = keyTokens.slice(from, to).filter((_, place) => {
      const next = source.tokens[(places[from + place] ?? -1) + 1];
      return !(next === undefined || next === closing || parsed.starts.has(next.startOffset));
    });
    const width = keys.reduce((most, key) => Math.max(most, key.image.length), 0);
    for (const key of keys) widths.set(key.startOffset, width);
  }
  return widths;
}

/** An empty line is between items, before the comments that lead the second; imports may be adjacent. */
function separateItems(pieces: readonly Piece[], tokens: readonly IToken[]): ReadonlySet<number> {
  const separated = new Set<number>();
  const importStarts = new Set(
    tokens.filter((token) => token.tokenType === Import).map((token) => token.startOffset),
  );
  let lastItem: Piece | undefined;
  for (const [index, piece] of pieces.entries()) {
    if (piece.starts !== "item") continue;
    const bothImports =
      lastItem !== undefined && importStarts.has(lastItem.start) && importStarts.has(piece.start);
    if (lastItem !== undefined && !bothImports) {
      let first = index;
      for (let before = pieces[first - 1]; before?.comment === true; before = pieces[first - 1]) {
        const trailing = pieces[first - 2]?.line === before.line;
        if (trailing) break;
        first -= 1;
      }
      const leading = pieces.slice(first, index + 1);
      const spaced = leading.some((each, at) => each.line - (pieces[first + at - 1]?.line ?? each.line) > 1);
      if (!spaced) separated.add(leading[0]?.start ?? piece.start);
    }
    lastItem = piece;
  }
  return separated;
}
