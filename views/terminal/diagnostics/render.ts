/** A diagnostic for the terminal: the message, its places in the source, help and fixes. */

import type { Diagnostic, Fix } from "../../../compiler/diagnostics/diagnostic.ts";
import { linesOf } from "../../../compiler/diagnostics/json.ts";
import { visible } from "../../../compiler/diagnostics/visible.ts";
import type { SourceFile } from "../../../compiler/source.ts";
import { type Paint, paintWith } from "./render-paint.ts";
import { type Mark, renderWindow } from "./render-window.ts";

/**
 * Several lines without a last line end. `files` has every file the compiler read.
 *
 * @throws Error when `files` lacks a file that the diagnostic names.
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  files: ReadonlyMap<string, SourceFile>,
  options: { readonly colour: boolean },
): string {
  const paint = paintWith(options.colour);
  const { severity } = diagnostic;
  const marks: Mark[] = [
    { span: diagnostic.span, primary: true, style: severity, label: diagnostic.label },
    ...diagnostic.related.map(
      ({ span, message }): Mark => ({ span, primary: false, style: "frame", label: message }),
    ),
  ];
  const paths = [...new Set(marks.map((mark) => mark.span.file))];
  const windows = paths.map((path) => {
    const own = marks.filter((mark) => mark.span.file === path);
    const lines = linesOf(files, { file: path, start: 0, end: 0 });
    return { path, own, lines, last: Math.max(...own.map(({ span }) => lines.position(span.start).line)) };
  });
  const gutter = Math.max(...windows.map(({ last }) => String(last).length));
  const margin = " ".repeat(gutter);
  const bar = paint("frame", `${margin} |`);

  const output = [
    `${paint(severity, `${severity}[${diagnostic.code}]`)}${paint("strong", `: ${visible(diagnostic.message)}`)}`,
  ];
  for (const [index, { path, own, lines }] of windows.entries()) {
    const { line, column } = lines.position(own[0]?.span.start ?? 0);
    const arrow = paint("frame", `${margin}${index === 0 ? "-->" : ":::"}`);
    output.push(
      `${arrow} ${visible(path)}:${line}:${column}`,
      bar,
      ...renderWindow(own, lines, gutter, paint),
    );
  }
  output.push(...renderAdvice(diagnostic, bar, margin, paint));
  return output.join("\n");
}

function renderAdvice(diagnostic: Diagnostic, bar: string, margin: string, paint: Paint): string[] {
  const advice: string[] = [];
  const sign = paint("frame", `${margin} =`);
  if (diagnostic.help !== undefined) {
    const [first, ...rest] = diagnostic.help.split("\n").map(visible);
    advice.push(`${sign} help: ${first}`, ...rest.map((line) => `${margin}         ${line}`));
  }
  for (const fix of diagnostic.fixes)
    if (!isHelp(fix, diagnostic.help)) advice.push(`${sign} fix: ${visible(fix.title)}`);
  return advice.length === 0 ? [] : [bar, ...advice];
}

/** Whether the help says already what the fix writes: `did you mean "maxpool"?` */
function isHelp({ edits }: Fix, help: string | undefined): boolean {
  const [edit, second] = edits;
  if (edit === undefined || second !== undefined) return false;
  return help === `did you mean "${edit.text}"?` || help === `did you mean \`${edit.text}\`?`;
}
