/**
 * Emits every example to every target, runs it at two sizes and compares it with our own engine: ONNX in ONNX Runtime, after
 * ONNX's checker; TypeScript, formatted and of valid types, with gradients and ten training steps; graph models in TensorFlow.js on every backend. Measures
 * what a browser loads. Writes docs/targets.md.
 *
 *   npm run verify:targets -- [--short] [--target tfjs-model] [--only u-net.fcn]
 *
 * With `--short`, the part that continuous integration runs, or `--only` the page is not written; with `--target` only its part.
 * Ends with status 1 when a model or a module is not valid or differs by more than 5e-5.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { refusals } from "../../compiler/targets/typescript/refusals.ts";
import { packageRoot } from "../host/package-root.ts";
import { sample } from "./engines/samples.ts";
import type { MemorySubject } from "./memory/subjects.ts";
import { bundleSizes } from "./targets/bundle-sizes.ts";
import { emittedModules } from "./targets/check-typescript.ts";
import { compareTypeScript } from "./targets/compare-typescript.ts";
import { checkModels, compareExample, exampleSubjects, networkOf, sizesOf } from "./targets/examples.ts";
import { graphModelSection, sizesSection } from "./targets/graph-model-page.ts";
import { compareGraphModels } from "./targets/graph-models.ts";
import {
  type ExampleRecord,
  onnxPart,
  type PartName,
  type Parts,
  partHeadings,
  type TypeScriptRecord,
  typescriptPart,
  withParts,
} from "./targets/page.ts";

const tolerance = 5e-5;

interface Asked {
  readonly only?: string;
  readonly target?: PartName;
  readonly short: boolean;
}

async function run({ only, target, short }: Asked): Promise<void> {
  const subjects = (short ? sample : exampleSubjects).filter(
    ({ example }) => only === undefined || example === only,
  );
  if (subjects.length === 0) throw new Error(`there is no example ${only}`);
  const work: Readonly<Record<PartName, () => Promise<string>>> = {
    onnx: async () => onnxPart(await verifyOnnx(subjects)),
    typescript: async () => typescriptPart(await verifyTypeScript(subjects)),
    "tfjs-model": async () => graphModelSection(await verifyGraphModels(subjects, !short)),
    sizes: async () => sizesSection(await bundleSizes()),
  };
  const parts: { [N in PartName]?: string } = {};
  for (const name of target === undefined ? partNames : [target]) parts[name] = await work[name]();
  if (only === undefined && !short && process.exitCode !== 1) await writePage(parts);
}

const partNames = Object.keys(partHeadings) as PartName[]; // its own keys

async function writePage(parts: Parts): Promise<void> {
  const page = join(packageRoot(), "docs", "targets.md");
  await writeFile(`${page}.new`, withParts(await readFile(page, "utf8"), parts));
  await rename(`${page}.new`, page);
}

async function verifyOnnx(subjects: readonly MemorySubject[]): Promise<readonly ExampleRecord[]> {
  const models = new Map<string, Uint8Array>();
  const examples: ExampleRecord[] = [];
  for (const subject of subjects) {
    const result = await compareExample(subject);
    if (result.kind === "refused") {
      examples.push({ subject, refused: result.diagnostics.map(({ message }) => message) });
      console.log(`${subject.example}: refused`);
      continue;
    }
    models.set(subject.example, result.model);
    examples.push({ subject, comparisons: result.comparisons });
    const largest = Math.max(...result.comparisons.map(({ difference }) => difference));
    console.log(`${subject.example}: ${largest.toExponential(1)}`);
    if (!(largest < tolerance)) process.exitCode = 1;
  }
  const found = await checkModels(models);
  if (found === undefined) throw new Error("ONNX's checker is missing: install python3-onnx (Debian)");
  console.log(found === "" ? "ONNX's checker: all valid" : found);
  if (found !== "") process.exitCode = 1;
  return examples;
}

async function verifyTypeScript(subjects: readonly MemorySubject[]): Promise<readonly TypeScriptRecord[]> {
  const { mistakes } = await emittedModules(subjects);
  for (const mistake of mistakes) console.log(mistake);
  if (mistakes.length > 0) process.exitCode = 1;
  const records: TypeScriptRecord[] = [];
  for (const subject of subjects) {
    const network = await networkOf(subject);
    const refused = refusals(network.graph);
    if (refused.length > 0) {
      records.push({ subject, result: { refused: refused.map(({ message }) => message) } });
      continue;
    }
    const result = await compareTypeScript(network, sizesOf(subject), "wasm");
    records.push({ subject, result });
    const { outputs, gradients, gradientAt, losses, leaked } = result;
    const shown = [outputs, gradients, Math.max(...losses)].map((value) => value.toExponential(1));
    console.log(`${subject.example} as TypeScript: ${shown.join(", ")} (${gradientAt})`);
    if (!(outputs < tolerance) || leaked !== 0) process.exitCode = 1;
  }
  return records;
}

async function verifyGraphModels(subjects: readonly MemorySubject[], gpu: boolean) {
  const records = await compareGraphModels(subjects, { gpu, report: (line) => console.log(line) });
  const found = records.flatMap(({ result }) => ("refused" in result ? [] : Object.values(result)));
  if (!found.every((difference) => difference < tolerance)) process.exitCode = 1;
  return records;
}

const command = new Command("verify:targets")
  .description("Compares emitted models with our own engine and writes docs/targets.md.")
  .addOption(new Option("--target <part>", "only this part of the page").choices(partNames))
  .option("--only <example>", "only this example, e.g. u-net.fcn")
  .option("--short", "only some examples, which have every operation; nothing in Chromium", false);
await run(command.parse().opts<Asked>());
