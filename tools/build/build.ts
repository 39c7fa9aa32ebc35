/** Bundles the programs of the package into dist/: ES modules for Node 20, with what they share split off. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "../host/package-root.ts";
import { entryPoints, external } from "./entry-points.ts";
import { licenceNotices } from "./licences.ts";

const root = packageRoot();
const dist = join(root, "dist");
mkdirSync(join(root, ".build"), { recursive: true });
const fresh = mkdtempSync(join(root, ".build", "dist-"));

try {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints },
    outdir: fresh,
    external: [...external],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    chunkNames: "[name]-[hash]",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    // Bundled CommonJS (commander) asks for Node's own modules by require, which an ES module does not have.
    banner: {
      js: 'import{createRequire as createRequireHere}from"node:module";const require=createRequireHere(import.meta.url);',
    },
    metafile: true,
    logLevel: "warning",
  });
  makeExecutable(join(fresh, "fcn.js"));
  writeFileSync(join(fresh, "THIRD_PARTY_LICENSES.txt"), licenceNotices(root, Object.keys(metafile.inputs)));
  chmodSync(fresh, 0o755);
  replace(fresh, dist);
  const kilobytes = (name: string): string =>
    `${name} ${Math.round(outputBytes(metafile.outputs, name) / 1000)} kB`;
  console.log(
    `dist: ${Object.keys(entryPoints)
      .map((name) => kilobytes(`${name}.js`))
      .join(", ")}`,
  );
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function makeExecutable(program: string): void {
  const text = readFileSync(program, "utf8");
  if (!text.startsWith("#!")) writeFileSync(program, `#!/usr/bin/env node\n${text}`);
  chmodSync(program, 0o755);
}

/** A reader sees the old folder or the new one, but for the moment between two renames. */
function replace(from: string, to: string): void {
  const old = `${from}-old`;
  if (existsSync(to)) renameSync(to, old);
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}

/** Bytes of an entry point and all it loads at once. */
function outputBytes(
  outputs: Readonly<
    Record<string, { readonly bytes: number; readonly imports: readonly { path: string; kind: string }[] }>
  >,
  name: string,
): number {
  const seen = new Set<string>();
  const visit = (path: string): number => {
    const output = outputs[path];
    if (output === undefined || seen.has(path)) return 0;
    seen.add(path);
    const loaded = output.imports.filter((part) => part.kind === "import-statement");
    return output.bytes + loaded.reduce((sum, part) => sum + visit(part.path), 0);
  };
  const entry = Object.keys(outputs).find((path) => path.endsWith(`/${name}`));
  return entry === undefined ? 0 : visit(entry);
}
