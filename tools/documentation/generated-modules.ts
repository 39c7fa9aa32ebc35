/** The modules that are generated from files of the project: the standard files of the language, the pages of diagnostics, the TextMate grammar. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { textMateGrammar } from "../../grammar/textmate.ts";
import { packageRoot } from "../host/package-root.ts";
import { diagnosticPages } from "./diagnostics-index.ts";
import { textModule } from "./text-module.ts";

export interface GeneratedModule {
  readonly path: string;
  readonly text: string;
}

export function generatedModules(): readonly GeneratedModule[] {
  return [preludeModule(), pagesModule(), textMateFile()];
}

function textMateFile(): GeneratedModule {
  return {
    path: join(packageRoot(), "grammar", "fcn.tmLanguage.json"),
    text: `${JSON.stringify(textMateGrammar(), undefined, 2)}\n`,
  };
}

function pagesModule(): GeneratedModule {
  const pages = diagnosticPages().map(({ code, path }) => [code, readFileSync(path, "utf8")] as const);
  return {
    path: join(packageRoot(), "compiler", "diagnostics", "pages.generated.ts"),
    text: textModule("pages", "The pages of diagnostics (specs/diagnostics/), by code.", new Map(pages)),
  };
}

function preludeModule(): GeneratedModule {
  const folder = join(packageRoot(), "compiler", "prelude");
  const names = readdirSync(folder).filter((name) => name.endsWith(".fcn"));
  const texts = names
    .sort()
    .map((name) => [`std/${name}`, readFileSync(join(folder, name), "utf8")] as const);
  return {
    path: join(folder, "prelude.generated.ts"),
    text: textModule("prelude", "The standard files of the language, by path.", new Map(texts)),
  };
}
