/** Text edits applied to a source text. */
import type { TextEdit } from "../diagnostics/diagnostic.ts";

/** In the order of the text; of edits at one place, in the order given. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((first, second) => first.span.start - second.span.start);
}

/** The edits of one file, applied at once. They must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { span, text: put } of inOrder(edits)) {
    parts.push(text.slice(from, span.start), put);
    from = span.end;
  }
  return parts.join("") + text.slice(from);
}

/** Where places of the text before the edits are after them; a place inside a replaced part: where that begins. */
export function movedBy(edits: readonly TextEdit[]): (offset: number) => number {
  const ordered = inOrder(edits);
  let shift = 0;
  const shifts = [
    0,
    ...ordered.map(({ span, text }) => {
      shift += text.length - (span.end - span.start);
      return shift;
    }),
  ];
  return (offset) => {
    const before = firstFrom(ordered, offset);
    const last = ordered[before - 1];
    if (last !== undefined && last.span.end > offset) return last.span.start + (shifts[before - 1] ?? 0);
    return offset + (shifts[before] ?? 0);
  };
}

/** Edits that can be made together: no two of them change one place. */
export class JointEdits {
  readonly #byFile = new Map<string, TextEdit[]>();

  /** Adds all of them, or none and `false` where one overlaps an edit added before. */
  add(edits: readonly TextEdit[]): boolean {
    if (edits.some((edit) => this.#overlaps(edit))) return false;
    for (const edit of edits) {
      const own = this.#byFile.get(edit.span.file) ?? [];
      own.splice(firstFrom(own, edit.span.start + 1), 0, edit);
      this.#byFile.set(edit.span.file, own);
    }
    return true;
  }

  /** In the order of the text, file after file. */
  all(): readonly TextEdit[] {
    return [...this.#byFile.values()].flat();
  }

  #overlaps({ span }: TextEdit): boolean {
    const own = this.#byFile.get(span.file) ?? [];
    const place = firstFrom(own, span.start);
    const before = own[place - 1]?.span;
    const after = own[place]?.span;
    if (before !== undefined && before.end > span.start) return true;
    return after !== undefined && (after.start === span.start || after.start < span.end);
  }
}

/** The index of the first of some ordered edits that begins at the offset or after it. */
function firstFrom(ordered: readonly TextEdit[], offset: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
