/**
 * Trains every example, narrow and small, on the engines of this machine beside the float64 evaluation of its programs: predictions,
 * losses and gradients of every step from equal weights, and the gradients in PyTorch. docs/verification.md describes what is compared; a full run writes its result
 * there.
 *
 *   npm run verify:engines -- [--short] [--only u-net.fcn] [--steps 10] [--engine wasm native] [--continue engines.json]
 *
 * `--short` is the part that continuous integration runs. `--continue` keeps the rows in a file and continues from those that are there,
 * which `--only` may have made. Ends with status 1 when an engine is further from float64 than it may be.
 */
import { Command, Option } from "commander";
import type { Engine, EngineName } from "../../runtime/engines/engine.ts";
import { engineNames, loadEngine } from "../../runtime/engines/engines.ts";
import { hasTorch } from "../pytorch/request.ts";
import { compareEngines } from "./engines/compare-engines.ts";
import { judge } from "./engines/judge.ts";
import { narrowExample } from "./engines/narrow-examples.ts";
import { resultRow, resultTable, summary } from "./engines/result-table.ts";
import { sample } from "./engines/samples.ts";
import { KeptResults } from "./kept-results.ts";
import { memorySubjects } from "./memory/subjects.ts";
import { circumstances, recordResult } from "./recorded-result.ts";

const learningRate = 0.01;
const usual: readonly EngineName[] = ["wasm", "native"];

/** Of `--short`. */
const shortSteps = 2;
const mostToPrint = 10;

interface Options {
  readonly short: boolean;
  readonly only?: readonly string[];
  readonly steps: string;
  readonly engine: readonly EngineName[];
  readonly continue?: string;
}

/** Of one example. */
interface Row {
  readonly text: string;
  readonly seconds: number;
  readonly failures: number;
}

async function run({ short, only, steps, engine: names, continue: file }: Options): Promise<void> {
  const engines = await working(names);
  const subjects = (short ? sample : memorySubjects).filter(
    ({ example }) => only === undefined || only.includes(example),
  );
  if (subjects.length === 0) throw new Error(`there is no example ${only?.join(", ")}`);
  const count = short ? shortSteps : Number(steps);
  const torch = !short && (await hasTorch());
  const kept = await KeptResults.open<Row>(
    file,
    `${count} steps on ${names.join(", ")}${torch ? " beside PyTorch" : ""}`,
  );
  const rows: Row[] = [];
  for (const subject of subjects) {
    const before = kept.get(subject.example);
    if (before !== undefined) {
      rows.push(before);
      continue;
    }
    const began = process.cpuUsage();
    const comparison = await compareEngines(await narrowExample(subject), engines, {
      steps: count,
      learningRate,
      torch,
    });
    const judgement = await judge(comparison);
    const result = { example: subject.example, comparison, judgement };
    console.log(summary(result));
    for (const failure of judgement.failures.slice(0, mostToPrint)) console.log(`  ${failure}`);
    const { user, system } = process.cpuUsage(began);
    const text = resultRow(result, names);
    const row = { text, seconds: (user + system) / 1e6, failures: judgement.failures.length };
    rows.push(row);
    await kept.put(subject.example, row);
  }
  if (rows.some(({ failures }) => failures > 0)) process.exitCode = 1;
  const table = resultTable(
    rows.map(({ text }) => text),
    names,
  );
  console.log(`\n${table}`);
  const full =
    !short && only === undefined && torch && names.join() === usual.join() && engines.length === names.length;
  if (!full || process.exitCode === 1) return;
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const time = `${seconds.toFixed(0)} s of processor time`;
  const head = `${circumstances(kept.commits)}, ${time}: \`npm run verify:engines\`, ${count} steps at a learning rate of ${learningRate}.`;
  await recordResult("verification.md", "npm run verify:engines", `${head}\n\n${table}`);
}

async function working(names: readonly EngineName[]): Promise<readonly Engine[]> {
  const engines: Engine[] = [];
  for (const name of names) {
    const engine = await loadEngine(name);
    const report = await engine.probe();
    if (report.works) engines.push(engine);
    else console.log(`${name} does not work here: ${report.reason}`);
  }
  if (engines.length < 2) throw new Error("a comparison needs two engines that work on this machine");
  return engines;
}

await new Command("verify:engines")
  .description("Compares engines with the float64 evaluation of the programs they run.")
  .option("--short", "some examples that have every operation, two steps of each", false)
  .option("--only <examples...>", "only these, e.g. u-net.fcn")
  .option("--steps <number>", "steps of training", "10")
  .addOption(new Option("--engine <names...>", "engines to compare").choices(engineNames).default(usual))
  .option("--continue <file>", "keep the rows in this file, and continue from those that are there")
  .action(run)
  .parseAsync();
process.exit();
