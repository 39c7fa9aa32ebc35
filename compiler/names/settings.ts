/** Parameters given from outside (`--set width=8`), read in the language's own syntax. */
import type { Argument } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnoseSyntax } from "../diagnostics/syntax.ts";
import type { SourceFile } from "../source.ts";

export interface Settings {
  readonly arguments: readonly Argument[];
  /** The settings as source texts of their own, "--set width", so that diagnostics can show them. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Each value is one expression: 8, valid, 3x3, [sky, road]. */
export function parseSettings(settings: ReadonlyMap<string, string>): Settings {
  const files = new Map<string, SourceFile>();
  const arguments_: Argument[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [name, value] of settings) {
    // The smallest program that holds an expression after "name =" is a network's parameter list.
    const file = { path: `--set ${name}`, text: `network settings(${name} = ${value}) {}` };
    const { program, problems } = parse(file.text, file.path);
    files.set(file.path, file);
    diagnostics.push(...diagnoseSyntax(problems));
    const [item] = program.items;
    const [parameter] = item?.kind === "network" ? item.parameters : [];
    if (problems.length > 0 || parameter?.default === undefined) continue;
    arguments_.push({
      kind: "argument",
      name: parameter.name,
      value: parameter.default,
      span: parameter.span,
    });
  }
  return { arguments: arguments_, files, diagnostics };
}
