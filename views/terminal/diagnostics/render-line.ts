/** A source line as a terminal shows it: tabs as spaces, control characters visible, long lines shortened around a place. */
import stringWidth from "string-width";
import { visible } from "../../../compiler/diagnostics/visible.ts";

const tabWidth = 4;
const widest = 160;
/** Columns kept to the left of the first place of interest in a line that is shortened. */
const lead = 40;

export interface ShownLine {
  readonly text: string;
  /** The display column, from 0, of a UTF-16 offset in the original line. */
  readonly columnOf: (offset: number) => number;
}

/** `offset` is the first place of interest, in UTF-16 units from the line's start. */
export function showLine(line: string, offset: number): ShownLine {
  const cells: { readonly start: number; readonly column: number; readonly text: string }[] = [];
  const { from: begin, to: end } = stretchOf(line, offset);
  const stretch = line.slice(begin, end);
  let column = 0;
  let start = begin;
  const ascii = /^[\x20-\x7e]*$/.test(stretch);
  for (const unit of ascii ? stretch : graphemes(stretch)) {
    const text = unit === "\t" ? " ".repeat(tabWidth - (column % tabWidth)) : visible(unit);
    cells.push({ start, column, text });
    column += ascii ? 1 : stringWidth(text);
    start += unit.length;
  }
  const full = column;
  const columnAt = (at: number): number => {
    let low = 0;
    let high = cells.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((cells[middle]?.start ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return cells[low]?.column ?? full + Math.max(0, at - line.length);
  };
  if (full <= widest && stretch.length === line.length)
    return { text: cells.map(({ text }) => text).join(""), columnOf: columnAt };

  const from = Math.max(0, Math.min(columnAt(offset) - lead, full - widest));
  const kept = cells.filter((cell) => cell.column >= from && cell.column < from + widest);
  const before = from > 0 || begin > 0 ? "… " : "";
  const after = from + widest < full || end < line.length ? " …" : "";
  const first = kept[0]?.column ?? from;
  return {
    text: before + kept.map(({ text }) => text).join("") + after,
    columnOf: (at) => Math.max(0, Math.min(columnAt(at) - first, widest)) + before.length,
  };
}

/** More than is ever shown of a line; a line of a megabyte is not measured to its end for 160 columns of it. */
const longestStretch = 4096;

/** The part of a line that is processed: all of it, or of a very long one a stretch around the place of interest. */
function stretchOf(line: string, offset: number): { readonly from: number; readonly to: number } {
  if (line.length <= longestStretch) return { from: 0, to: line.length };
  const from = Math.max(0, Math.min(offset - longestStretch / 4, line.length - longestStretch));
  return { from: betweenCharacters(line, from), to: betweenCharacters(line, from + longestStretch) };
}

/** The place, or the one before it where it is inside a surrogate pair. */
function betweenCharacters(line: string, place: number): number {
  const inside = /[\uDC00-\uDFFF]/.test(line.charAt(place)) && /[\uD800-\uDBFF]/.test(line.charAt(place - 1));
  return inside ? place - 1 : place;
}

function* graphemes(line: string): Iterable<string> {
  for (const { segment } of new Intl.Segmenter("en").segment(line)) yield segment;
}
