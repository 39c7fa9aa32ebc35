/**
 * Emits every example to ONNX, validates it with ONNX's checker, runs it in ONNX Runtime at two sizes and compares the outputs with our own engine.
 * The same for TypeScript, formatted and of valid types, with gradients and ten training steps. Writes docs/targets.md.
 *
 *   npm run verify:targets -- [--short] [--only u-net.fcn]
 *
 * With `--only` or `--short`, the part that continuous integration runs, the page is not written. Ends with status 1 when a model or a module
 * is not valid or differs by more than 5e-5.
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { refusals } from "../../compiler/targets/typescript/refusals.ts";
import { packageRoot } from "../host/package-root.ts";
import { sample } from "./engines/samples.ts";
import { emittedModules } from "./targets/check-typescript.ts";
import { compareTypeScript } from "./targets/compare-typescript.ts";
import { checkModels, compareExample, exampleSubjects, networkOf, sizesOf } from "./targets/examples.ts";
import { type TargetsRecord, targetsPage } from "./targets/page.ts";

const tolerance = 5e-5;

interface Options {
  readonly short: boolean;
  readonly only?: string;
}

async function run({ short, only }: Options): Promise<void> {
  const subjects = (short ? sample : exampleSubjects).filter(
    ({ example }) => only === undefined || example === only,
  );
  if (subjects.length === 0) throw new Error(`there is no example ${only}`);
  const models = new Map<string, Uint8Array>();
  const examples: TargetsRecord["examples"][number][] = [];
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
  const typescript = await verifyTypeScript(subjects);
  const found = await checkModels(models);
  if (found === undefined) throw new Error("ONNX's checker is missing: install python3-onnx (Debian)");
  console.log(found === "" ? "ONNX's checker: all valid" : found);
  if (found !== "") process.exitCode = 1;
  if (short || only !== undefined || process.exitCode === 1) return;
  const page = join(packageRoot(), "docs", "targets.md");
  await writeFile(`${page}.new`, targetsPage({ examples, typescript }));
  await rename(`${page}.new`, page);
}

async function verifyTypeScript(subjects: typeof exampleSubjects): Promise<TargetsRecord["typescript"]> {
  const { mistakes } = await emittedModules(subjects);
  for (const mistake of mistakes) console.log(mistake);
  if (mistakes.length > 0) process.exitCode = 1;
  const records: TargetsRecord["typescript"][number][] = [];
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

const command = new Command("verify:targets")
  .description("Compares emitted models with our own engine and writes docs/targets.md.")
  .option("--short", "only some examples, which have every operation", false)
  .option("--only <example>", "only this example, e.g. u-net.fcn");
await run(command.parse().opts<Options>());
