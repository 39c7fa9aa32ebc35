/** Files and their imports: every file is parsed once, and gets a scope with its own blocks and those it imports. */
import type { Import, Program } from "../../grammar/ast.ts";
import type { Name } from "../../grammar/expression.ts";
import { parse } from "../../grammar/parse.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { diagnoseSyntax } from "../diagnostics/syntax.ts";
import { words } from "../ops/registry.ts";
import type { SourceFile, SourceHost } from "../source.ts";
import { LostText, lostItems } from "./lost-text.ts";
import { nearestName } from "./nearest.ts";
import { type BlockBinding, Scope } from "./scope.ts";
import { type Poison, poison } from "./value.ts";

/** The files of `compiler/prelude/`, as imports name them. */
export const standardFiles: readonly string[] = ["std/blocks", "std/encoders"];

export interface Module {
  readonly file: SourceFile;
  readonly program: Program;
  readonly scope: Scope;
}

export interface Modules {
  readonly entry: Module;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** The syntax of every file read, by path. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Of the files with syntax errors, by path: what the parser could not read. */
  readonly lost: ReadonlyMap<string, LostText>;
  readonly diagnostics: readonly Diagnostic[];
}

export function loadModules(entry: SourceFile, host: SourceHost): Modules {
  const files = new Map<string, SourceFile>();
  const modules = new Map<string, Module>();
  const lost = new Map<string, LostText>();
  const diagnostics: Diagnostic[] = [];
  const underWay = new Set<string>();

  const load = (file: SourceFile): Module => {
    files.set(file.path, file);
    underWay.add(file.path);
    const { program, problems } = parse(file.text, file.path);
    diagnostics.push(...diagnoseSyntax(problems));
    if (problems.length > 0) lost.set(file.path, new LostText(file.text, problems));
    const module: Module = { file, program, scope: new Scope(undefined, true) };
    for (const word of lostItems(program, lost.get(file.path)))
      module.scope.bindBlock(word, poison, undefined);
    for (const item of program.items) if (item.kind === "import") importInto(module, item);
    for (const item of program.items)
      if (item.kind === "block") bind(module, item.name, { kind: "block", block: item, scope: module.scope });
    underWay.delete(file.path);
    modules.set(file.path, module);
    return module;
  };

  const importInto = (module: Module, statement: Import): void => {
    const specifier = statement.from.value;
    const imported = open(module, statement);
    const known = imported === undefined ? [] : [...imported.scope.blockNames()];
    for (const { name, alias } of statement.names) {
      const found = imported === undefined ? poison : imported.scope.ownBlock(name.text)?.value;
      if (found === undefined) {
        const facts = { name: name.text, specifier, nearest: nearestName(name.text, known), known };
        diagnostics.push(diagnose("names/not-in-file", facts, name.span));
      }
      bind(module, alias ?? name, found ?? poison);
    }
  };

  /** The imported file; `undefined` when there is none to be had, which has been reported. */
  const open = (module: Module, statement: Import): Module | undefined => {
    const specifier = statement.from.value;
    const file = host.read(specifier, module.file.path);
    if (file === undefined) {
      const known = specifier.startsWith("std/") ? standardFiles : [];
      const facts = { specifier, nearest: nearestName(specifier, known), known };
      diagnostics.push(diagnose("names/import-not-found", facts, statement.from.span));
      return undefined;
    }
    if (underWay.has(file.path)) {
      diagnostics.push(diagnose("names/import-cycle", { specifier }, statement.from.span));
      return undefined;
    }
    return modules.get(file.path) ?? load(file);
  };

  const bind = (module: Module, name: Name, block: BlockBinding | Poison): void => {
    const known = module.scope.ownBlock(name.text);
    if (words.has(name.text)) {
      module.scope.refuseBlock(name.text);
      diagnostics.push(diagnose("names/is-an-operation", { name: name.text }, name.span));
    } else if (known?.span !== undefined)
      diagnostics.push(
        diagnose("names/taken", { name: name.text, what: "block" }, name.span, {
          related: [{ span: known.span, message: "first here" }],
        }),
      );
    else module.scope.bindBlock(name.text, block, name.span);
  };

  const first = load(entry);
  const programs = new Map(Array.from(modules, ([path, { program }]) => [path, program]));
  return { entry: first, files, programs, lost, diagnostics };
}
