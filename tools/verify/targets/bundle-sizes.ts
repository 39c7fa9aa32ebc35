/** What a browser loads: emitted programs and loaders of models, bundled by esbuild. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packageRoot } from "../../host/package-root.ts";
import { emittedModule } from "./compare-typescript.ts";
import { exampleSubjects, networkOf } from "./examples.ts";

export interface BundleSize {
  readonly what: string;
  /** Bytes. */
  readonly minified: number;
  readonly gzipped: number;
}

interface Bundle {
  readonly what: string;
  readonly script: string;
  /** Whether the module's "@tensorflow/tfjs" is replaced by the core, as an alias of the bundler. */
  readonly core?: boolean;
}

const backends = [
  { name: "WebGL", imported: 'import "@tensorflow/tfjs-backend-webgl";' },
  { name: "WebGPU", imported: 'import "@tensorflow/tfjs-backend-webgpu";' },
  { name: "WebAssembly", imported: 'import "@tensorflow/tfjs-backend-wasm";' },
];

/** Sizes do not depend on the width of the network. */
export async function bundleSizes(): Promise<readonly BundleSize[]> {
  const subject = exampleSubjects.find(({ example }) => example === "u-net.fcn");
  if (subject === undefined) throw new Error("there is no U-Net among the examples");
  const { name, text } = await emittedModule(await networkOf(subject));
  const use = `import { UNet } from "./${name}"; globalThis.network = UNet;`;
  const gradients = 'import "@tensorflow/tfjs-core/dist/register_all_gradients.js";';
  const load =
    'import { loadGraphModel } from "@tensorflow/tfjs-converter"; globalThis.load = loadGraphModel;';
  const bundles: readonly Bundle[] = [
    { what: "U-Net as TypeScript, with `@tensorflow/tfjs`", script: use },
    ...backends.map((backend) => ({
      what: `U-Net as TypeScript, with \`tfjs-core\`, its gradients and ${backend.name}`,
      script: `${gradients} ${backend.imported} ${use}`,
      core: true,
    })),
    ...backends.map((backend) => ({
      what: `the loader of graph models, \`tfjs-converter\`, with \`tfjs-core\` and ${backend.name}`,
      script: `${backend.imported} ${load}`,
    })),
  ];
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "bundles-"));
  try {
    await writeFile(join(folder, name), text);
    const alone = await sizeOf(folder, { what: "U-Net as TypeScript, alone", script: use }, true);
    const found = [alone];
    for (const bundle of bundles) found.push(await sizeOf(folder, bundle, false));
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizeOf(
  folder: string,
  { what, script, core = false }: Bundle,
  alone: boolean,
): Promise<BundleSize> {
  const { build } = await import("esbuild");
  const entry = join(folder, "entry.js");
  await writeFile(entry, script);
  const { outputFiles, warnings } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
    ...(alone ? { packages: "external" as const } : {}),
    ...(core ? { alias: { "@tensorflow/tfjs": "@tensorflow/tfjs-core" } } : {}),
  });
  const [warning] = warnings; // e.g. of a function that the core does not have
  if (warning !== undefined) throw new Error(`${what}: ${warning.text}`);
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("esbuild gave no bundle");
  return { what, minified: bundle.contents.length, gzipped: gzipSync(bundle.contents, { level: 9 }).length };
}
