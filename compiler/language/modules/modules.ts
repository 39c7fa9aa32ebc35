/** Files and their imports: every file is parsed once and gets a scope with its own blocks and the imported ones. */
import type { Import, Program } from "../../../grammar/ast.ts";
import type { Name } from "../../../grammar/expression.ts";
import { parse } from "../../../grammar/parse.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { enoughErrors } from "../../diagnostics/most-errors.ts";
import { nearestName } from "../../nearest.ts";
import { words } from "../../ops/registry.ts";
import type { SourceFile, SourceHost } from "../../source.ts";
import { LostText, lostItems } from "../names/lost-text.ts";
import { NameRecord } from "../names/name-record.ts";
import { type BlockBinding, Scope } from "../names/scope.ts";
import { type Poison, poison } from "../names/value.ts";
import { diagnoseSyntax } from "./diagnose-syntax.ts";
import { type FoundImport, findImport } from "./find-import.ts";

export interface Module {
  readonly file: SourceFile;
  readonly program: Program;
  readonly scope: Scope;
}

export interface Modules {
  readonly entry: Module;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** The syntax tree of every file, by path. */
  readonly programs: ReadonlyMap<string, Program>;
  /** The text that the parser could not read, by the path of the file. */
  readonly lost: ReadonlyMap<string, LostText>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A file that is being loaded, and the progress of its imports. */
interface Loading {
  readonly module: Module;
  readonly imports: readonly Import[];
  next: number;
  /** The file of the next import, once it was requested. */
  asked: FoundImport | undefined;
}

export function loadModules(entry: SourceFile, host: SourceHost): Modules {
  const files = new Map<string, SourceFile>();
  const modules = new Map<string, Module>();
  const lost = new Map<string, LostText>();
  const diagnostics: Diagnostic[] = [];
  /** By path, each imported by the one before it; not a recursion, so that no chain of imports exhausts the stack. */
  const underWay = new Map<string, Loading>();
  const stack: Loading[] = [];
  const record = new NameRecord();

  const begin = (file: SourceFile): Module => {
    files.set(file.path, file);
    const { program, problems } = parse(file.text, file.path);
    diagnostics.push(...diagnoseSyntax(problems, file));
    if (problems.length > 0) lost.set(file.path, new LostText(file.text, problems));
    const module: Module = { file, program, scope: new Scope(undefined, true, record) };
    for (const word of lostItems(program, lost.get(file.path)))
      module.scope.bindBlock(word, poison, undefined);
    const imports = program.items.filter((item) => item.kind === "import");
    const loading: Loading = { module, imports, next: 0, asked: undefined };
    underWay.set(file.path, loading);
    stack.push(loading);
    return module;
  };

  const finish = (module: Module): void => {
    for (const item of module.program.items)
      if (item.kind === "block") bind(module, item.name, { kind: "block", block: item, scope: module.scope });
    underWay.delete(module.file.path);
    modules.set(module.file.path, module);
    stack.pop();
  };

  /** One step: starts to load the file of the next import, binds the names of a loaded one, or finishes the file. */
  const advance = (loading: Loading): void => {
    const { module } = loading;
    const statement = loading.imports[loading.next];
    if (statement === undefined) {
      finish(module);
      return;
    }
    loading.asked ??= findImport(statement.from.value, module.file.path, host);
    const found = loading.asked;
    const loaded = found.kind === "file" ? modules.get(found.file.path) : undefined;
    if (found.kind === "file") {
      // A file of its own, which is read with the others, may be the marker too.
      if (found.marker !== undefined && !files.has(found.marker.path))
        files.set(found.marker.path, found.marker);
      if (loaded === undefined && !underWay.has(found.file.path)) {
        begin(found.file);
        return;
      }
    }
    if (loaded === undefined) reportUnavailable(statement, found);
    takeNames(module, statement, loaded);
    loading.asked = undefined;
    loading.next++;
  };

  const reportUnavailable = (statement: Import, found: FoundImport): void => {
    const specifier = statement.from.value;
    const { span } = statement.from;
    const report = (): Diagnostic => {
      switch (found.kind) {
        case "file":
          return diagnose("names/import-cycle", { specifier }, span);
        case "not-found": {
          const { nearest, known } = found;
          return diagnose("names/import-not-found", { specifier, nearest, known }, span);
        }
        case "unreadable": {
          const { unreadable: reason, wayOut } = found.file;
          return diagnose("names/import-unreadable", { specifier, reason, wayOut }, span);
        }
        case "no-project":
          return diagnose("names/no-project", { specifier }, span);
        case "leaves-project":
          return diagnose("names/leaves-project", { specifier }, span);
      }
    };
    diagnostics.push(report());
  };

  const takeNames = (module: Module, statement: Import, imported: Module | undefined): void => {
    const specifier = statement.from.value;
    const known = imported === undefined ? [] : [...imported.scope.blockNames()];
    for (const { name, alias } of statement.names) {
      const found = imported === undefined ? poison : imported.scope.ownBlock(name.text)?.value;
      if (found === undefined && !enoughErrors(diagnostics)) {
        const facts = { name: name.text, specifier, nearest: nearestName(name.text, known), known };
        diagnostics.push(diagnose("names/not-in-file", facts, name.span));
      }
      bind(module, alias ?? name, found ?? poison);
      if (found?.kind === "block") record.refer(name.span, found.block.name.span);
    }
  };

  const bind = (module: Module, name: Name, block: BlockBinding | Poison): void => {
    const known = module.scope.ownBlock(name.text);
    if (words.has(name.text)) {
      module.scope.refuseBlock(name.text);
      diagnostics.push(diagnose("names/is-an-operation", { name: name.text }, name.span));
    } else if (known?.span !== undefined) {
      if (enoughErrors(diagnostics)) return;
      diagnostics.push(
        diagnose("names/taken", { name: name.text, what: "block" }, name.span, {
          related: [{ span: known.span, message: "first defined here" }],
        }),
      );
    } else module.scope.bindBlock(name.text, block, name.span);
  };

  const first = begin(entry);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) advance(top);
  const programs = new Map(Array.from(modules, ([path, { program }]) => [path, program]));
  return { entry: first, files, programs, lost, diagnostics };
}
