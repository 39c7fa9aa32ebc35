/**
 * Compares what the compiler states of sizes, accepted sizes, coordinates, receptive fields and crops with what running shows, for
 * many random networks. docs/verification.md describes what is compared and records the last result.
 *
 *   npm run verify:networks -- [--count 2000] [--seed 1] [--engine-every 10] [--only 123]
 *
 * `--count` counts networks that compile; those that do not are judged on the way. `--only` examines one network of the seed's
 * sequence and prints it. Ends with status 1 when anything disagrees.
 */
import { Command, InvalidArgumentError } from "commander";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { type Examination, examine } from "./random-networks/examine.ts";
import { Summary } from "./random-networks/summary.ts";

/** Networks with a disagreement that are printed in full. */
const mostToPrint = 10;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number ≥ 0");
  return value;
}

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly engineEvery: number;
  readonly only: number | undefined;
}

async function run({ count, seed, engineEvery, only }: Options): Promise<void> {
  const engine = await loadEngine("cpu");
  if (only !== undefined) {
    const examination = await examine(seed, only, engine);
    print(only, examination);
    if (examination.disagreements.length > 0) process.exitCode = 1;
    return;
  }
  const summary = new Summary();
  const start = performance.now();
  for (let index = 0; summary.compiled < count; index += 1) {
    const examination = await examine(seed, index, index % engineEvery === 0 ? engine : undefined);
    summary.add(examination);
    if (examination.disagreements.length > 0 && summary.disagreeing <= mostToPrint) print(index, examination);
  }
  const seconds = (performance.now() - start) / 1000;
  const { disagreeing, compiled, refused } = summary;
  console.log(`seed ${seed}: networks 0 … ${compiled + refused - 1} in ${seconds.toFixed(0)} s\n`);
  console.log(summary.report());
  if (disagreeing > 0) process.exitCode = 1;
}

function print(index: number, { subject, disagreements }: Examination): void {
  console.log(`network ${index}\n\n${subject.source.text}`);
  for (const { code, message } of subject.compilation.diagnostics) console.log(`${code}: ${message}`);
  for (const { about, detail } of disagreements) console.log(`disagreement: ${about}: ${detail}`);
  console.log("");
}

const command = new Command("verify:networks")
  .description("Compares the compiler's claims with what running random networks shows.")
  .option("--count <networks>", "number of networks that compile", whole, 2000)
  .option("--seed <seed>", "seed of the sequence of networks", whole, 1)
  .option("--engine-every <networks>", "also run every n-th network on the engine", whole, 10)
  .option("--only <index>", "examine and print only this network of the sequence", whole);
await run(command.parse().opts<Options>());
