/** The types of the doors: the declarations that TypeScript makes of their files, and of the files whose types those use. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

/**
 * Writes them to `folder`, at the paths of the sources.
 * @param entries paths of sources relative to `root`
 * @throws Error when the sources have type errors, or types come from a package that a user does not get.
 */
export function writeDeclarations(
  root: string,
  folder: string,
  entries: readonly string[],
  packages: readonly string[],
): void {
  compileTypes(root);
  const written = new Set<string>();
  const queue = [...entries];
  for (const source of queue) {
    if (written.has(source)) continue;
    written.add(source);
    const path = source.replace(/\.ts$/, ".d.ts");
    const [room = ""] = source.split("/");
    const text = readFileSync(join(root, ".build", room, path), "utf8");
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (fileName.startsWith(".")) queue.push(join(dirname(source), fileName));
      else checkPackage(fileName, source, packages);
    }
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Declarations name each other as the JavaScript beside them would be named.
    writeFileSync(join(folder, path), text.replaceAll(/(["'])(\.[^"']*)\.ts\1/g, "$1$2.js$1"));
  }
}

function compileTypes(root: string): void {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-b", "tools"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the sources have type errors:\n${stdout}`);
}

function checkPackage(name: string, source: string, packages: readonly string[]): void {
  const known =
    builtinModules.includes(name.replace(/^node:/, "")) ||
    packages.includes(name) ||
    packages.includes(`@types/${name}`);
  if (!known) throw new Error(`${source}: its types come from ${name}, which is not part of the package`);
}
