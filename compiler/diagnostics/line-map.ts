/** Offsets of a text to lines and columns. */

export interface Position {
  /** From 1. Lines end with LF, CRLF or CR. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors and the language server protocol count. */
  readonly column: number;
}

export class LineMap {
  private readonly text: string;
  /** Offset of the first unit of each line. */
  private readonly starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (const ending of text.matchAll(/\r\n?|\n/g)) starts.push(ending.index + ending[0].length);
    this.starts = starts;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** Offsets outside the text count as its nearest end. */
  position(offset: number): Position {
    const bounded = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: bounded - (this.starts[low] ?? 0) + 1 };
  }

  /** The text of a line, from 1, without its line end. */
  lineText(line: number): string {
    const start = this.starts[line - 1];
    if (start === undefined) return "";
    let end = this.starts[line] ?? this.text.length;
    while (end > start && /[\r\n]/.test(this.text.charAt(end - 1))) end--;
    return this.text.slice(start, end);
  }
}
