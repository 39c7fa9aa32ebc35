/** A stretch of one source text, in UTF-16 code units: `start` is its first unit, `end` the one after its last. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The smallest span that contains both. They must be in the same file. */
export function hull(first: Span, second: Span): Span {
  return {
    file: first.file,
    start: Math.min(first.start, second.start),
    end: Math.max(first.end, second.end),
  };
}
