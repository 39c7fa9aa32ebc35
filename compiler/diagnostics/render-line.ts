/** A source line as a terminal shows it: tabs as spaces, control characters visible, long lines cut round a place. */
import stringWidth from "string-width";
import { visible } from "./visible.ts";

const tabWidth = 4;
const widest = 160;
/** Columns kept to the left of the first place of interest in a line that is cut. */
const lead = 40;

export interface ShownLine {
  readonly text: string;
  /** The display column, from 0, of a UTF-16 offset in the original line. */
  readonly columnOf: (offset: number) => number;
}

/** `offset` is the first place of interest, in UTF-16 units from the line's start. */
export function showLine(line: string, offset: number): ShownLine {
  const cells: { readonly start: number; readonly column: number; readonly text: string }[] = [];
  let column = 0;
  let start = 0;
  const ascii = /^[\x20-\x7e]*$/.test(line);
  for (const unit of ascii ? line : graphemes(line)) {
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
  if (full <= widest) return { text: cells.map(({ text }) => text).join(""), columnOf: columnAt };

  const from = Math.max(0, Math.min(columnAt(offset) - lead, full - widest));
  const kept = cells.filter((cell) => cell.column >= from && cell.column < from + widest);
  const before = from > 0 ? "… " : "";
  const after = from + widest < full ? " …" : "";
  const first = kept[0]?.column ?? from;
  return {
    text: before + kept.map(({ text }) => text).join("") + after,
    columnOf: (at) => Math.max(0, Math.min(columnAt(at) - first, widest)) + before.length,
  };
}

function* graphemes(line: string): Iterable<string> {
  for (const { segment } of new Intl.Segmenter("en").segment(line)) yield segment;
}
