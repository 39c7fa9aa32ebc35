/** The lines of one file that a diagnostic is about, each place underlined. */

import type { LineMap } from "../../../compiler/diagnostics/line-map.ts";
import { visible } from "../../../compiler/diagnostics/visible.ts";
import type { Severity } from "../../../compiler/diagnostics/wording.ts";
import type { Span } from "../../../grammar/span.ts";
import { showLine } from "./render-line.ts";
import type { Paint } from "./render-paint.ts";

export interface Mark {
  readonly span: Span;
  readonly primary: boolean;
  readonly style: Severity | "frame";
  /** A few words beside the underline. */
  readonly label: string | undefined;
}

/** All marks are in the file of `lines`. A place of several lines is underlined on its first. */
export function renderWindow(marks: readonly Mark[], lines: LineMap, gutter: number, paint: Paint): string[] {
  const byLine = new Map<number, Mark[]>();
  for (const mark of marks) {
    const { line } = lines.position(mark.span.start);
    byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  }
  const output: string[] = [];
  const numbered = (line: number, text: string) =>
    `${paint("frame", `${String(line).padStart(gutter)} |`)} ${text}`.trimEnd();
  let previous: number | undefined;
  for (const [line, here] of [...byLine].sort(([first], [second]) => first - second)) {
    if (previous !== undefined && line === previous + 2) {
      output.push(numbered(previous + 1, showLine(lines.lineText(previous + 1), 0).text));
    } else if (previous !== undefined && line > previous + 1) {
      output.push(paint("frame", "..."));
    }
    const ordered = here.toSorted((first, second) => first.span.start - second.span.start);
    const text = lines.lineText(line);
    const columnIn = (offset: number) => lines.position(offset).column - 1;
    const shown = showLine(text, columnIn(ordered[0]?.span.start ?? 0));
    output.push(numbered(line, shown.text));
    for (const mark of ordered) {
      const from = shown.columnOf(columnIn(mark.span.start));
      const sameLine = lines.position(mark.span.end).line === line;
      const to = shown.columnOf(sameLine ? columnIn(mark.span.end) : text.length);
      const underline = (mark.primary ? "^" : "-").repeat(Math.max(1, to - from));
      const label = mark.label === undefined ? "" : ` ${visible(mark.label)}`;
      const bar = paint("frame", `${" ".repeat(gutter)} |`);
      output.push(`${bar} ${" ".repeat(from)}${paint(mark.style, underline + label)}`);
    }
    previous = line;
  }
  return output;
}
