/**
 * The canonical layout of a `.fcn` text.
 *
 * What is on one line stays on one line; spaces, indentation, braces, blank lines and the columns of `train` keys are
 * made uniform. Every comment is kept, and the syntax tree is the same before and after (spans aside). Lines end as most of
 * them did before.
 */
import { analyse, type LayoutFacts, type Piece } from "./format-facts.ts";
import { lex } from "./lexer.ts";
import { parseLexed } from "./parse-lexed.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";

/** Text with mistakes is not laid out: the problems come back instead. */
export function format(
  text: string,
  file: string,
): { readonly text: string } | { readonly problems: readonly SyntaxProblem[] } {
  const source = lex(text, file);
  const parsed = parseLexed(source);
  if (parsed.problems.length > 0) return { problems: parsed.problems };
  return { text: layOut(analyse(source, parsed), usualLineEnd(text)) };
}

/** CRLF, LF or CR: what most lines end with; LF of equals, and where there is none. */
function usualLineEnd(text: string): string {
  const counts = new Map([["\n", 0]]);
  for (const [end] of text.matchAll(/\r\n?|\n/g)) counts.set(end, (counts.get(end) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}

interface Frame {
  /** Spaces at the start of the line on which the bracket was opened. */
  readonly indent: number;
  readonly body: boolean;
}

const step = 2;

function layOut(facts: LayoutFacts, lineEnd: string): string {
  const { pieces } = facts;
  const lines: string[] = [];
  const frames: Frame[] = [];
  let line = "";
  let indent = 0;
  /** The width of the key column of the `train` entry being written. */
  let keyColumn: number | undefined;

  const inner = (piece: Piece): number => {
    const frame = frames.at(-1);
    const base = frame === undefined ? 0 : frame.indent + step;
    const heads =
      piece.starts !== undefined || piece.closes || piece.opens === "body" || piece.text === "else";
    const goesOn = (frame?.body ?? true) && !heads;
    if (!goesOn) return base;
    return base + (keyColumn === undefined ? step : keyColumn + 1);
  };
  /** By piece: the first from it on that is no comment. */
  const codeFrom: number[] = [];
  for (let index = pieces.length - 1, code = pieces.length; index >= 0; index--) {
    if (pieces[index]?.comment === false) code = index;
    codeFrom[index] = code;
  }
  /** A comment is placed where the token after it will be, or inside the bracket that closes after it. */
  const indentOf = (index: number): number => {
    const piece = pieces[index];
    if (piece?.closes) return frames.at(-1)?.indent ?? 0;
    if (!piece?.comment) return piece === undefined ? 0 : inner(piece);
    const next = pieces[codeFrom[index] ?? pieces.length];
    return next === undefined ? 0 : inner(next);
  };

  for (const [index, piece] of pieces.entries()) {
    const previous = pieces[index - 1];
    const gap = previous === undefined ? "" : gapBetween(previous, piece, facts);
    if (previous !== undefined && gap.startsWith("\n")) {
      lines.push(line);
      if (gap.length > 1) lines.push("");
      indent = indentOf(index);
      line = " ".repeat(indent) + piece.text;
    } else {
      line += gap + piece.text;
    }
    if (piece.starts !== undefined) keyColumn = facts.keyWidths.get(piece.start);
    if (piece.closes) frames.pop();
    if (piece.opens) frames.push({ indent, body: piece.opens === "body" });
  }
  if (pieces.length > 0) lines.push(line);
  return lines.map((each) => each + lineEnd).join("");
}

/** What is between two pieces: nothing, spaces, a line end, or a line end and an empty line. */
function gapBetween(previous: Piece, piece: Piece, facts: LayoutFacts): string {
  if (!breaksBetween(previous, piece)) {
    const width = facts.keyWidths.get(previous.start);
    if (piece.comment) return "  ";
    if (width !== undefined) return " ".repeat(width + 1 - previous.text.length);
    return spaceBetween(previous, piece);
  }
  const edge = previous.leads || piece.closes;
  const empty = piece.line - previous.line > 1 || facts.separated.has(piece.start);
  return empty && !edge ? "\n\n" : "\n";
}

/** `else` and `shortcut` follow the brace before them on its line. */
function goesOnAfterBrace(previous: Piece, piece: Piece): boolean {
  if (piece.text === "else") return true;
  return piece.text === "shortcut" && piece.starts === undefined && previous.text === "}";
}

function breaksBetween(previous: Piece, piece: Piece): boolean {
  const apart = piece.line !== previous.line;
  if (previous.comment) return true;
  if (piece.comment) return apart;
  if (previous.opens !== undefined) return previous.broken;
  if (piece.closes) return piece.broken;
  if (piece.starts === "item") return true;
  if (piece.starts !== undefined) return apart || (previous.closes && previous.broken);
  const joins = piece.attached || /^[{,:]$/.test(piece.text) || goesOnAfterBrace(previous, piece);
  return apart && !joins;
}

function spaceBetween(previous: Piece, piece: Piece): string {
  if (piece.attached || /^[,:)\]]$/.test(piece.text) || /^[([]$/.test(previous.text)) return "";
  if (piece.starts !== undefined && piece.start - previous.end > 1 && previous.opens === undefined)
    return "  ";
  return " ";
}
