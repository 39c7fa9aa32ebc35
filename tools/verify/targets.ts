/**
 * Emits every example to every target, runs it at two sizes and compares it with our own engine: ONNX in ONNX Runtime, after
 * ONNX's checker; TypeScript, formatted and of valid types, with what `npm run verify:typescript` measured of it; graph models in
 * TensorFlow.js on every backend; packages for PyTorch, formatted and of valid types, with gradients in float64. Measures what a
 * browser loads. Writes docs/targets.md.
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
import { checkModels, compareExample, exampleSubjects, networkOf, sizesOf } from "./targets/examples.ts";
import { graphModelSection, sizesSection } from "./targets/graph-model-page.ts";
import { compareGraphModels } from "./targets/graph-models.ts";
import { faultsOf, measureTypeScript } from "./targets/measure-typescript.ts";
import {
  type ExampleRecord,
  onnxPart,
  type PartName,
  type Parts,
  partHeadings,
  withParts,
} from "./targets/page.ts";
import { pytorchPart } from "./targets/pytorch-page.ts";
import { typescriptSection } from "./targets/typescript-page.ts";
import { readTypeScriptRecord } from "./targets/typescript-record.ts";
import { verifyPyTorch } from "./targets/verify-pytorch.ts";

const tolerance = 5e-5;

interface Asked {
  readonly only?: string;
  readonly target?: PartName;
  readonly short: boolean;
}

async function run({ only, target, short }: Asked): Promise<void> {
  const isAsked = ({ example }: MemorySubject) => only === undefined || example === only;
  const all = exampleSubjects.filter(isAsked);
  const subjects = short ? sample.filter(isAsked) : all;
  if (all.length === 0) throw new Error(`there is no example ${only}`);
  const work: Readonly<Record<PartName, () => Promise<string>>> = {
    onnx: async () => onnxPart(await verifyOnnx(all)),
    typescript: () => verifyTypeScript(subjects, short),
    "tfjs-model": async () => graphModelSection(await verifyGraphModels(subjects, !short)),
    pytorch: async () => pytorchPart(await verifyPackages(short ? withMargins(subjects, all) : subjects)),
    sizes: async () => sizesSection(await bundleSizes()),
  };
  const parts: { [N in PartName]?: string } = {};
  for (const name of target === undefined ? partNames : [target]) parts[name] = await work[name]();
  if (only === undefined && !short && process.exitCode !== 1) await writePage(parts);
}

/** And FCN-AlexNet, whose package has margins that differ on two sides. */
function withMargins(
  subjects: readonly MemorySubject[],
  all: readonly MemorySubject[],
): readonly MemorySubject[] {
  return [...subjects, ...all.filter(({ example }) => example === "fcn-alexnet.fcn")];
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

/** What `npm run verify:typescript` recorded; with `--short` some examples are measured on `wasm`, and nothing is recorded. */
async function verifyTypeScript(subjects: readonly MemorySubject[], short: boolean): Promise<string> {
  const { mistakes } = await emittedModules(subjects);
  const faults: string[] = [...mistakes];
  const record = await readTypeScriptRecord();
  for (const subject of subjects) {
    const network = await networkOf(subject);
    if (refusals(network).length > 0) continue;
    const result = short
      ? await measureTypeScript(network, sizesOf(subject), ["wasm"])
      : record[subject.example];
    if (result === undefined || "refused" in result)
      faults.push(
        `${subject.example} is not measured: npm run verify:typescript -- --only ${subject.example}`,
      );
    else faults.push(...faultsOf(result).map((fault) => `${subject.example} as TypeScript: ${fault}`));
  }
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) process.exitCode = 1;
  return typescriptSection(record);
}

async function verifyGraphModels(subjects: readonly MemorySubject[], gpu: boolean) {
  const records = await compareGraphModels(subjects, { gpu, report: (line) => console.log(line) });
  const found = records.flatMap(({ result }) => ("refused" in result ? [] : Object.values(result)));
  if (!found.every((difference) => difference < tolerance)) process.exitCode = 1;
  return records;
}

async function verifyPackages(subjects: readonly MemorySubject[]) {
  const { records, isRight } = await verifyPyTorch(subjects, (line) => console.log(line));
  if (!isRight) process.exitCode = 1;
  return records;
}

const command = new Command("verify:targets")
  .description("Compares emitted models with our own engine and writes docs/targets.md.")
  .addOption(new Option("--target <part>", "only this part of the page").choices(partNames))
  .option("--only <example>", "only this example, e.g. u-net.fcn")
  .option(
    "--short",
    "all examples as ONNX; otherwise some, which have every operation, and nothing in Chromium",
    false,
  );
await run(command.parse().opts<Asked>());
