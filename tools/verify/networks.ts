/**
 * Compares what the compiler states of sizes, accepted sizes, coordinates, receptive fields and crops with what running shows, and
 * engines with float64, for many random networks. docs/verification.md describes what is compared and records the last result.
 *
 *   npm run verify:networks -- [--count 2000] [--seed 1] [--from 0] [--impulses-every 10] [--training-every 1] [--only 123] [--short]
 *
 * `--count` counts networks that compile; those that do not are judged on the way. `--only` examines one network of the seed's
 * sequence and prints it. `--short`: the first 30. Ends with status 1 when anything disagrees.
 */
import { Command, InvalidArgumentError } from "commander";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { type Examination, examine } from "./random-networks/examine.ts";
import { Summary } from "./random-networks/summary.ts";

/** Networks that `--short` examines. */
const shortCount = 30;

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
  readonly from: number;
  readonly impulsesEvery: number;
  readonly trainingEvery: number;
  readonly only: number | undefined;
  readonly short: true | undefined;
}

async function run(options: Options): Promise<void> {
  const { seed, impulsesEvery, trainingEvery, only } = options;
  const count = options.short ? shortCount : options.count;
  const impulses = await loadEngine("cpu");
  const training = [await loadEngine("wasm"), await loadEngine("native")];
  if (only !== undefined) {
    const examination = await examine(seed, only, { impulses, training });
    print(only, examination);
    if (examination.disagreements.length > 0) process.exitCode = 1;
    return;
  }
  const summary = new Summary();
  const start = process.cpuUsage();
  for (let index = options.from; summary.compiled < count; index += 1) {
    const examination = await examine(seed, index, {
      impulses: index % impulsesEvery === 0 ? impulses : undefined,
      training: index % trainingEvery === 0 ? training : undefined,
    });
    summary.add(examination);
    if (examination.disagreements.length > 0 && summary.disagreeing <= mostToPrint) print(index, examination);
  }
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const { disagreeing, compiled, refused } = summary;
  console.log(
    `seed ${seed}: networks ${options.from} … ${options.from + compiled + refused - 1} in ${seconds.toFixed(0)} s of processor time\n`,
  );
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
  .option("--from <index>", "the first network of the sequence that is examined", whole, 0)
  .option("--impulses-every <networks>", "run every n-th network on an engine with impulses", whole, 10)
  .option("--training-every <networks>", "compare every n-th network with float64 on engines", whole, 1)
  .option("--only <index>", "examine and print only this network of the sequence", whole)
  .option("--short", "a few networks: the part that continuous integration runs");
await run(command.parse().opts<Options>());
