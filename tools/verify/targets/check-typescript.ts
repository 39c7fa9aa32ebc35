/** What the TypeScript compiler says of emitted modules, under the strict options of a user's project. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { packageRoot } from "../../host/package-root.ts";

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

/** A line for each error, with the module's name; empty when all compile. @param modules texts by file name */
export async function typeErrors(modules: ReadonlyMap<string, string>): Promise<readonly string[]> {
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
