/** Files and their imports: every file is parsed once, and gets a scope with its own blocks and those it imports. */
import type { Import, Program } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { diagnoseSyntax } from "../diagnostics/syntax.ts";
import { words } from "../ops/registry.ts";
import type { SourceFile, SourceHost } from "../source.ts";
import { nearestName } from "./nearest.ts";
import { Scope } from "./scope.ts";

export interface Module {
  readonly file: SourceFile;
  readonly program: Program;
  readonly scope: Scope;
}

export interface Modules {
  readonly entry: Module;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
}

export function loadModules(entry: SourceFile, host: SourceHost): Modules {
  const files = new Map<string, SourceFile>();
  const modules = new Map<string, Module>();
  const diagnostics: Diagnostic[] = [];
  const underWay = new Set<string>();

  const load = (file: SourceFile): Module => {
    files.set(file.path, file);
    underWay.add(file.path);
    const { program, problems } = parse(file.text, file.path);
    diagnostics.push(...diagnoseSyntax(problems));
    const module: Module = { file, program, scope: new Scope(undefined, true) };
    for (const item of program.items) if (item.kind === "import") importInto(module, item);
    for (const item of program.items) {
      if (item.kind !== "block") continue;
      const name = item.name.text;
      const known = module.scope.ownBlock(name);
      if (words.has(name)) diagnostics.push(diagnose("names/is-an-operation", { name }, item.name.span));
      else if (known !== undefined)
        diagnostics.push(
          diagnose("names/taken", { name, what: "block" }, item.name.span, {
            related: [{ span: known.block.name.span, message: "first here" }],
          }),
        );
      else module.scope.bindBlock(name, { block: item, scope: module.scope });
    }
    underWay.delete(file.path);
    modules.set(file.path, module);
    return module;
  };

  const importInto = (module: Module, statement: Import): void => {
    const specifier = statement.from.value;
    const file = host.read(specifier, module.file.path);
    if (file === undefined) {
      const standard = specifier.startsWith("std/");
      diagnostics.push(diagnose("names/import-not-found", { specifier, standard }, statement.from.span));
      return;
    }
    if (underWay.has(file.path)) {
      diagnostics.push(diagnose("names/import-cycle", { specifier }, statement.from.span));
      return;
    }
    const imported = modules.get(file.path) ?? load(file);
    const known = [...imported.scope.blockNames()];
    for (const { name, alias } of statement.names) {
      const found = imported.scope.ownBlock(name.text);
      const local = (alias ?? name).text;
      if (found === undefined) {
        const facts = { name: name.text, specifier, nearest: nearestName(name.text, known), known };
        diagnostics.push(diagnose("names/not-in-file", facts, name.span));
      } else if (module.scope.ownBlock(local) !== undefined)
        diagnostics.push(diagnose("names/taken", { name: local, what: "block" }, (alias ?? name).span));
      else module.scope.bindBlock(local, found);
    }
  };

  return { entry: load(entry), files, diagnostics };
}
