/** Emitted modules: how they are formatted, and what the TypeScript compiler says under the strict options of a user's project. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { check } from "prettier";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { typescript } from "../../../compiler/targets/typescript/typescript.ts";
import { packageRoot } from "../../host/package-root.ts";
import { livelySubject } from "./compare-onnx.ts";

const options = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitOverride: true,
  exactOptionalPropertyTypes: true,
  target: "ES2022",
  module: "NodeNext",
  moduleResolution: "NodeNext",
  lib: ["ES2022", "DOM"],
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

/**
 * A line for each error, as the compiler prints it; empty when all compile. In a process of its own, beside what is measured here.
 * @param modules texts by file name
 */
async function typeErrors(modules: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "typescript-check-"));
  try {
    for (const [name, text] of modules) await writeFile(join(folder, name), text);
    const configuration = { compilerOptions: options, files: [...modules.keys()] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(configuration));
    const compiler = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, "--pretty", "false"], {
      cwd: folder,
    }).catch((error: { readonly stdout?: string }) => {
      if (error.stdout) return { stdout: error.stdout }; // its errors
      throw error;
    });
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
