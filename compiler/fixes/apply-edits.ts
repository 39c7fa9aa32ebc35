/** Text edits applied to a source text. */
import type { TextEdit } from "../diagnostics/diagnostic.ts";

/** In the order of the text; edits at the same place keep their order. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((first, second) => first.span.start - second.span.start);
}

/** Applies the edits of one file together. They must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { span, text: put } of inOrder(edits)) {
    parts.push(text.slice(from, span.start), put);
    from = span.end;
  }
  return parts.join("") + text.slice(from);
}

/** Maps offsets before the edits to offsets after them; an offset inside a replaced part maps to its start. */
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

/** Edits that can be applied together: no two of them overlap. */
export class JointEdits {
  readonly #byFile = new Map<string, TextEdit[]>();

  /** Adds all of them; or adds none and returns `false` where one overlaps an earlier edit. */
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

/** Index of the first of some ordered edits that starts at the offset or after it. */
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
