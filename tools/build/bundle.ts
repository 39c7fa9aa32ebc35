/** Bundles programs and doors into a folder inside the package: ES modules for Node 20, with what they share split off. */
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { doors, programs } from "./entry-points.ts";
import { externalPackages } from "./external-packages.ts";

/** @throws BuildFailure of esbuild, with the places in the sources. */
export function bundlePrograms(
  root: string,
  folder: string,
  entryPoints: Readonly<Record<string, string>> = programs,
): Promise<Metafile> {
  return bundle(root, folder, {
    entryPoints: { ...entryPoints },
    // Bundled CommonJS (commander) asks for Node's own modules by require, which an ES module does not have.
    banner: {
      js: 'import{createRequire as createRequireHere}from"node:module";const require=createRequireHere(import.meta.url);',
    },
  });
}

/** Apart from the programs: the doors of the grammar, the compiler and the views load nothing of Node. */
export function bundleDoors(root: string, folder: string): Promise<Metafile> {
  return bundle(root, folder, {
    entryPoints: { ...doors },
    chunkNames: "door-[name]-[hash]",
    minifyWhitespace: false, // an error that nobody catches shows its line
    plugins: [withoutFiles],
  });
}

/** protobufjs reads schemas from files where it can, which nothing here asks of it: it finds no files to read. */
const withoutFiles: Plugin = {
  name: "without-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^fs$/ }, ({ importer }) =>
      /node_modules.protobufjs/.test(importer) ? { path: "fs", namespace: "absent" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};" }));
  },
};

async function bundle(root: string, folder: string, own: BuildOptions): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    outdir: folder,
    external: [...externalPackages(root)],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    chunkNames: "[name]-[hash]",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    ...own,
    metafile: true,
  });
  return metafile;
}
