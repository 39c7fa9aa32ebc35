/** Parameters given beside the program, in the syntax of the language: width = 8. */
import type { Parameter } from "../../../grammar/ast.ts";
import type { Argument, Expression } from "../../../grammar/expression.ts";
import { parse } from "../../../grammar/parse.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { quoted } from "../../diagnostics/quoted.ts";
import type { SourceFile } from "../../source.ts";

export interface Settings {
  readonly arguments: readonly Argument[];
  /** The settings as separate source texts, "width=8", so that diagnostics can show them. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Each value is one expression: 8, valid, 3x3, [sky, road].
 * @param called the path of a setting's source text, by the parameter's name
 */
export function parseSettings(
  settings: ReadonlyMap<string, string>,
  called: (name: string) => string = (name) => `setting ${name}`,
): Settings {
  const files = new Map<string, SourceFile>();
  const arguments_: Argument[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [name, value] of settings) {
    const file: SourceFile = { path: called(name), text: `${name}=${value}`, kind: "setting" };
    files.set(file.path, file);
    const parameter = readSetting(file);
    if (parameter?.default === undefined) {
      const span = { file: file.path, start: 0, end: file.text.length };
      diagnostics.push(diagnose("values/setting", { name, value: quoted(value) }, span));
      continue;
    }
    const { name: parameterName, default: expression, span } = parameter;
    arguments_.push({ kind: "argument", name: parameterName, value: expression, span });
  }
  return { arguments: arguments_, files, diagnostics };
}

/** `undefined` when the text is not one name and one expression. */
function readSetting(file: SourceFile): Parameter | undefined {
  // The smallest program that holds an expression after "name =" is a network's parameter list.
  const before = "network settings(";
  const { program, problems } = parse(`${before}${file.text}) {}`, file.path);
  const [item] = program.items;
  if (problems.length > 0 || item?.kind !== "network" || item.parameters.length !== 1) return undefined;
  const [written] = item.parameters;
  if (written?.default === undefined || item.span.end !== program.span.end) return undefined;
  const parameter = shifted(written, -before.length);
  return parameter.default?.span.end === file.text.trimEnd().length ? parameter : undefined;
}

/** The same syntax tree with every span shifted from the surrounding program to the setting itself. */
function shifted<T extends Parameter | Expression>(node: T, by: number): T {
  const move = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(move);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [
        key,
        (key === "start" || key === "end") && typeof inner === "number" ? inner + by : move(inner),
      ]),
    );
  };
  return move(node) as T; // a copy with other numbers in its spans
}
