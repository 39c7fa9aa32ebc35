/**
 * Emits every example to ONNX, validates it with ONNX's checker, runs it in ONNX Runtime at two sizes and compares the outputs with our own engine.
 * The same for TypeScript, with gradients and ten training steps. Writes docs/targets.md.
 *
 *   npm run verify:targets -- [--only u-net.fcn]
 *
 * With `--only` the page is not written. Ends with status 1 when a model is not valid or differs by more than 5e-5.
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { refusals } from "../../compiler/targets/typescript/refusals.ts";
import { packageRoot } from "../host/package-root.ts";
import { compareTypeScript } from "./targets/compare-typescript.ts";
import { checkModels, compareExample, exampleSubjects, networkOf, sizesOf } from "./targets/examples.ts";
import { type TargetsRecord, targetsPage } from "./targets/page.ts";

const tolerance = 5e-5;

async function run({ only }: { readonly only?: string }): Promise<void> {
  const models = new Map<string, Uint8Array>();
  const examples: TargetsRecord["examples"][number][] = [];
  for (const subject of exampleSubjects) {
    if (only !== undefined && subject.example !== only) continue;
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
  const typescript = await verifyTypeScript(only);
  const found = await checkModels(models);
  if (found === undefined) throw new Error("ONNX's checker is missing: install python3-onnx (Debian)");
  console.log(found === "" ? "ONNX's checker: all valid" : found);
  if (found !== "") process.exitCode = 1;
  if (only !== undefined || process.exitCode === 1) return;
  const page = join(packageRoot(), "docs", "targets.md");
  await writeFile(`${page}.new`, targetsPage({ examples, typescript }));
  await rename(`${page}.new`, page);
}

async function verifyTypeScript(only: string | undefined): Promise<TargetsRecord["typescript"]> {
  const records: TargetsRecord["typescript"][number][] = [];
  for (const subject of exampleSubjects) {
    if (only !== undefined && subject.example !== only) continue;
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
  .option("--only <example>", "only this example, e.g. u-net.fcn");
await run(command.parse().opts<{ readonly only?: string }>());
