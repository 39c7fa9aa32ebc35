/**
 * Measures every example's emitted TypeScript module against float64 (measure-typescript.ts): outputs, gradients, ten training steps,
 * on the backends `cpu` and `wasm`. Each measurement goes into `specs/numeric/typescript.json` as it is made, and from there into
 * docs/targets.md.
 *
 *   npm run verify:typescript -- [--only u-net.fcn,segnet.fcn]
 *
 * With `--only` the other measurements stay as they were. Takes about twelve minutes of processor time, most of it on `cpu`.
 * Ends with status 1 when a module is further from float64 than its limit.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { refusals } from "../../compiler/targets/typescript/refusals.ts";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { packageRoot } from "../host/package-root.ts";
import { smallNetwork } from "./small-networks.ts";
import { exampleSubjects } from "./targets/examples.ts";
import { faultsOf, measureTypeScript } from "./targets/measure-typescript.ts";
import { withParts } from "./targets/page.ts";
import { typescriptSection } from "./targets/typescript-page.ts";
import {
  readTypeScriptRecord,
  type TypeScriptRecord,
  typescriptRecord,
} from "./targets/typescript-record.ts";

async function run({ only }: { readonly only?: string }): Promise<void> {
  const wanted = only?.split(",");
  const unknown = wanted?.filter((name) => exampleSubjects.every(({ example }) => example !== name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no example ${unknown.join(", ")}`);
  for (const subject of exampleSubjects) {
    const { example } = subject;
    if (wanted !== undefined && !wanted.includes(example)) continue;
    const { network, asked } = await smallNetwork(subject);
    const refused = refusals(network).map(({ message }) => message);
    const result = refused.length > 0 ? { refused } : await measureTypeScript(network, asked);
    await keep(example, result);
    if ("refused" in result) {
      console.log(`${example}: refused`);
      continue;
    }
    const faults = faultsOf(result);
    console.log(`${example}: ${JSON.stringify({ engines: result.engines, module: result.module })}`);
    for (const fault of faults) console.log(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

async function keep(example: string, result: TypeScriptRecord[string]): Promise<void> {
  const known = await readTypeScriptRecord();
  const record = Object.fromEntries(
    exampleSubjects.flatMap((subject) => {
      const one = subject.example === example ? result : known[subject.example];
      return one === undefined ? [] : [[subject.example, one]];
    }),
  );
  await writeAtomically(typescriptRecord, [Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`)]);
  const page = join(packageRoot(), "docs", "targets.md");
  const text = withParts(await readFile(page, "utf8"), { typescript: typescriptSection(record) });
  await writeAtomically(page, [Buffer.from(text)]);
}

const command = new Command("verify:typescript")
  .description("Measures emitted TypeScript modules against float64 and records the distances.")
  .option("--only <examples>", "only these examples, e.g. u-net.fcn,segnet.fcn");
await run(command.parse().opts<{ readonly only?: string }>());
process.exit(); // the native engine's worker stays
