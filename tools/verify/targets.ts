/**
 * Emits every example to ONNX, validates it with ONNX's checker, runs it in ONNX Runtime at two sizes and compares the outputs with our own engine.
 * Writes docs/targets.md.
 *
 *   npm run verify:targets -- [--only u-net.fcn]
 *
 * With `--only` the page is not written. Ends with status 1 when a model is not valid or differs by more than 5e-5.
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../host/package-root.ts";
import { checkModels, compareExample, exampleSubjects } from "./targets/examples.ts";
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
  const found = await checkModels(models);
  if (found === undefined) throw new Error("ONNX's checker is missing: install python3-onnx (Debian)");
  console.log(found === "" ? "ONNX's checker: all valid" : found);
  if (found !== "") process.exitCode = 1;
  if (only !== undefined || process.exitCode === 1) return;
  const page = join(packageRoot(), "docs", "targets.md");
  await writeFile(`${page}.new`, targetsPage({ examples }));
  await rename(`${page}.new`, page);
}

const command = new Command("verify:targets")
  .description("Compares emitted models with our own engine and writes docs/targets.md.")
  .option("--only <example>", "only this example, e.g. u-net.fcn");
await run(command.parse().opts<{ readonly only?: string }>());
