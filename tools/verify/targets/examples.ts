/** Every example as ONNX: emitted, checked by ONNX's checker, run at several sizes and compared with our own engine. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PerAxis } from "../../../compiler/axis.ts";
import { type CompiledNetwork, compile } from "../../../compiler/compile.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { onnx } from "../../../compiler/targets/onnx/onnx.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { packageRoot } from "../../host/package-root.ts";
import { type MemorySubject, memorySubjects } from "../memory/subjects.ts";
import { type Comparison, compareOnnx, livelySubject } from "./compare-onnx.ts";

/** The examples, narrow and small. */
export const exampleSubjects: readonly MemorySubject[] = memorySubjects;

/** Taller than wide and wider than tall, one image and two. */
export function sizesOf({ size }: MemorySubject): readonly { size: PerAxis<number>; batch: number }[] {
  return [
    { size: [size, size + 16], batch: 1 },
    { size: [size + 9, size - 3], batch: 2 },
  ];
}

export type ExampleResult =
  | { readonly kind: "compared"; readonly model: Uint8Array; readonly comparisons: readonly Comparison[] }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

export async function compareExample(subject: MemorySubject): Promise<ExampleResult> {
  const network = await networkOf(subject);
  const lively = livelySubject(network);
  const emission = onnx.emit(lively);
  if (emission.kind === "refused") return emission;
  const [model] = emission.files.values();
  if (model === undefined) throw new Error("onnx gave no file");
  return { kind: "compared", model, comparisons: await compareOnnx(lively, model, sizesOf(subject)) };
}

export async function networkOf({ example, settings }: MemorySubject): Promise<CompiledNetwork> {
  const path = join(packageRoot(), "examples", example);
  const source = { path, text: await readFile(path, "utf8") };
  const { networks } = compile(source, createFileHost(), { settings: new Map(Object.entries(settings)) });
  const [network] = networks;
  if (network === undefined) throw new Error(`${example} does not compile`);
  return network;
}

/** Debian's interpreter: the one that has python3-onnx. */
const python = "/usr/bin/python3";

const checker = `
import sys, onnx
for path in sys.argv[1:]:
    try:
        onnx.checker.check_model(onnx.load(path), full_check=True)
    except Exception as error:
        print(path.split("/")[-1] + ": " + " ".join(str(error).split()))
`;

/**
 * What ONNX's checker finds wrong in the models, shape inference included: a line for each; empty when all are valid.
 * `undefined` where python3-onnx is not installed.
 */
export async function checkModels(models: ReadonlyMap<string, Uint8Array>): Promise<string | undefined> {
  const run = promisify(execFile);
  const installed = await run(python, ["-c", "import onnx"]).then(
    () => true,
    () => false,
  );
  if (!installed) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "fcn-onnx-"));
  try {
    const paths: string[] = [];
    for (const [name, model] of models) {
      const path = join(folder, `${name}.onnx`);
      await writeFile(path, model);
      paths.push(path);
    }
    const { stdout } = await run(python, ["-c", checker, ...paths]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
