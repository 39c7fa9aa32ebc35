/** Bundles the programs into a folder inside the package: ES modules for Node 20, with what they share split off. */
import { build, type Metafile } from "esbuild";
import { entryPoints } from "./entry-points.ts";
import { externalPackages } from "./external-packages.ts";

/** @throws BuildFailure of esbuild, with the places in the sources. */
export async function bundle(root: string, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints },
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
    // Bundled CommonJS (commander) asks for Node's own modules by require, which an ES module does not have.
    banner: {
      js: 'import{createRequire as createRequireHere}from"node:module";const require=createRequireHere(import.meta.url);',
    },
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
