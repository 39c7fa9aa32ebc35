/** What `check`, `format` and `check --fix` must do with any text: say what is wrong inside it, change no meaning, keep their promises. */
import { type Compilation, compile, type SourceHost } from "../../../compiler/compile.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../../../compiler/diagnostics/json.ts";
import { applyEdits, movedBy } from "../../../compiler/fixes/apply-edits.ts";
import { tryFixes } from "../../../compiler/fixes/try-fixes.ts";
import { format } from "../../../grammar/format.ts";
import { parse } from "../../../grammar/parse.ts";
import { githubAnnotation } from "../../../views/github/github.ts";
import { sarifLog } from "../../../views/sarif/sarif.ts";
import { renderDiagnostic } from "../../../views/terminal/diagnostics/render.ts";
import { fixText } from "../../cli/commands/check/run-fix.ts";

const path = "any.fcn";

export interface Examined {
  readonly compilation: Compilation;
  /** Fixes that are offered and were made again, independently. */
  readonly fixes: number;
  readonly formatted: boolean;
  /** Promises that were broken, in a sentence each. */
  readonly broken: readonly string[];
}

/** Whatever it throws is a fault. */
export function examineText(
  text: string,
  host: SourceHost,
  settings: ReadonlyMap<string, string> = new Map(),
): Examined {
  const compilation = compile({ path, text }, host, { settings });
  const offered = tryFixes(compilation);
  const formatting = brokenByFormat(text);
  const fixes = offered.flatMap((diagnostic) => diagnostic.fixes.map((fix) => ({ diagnostic, fix })));
  return {
    compilation,
    fixes: fixes.length,
    formatted: formatting !== undefined,
    broken: [
      ...offered.flatMap((each) => brokenByDiagnostic(each, compilation)),
      ...brokenTogether(compilation, text),
      ...(formatting ?? []),
      ...fixes.flatMap(({ diagnostic, fix }) => brokenByFix(diagnostic, fix, text, compilation)),
      ...brokenByFixing(text, host, settings),
    ],
  };
}

/** Every place is inside its text, every form of it can be made, no value of the host language shows through. */
function brokenByDiagnostic(diagnostic: Diagnostic, { files }: Compilation): readonly string[] {
  const broken: string[] = [];
  const spans = [
    diagnostic.span,
    ...diagnostic.related.map(({ span }) => span),
    ...diagnostic.fixes.flatMap(({ edits }) => edits.map(({ span }) => span)),
  ];
  for (const { file, start, end } of spans) {
    const length = files.get(file)?.text.length ?? -1;
    if (!(0 <= start && start <= end && end <= length))
      broken.push(`${diagnostic.code} is about ${start} … ${end} of a text of ${length}`);
  }
  if (broken.length > 0) return broken;
  if (!renderDiagnostic(diagnostic, files, { colour: false }).includes(diagnostic.code))
    broken.push(`${diagnostic.code} is shown without its code`);
  JSON.stringify(diagnosticToJson(diagnostic, files));
  githubAnnotation(diagnostic, files);
  for (const shown of [diagnostic.message, diagnostic.help ?? ""])
    if (/undefined|\[object|NaN|Infinity/u.test(shown)) broken.push(`${diagnostic.code} says: ${shown}`);
  return broken;
}

function brokenTogether({ diagnostics, files, networks }: Compilation, text: string): readonly string[] {
  sarifLog([{ diagnostics, files }], { version: "0.0.0", page: () => undefined });
  const places = diagnostics.map(({ code, span, message }) => JSON.stringify([code, span, message]));
  const broken = new Set(places).size < places.length ? ["a diagnostic is given twice"] : [];
  if (networks.length === 0 && diagnostics.length === 0 && /^network /mu.test(text))
    return [...broken, "there is no network and no diagnostic"];
  return broken;
}

/** `undefined` where the text has syntax errors and is not formatted. */
function brokenByFormat(text: string): readonly string[] | undefined {
  const once = format(text, path);
  if ("problems" in once)
    return once.problems.length > 0 ? undefined : ["not formatted, and nothing is wrong with it"];
  const twice = format(once.text, path);
  if ("problems" in twice) return ["the formatted text has syntax errors"];
  const broken = twice.text === once.text ? [] : ["formatting it twice gives another text"];
  return outline(text) === outline(once.text) ? broken : [...broken, "formatting it changes its syntax tree"];
}

/** The syntax tree without places. */
function outline(text: string): string {
  return JSON.stringify(parse(text, path).program, (key, value: unknown) =>
    key === "span" || key === "roleSpan" ? undefined : value,
  );
}

/** A fix that is offered removes its diagnostic. */
function brokenByFix(
  { code, span }: Diagnostic,
  { edits, title }: Diagnostic["fixes"][number],
  text: string,
  { again }: Compilation,
): readonly string[] {
  const after = again(new Map([[path, applyEdits(text, edits)]]));
  const place = movedBy(edits)(span.start);
  const stays = after.diagnostics.some((each) => each.code === code && each.span.start === place);
  return stays ? [`the fix "${title}" leaves its ${code}`] : [];
}

/** `check --fix` ends with a text that has no syntax errors where there were none. */
function brokenByFixing(
  text: string,
  host: SourceHost,
  settings: ReadonlyMap<string, string>,
): readonly string[] {
  const fixed = fixText(text, path, (changed) => compile({ path, text: changed }, host, { settings }));
  if (fixed.text === text || parse(text, path).problems.length > 0) return [];
  return parse(fixed.text, path).problems.length > 0 ? ["check --fix brings in a syntax error"] : [];
}
