/**
 * Builds dist/: the bundled programs and doors, checked for what they load, with the licences of what is bundled; with `--types`,
 * the types of the doors.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { basename, join } from "node:path";
import { fontFiles } from "../diagram/figure-fonts.ts";
import { packageRoot } from "../host/package-root.ts";
import { bundleDoors, bundlePrograms } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { doors, programs, pureDoors } from "./entry-points.ts";
import { externalPackages } from "./external-packages.ts";
import { licenceNotices } from "./licences.ts";
import { reachOf, startUpOf } from "./start-up.ts";

const root = packageRoot();
const dist = join(root, "dist");
mkdirSync(join(root, ".build"), { recursive: true });
const fresh = mkdtempSync(join(root, ".build", "dist-"));

try {
  const metafile = await bundlePrograms(root, fresh);
  const opened = await bundleDoors(root, fresh);
  const sizes = Object.keys(programs).map((name) => {
    const { bytes, packages } = startUpOf(metafile, `${name}.js`, builtinModules);
    if (name === "fcn" && packages.length > 0) {
      throw new Error(
        `fcn must start without ${packages.join(", ")}: import it where it is used, with import()`,
      );
    }
    return `${name}.js ${Math.round(bytes / 1000)} kB`;
  });
  for (const name of pureDoors) {
    const start = startUpOf(opened, `${name}.js`, []).packages;
    const nodes = reachOf(opened, `${name}.js`).packages.filter(isNodes);
    const wrong = [...new Set([...start, ...nodes])];
    if (wrong.length > 0) throw new Error(`the ${name} must not load ${wrong.join(", ")}`);
  }
  // They take as long as all else: only who packs the package needs them.
  if (process.argv.includes("--types"))
    writeDeclarations(root, join(fresh, "types"), Object.values(doors), externalPackages(root));
  makeExecutable(join(fresh, "fcn.js"));
  const fonts = copyFonts(join(fresh, "fonts"));
  writeFileSync(
    join(fresh, "THIRD_PARTY_LICENSES.txt"),
    licenceNotices(root, [...Object.keys(metafile.inputs), ...Object.keys(opened.inputs), ...fonts]),
  );
  chmodSync(fresh, 0o755);
  replace(fresh, dist);
  console.log(`dist: ${sizes.join(", ")}`);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** The fonts of figures in pixels. Gives the paths of its files, relative to the root. */
function copyFonts(to: string): readonly string[] {
  mkdirSync(to);
  return fontFiles.map((file) => {
    const path = join("node_modules", file);
    copyFileSync(join(root, path), join(to, basename(file)));
    return path;
  });
}

function isNodes(name: string): boolean {
  return builtinModules.includes(name.replace(/^node:/, ""));
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
