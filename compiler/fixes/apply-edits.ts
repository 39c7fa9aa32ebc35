/** Text edits applied to a source text. */
import type { TextEdit } from "../diagnostics/diagnostic.ts";

/** In the order of the text; of edits at one place, in the order given. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((first, second) => first.span.start - second.span.start);
}

/** The edits of one file, applied at once. They must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let from = 0;
  for (const { span, text: put } of inOrder(edits)) {
    result += text.slice(from, span.start) + put;
    from = span.end;
  }
  return result + text.slice(from);
}

/** Where a place of the text before the edits is after them; inside a replaced part: where that begins. */
export function movedBy(edits: readonly TextEdit[], offset: number): number {
  let shift = 0;
  for (const { span, text } of inOrder(edits)) {
    if (span.start >= offset) break;
    if (span.end > offset) return span.start + shift;
    shift += text.length - (span.end - span.start);
  }
  return offset + shift;
}

/** Whether the edits change one place twice: they cannot be applied together. */
export function overlap(first: readonly TextEdit[], second: readonly TextEdit[]): boolean {
  return first.some((one) =>
    second.some(
      ({ span }) =>
        one.span.file === span.file &&
        (one.span.start < span.end || one.span.start === span.start) &&
        (span.start < one.span.end || one.span.start === span.start),
    ),
  );
}
