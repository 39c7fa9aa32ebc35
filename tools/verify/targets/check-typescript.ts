/** Emitted modules: how they are formatted, and what the TypeScript compiler says under the strict options of a user's project. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { check } from "prettier";
import ts from "typescript";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { typescript } from "../../../compiler/targets/typescript/typescript.ts";
import { packageRoot } from "../../host/package-root.ts";
import { livelySubject } from "./compare-onnx.ts";

const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitOverride: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

export interface EmittedModules {
  /** Layout that prettier would change, and errors of types: a line each. */
  readonly mistakes: readonly string[];
  /** Codes of diagnostics by example. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
}

/** Emits a module for each. */
export async function emittedModules(
  given: readonly { readonly example: string; readonly network: CompiledNetwork }[],
): Promise<EmittedModules> {
  const modules = new Map<string, string>();
  const refused = new Map<string, readonly string[]>();
  const mistakes: string[] = [];
  for (const { example, network } of given) {
    const emission = await typescript.emit(livelySubject(network));
    if (emission.kind === "refused") {
      refused.set(
        example,
        emission.diagnostics.map(({ code }) => code),
      );
      continue;
    }
    const [bytes] = emission.files.values();
    const text = new TextDecoder().decode(bytes);
    const name = example.replace(/\.fcn$/, ".ts");
    if (!(await check(text, { parser: "typescript", printWidth: 100 })))
      mistakes.push(`${name}: not formatted`);
    modules.set(name, text);
  }
  return { mistakes: [...mistakes, ...(await typeErrors(modules))], refused };
}

/** A line for each error, with the module's name; empty when all compile. @param modules texts by file name */
async function typeErrors(modules: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "typescript-check-"));
  try {
    const paths: string[] = [];
    for (const [name, text] of modules) {
      const path = join(folder, name);
      await writeFile(path, text);
      paths.push(path);
    }
    const program = ts.createProgram(paths, options);
    return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
      const name = file?.fileName.split("/").at(-1) ?? "";
      return `${name}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
