/**
 * Compares what the compiler states of sizes, accepted sizes, coordinates, receptive fields and crops with what running shows, and
 * engines with float64, for many random networks. docs/verification.md describes what is compared and records the last result.
 *
 *   npm run verify:networks -- [--count 2000] [--seed 1] [--from 0] [--impulses-every 10] [--training-every 1] [--only 123] [--short]
 *     [--continue networks.json] [--record]
 *
 * `--count` counts networks that compile; those that do not are judged on the way. `--only` examines one network of the seed's
 * sequence and prints it. `--short`: the first 30. `--continue` keeps the counts in a file and continues from those that are there;
 * networks that disagreed are examined again first, by what the code has become.
 * Ends with status 1 when anything disagrees; a full run, or one with `--record`, writes its result into docs/verification.md.
 */
import { Command, InvalidArgumentError } from "commander";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { KeptResults } from "./kept-results.ts";
import { type Examination, examine } from "./random-networks/examine.ts";
import { type Counts, Summary } from "./random-networks/summary.ts";
import { circumstances, recordResult } from "./recorded-result.ts";

const fullCount = 2000;

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
  readonly continue: string | undefined;
  readonly record: true | undefined;
}

/** Of the networks before `next`. */
interface Progress {
  readonly next: number;
  readonly seconds: number;
  /** Of those without a disagreement. */
  readonly counts: Counts;
  /** Of each of the others, by its number. */
  readonly disagreeing: Readonly<Record<string, Counts>>;
}

/** Networks after which the progress is kept again. */
const keptEvery = 20;

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
  const { from, continue: file } = options;
  const run = `seed ${seed} from ${from}, impulses every ${impulsesEvery}, training every ${trainingEvery}`;
  const kept = await KeptResults.open<Progress>(file, `${run}, each disagreement by itself`);
  const before = kept.get("progress");
  const agreeing = new Summary(before === undefined ? [] : [before.counts]);
  const disagreeing = new Map<number, Counts>();
  const start = process.cpuUsage();
  const seconds = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (before?.seconds ?? 0) + (user + system) / 1e6;
  };
  const examineOne = async (index: number): Promise<void> => {
    const examination = await examine(seed, index, {
      impulses: index % impulsesEvery === 0 ? impulses : undefined,
      training: index % trainingEvery === 0 ? training : undefined,
    });
    const own = new Summary();
    own.add(examination);
    if (own.counts.disagreeing === 0) return agreeing.add(examination);
    disagreeing.set(index, own.counts);
    if (disagreeing.size <= mostToPrint) print(index, examination);
  };
  const total = (): Summary => new Summary([agreeing.counts, ...disagreeing.values()]);
  let next = before?.next ?? from;
  const keep = (): Promise<void> =>
    kept.put("progress", {
      next,
      seconds: seconds(),
      counts: agreeing.counts,
      disagreeing: Object.fromEntries(disagreeing),
    });
  for (const index of Object.keys(before?.disagreeing ?? {})) await examineOne(Number(index));
  await keep();
  while (total().counts.compiled < count) {
    await examineOne(next);
    next += 1;
    if (next % keptEvery === 0) await keep();
  }
  await keep();
  const summary = total();
  const networks = `networks ${from} … ${next - 1} of seed ${seed}`;
  const every = `every ${ordinal(trainingEvery)} with float64, every ${ordinal(impulsesEvery)} with impulses`;
  const title = `${circumstances(kept.commits)}, ${seconds().toFixed(0)} s of processor time: ${networks}, ${every}.`;
  console.log(`${title}\n\n${summary.report()}`);
  if (disagreeing.size > 0) {
    console.log(`networks with a disagreement: ${[...disagreeing.keys()].join(", ")}`);
    process.exitCode = 1;
  }
  const full = count >= fullCount && from === 0;
  if ((full && disagreeing.size === 0) || options.record === true)
    await recordResult("verification.md", "npm run verify:networks", `${title}\n\n${summary.report()}`);
}

function ordinal(every: number): string {
  return every === 1 ? "one" : every === 2 ? "second" : every === 3 ? "third" : `${every}th`;
}

function print(index: number, { subject, disagreements }: Examination): void {
  console.log(`network ${index}\n\n${subject.source.text}`);
  for (const { code, message } of subject.compilation.diagnostics) console.log(`${code}: ${message}`);
  for (const { about, detail } of disagreements) console.log(`disagreement: ${about}: ${detail}`);
  console.log("");
}

const command = new Command("verify:networks")
  .description("Compares the compiler's claims with what running random networks shows.")
  .option("--count <networks>", "number of networks that compile", whole, fullCount)
  .option("--seed <seed>", "seed of the sequence of networks", whole, 1)
  .option("--from <index>", "the first network of the sequence that is examined", whole, 0)
  .option("--impulses-every <networks>", "run every n-th network on an engine with impulses", whole, 10)
  .option("--training-every <networks>", "compare every n-th network with float64 on engines", whole, 1)
  .option("--only <index>", "examine and print only this network of the sequence", whole)
  .option("--short", "a few networks: the part that continuous integration runs")
  .option("--continue <file>", "keep the counts in this file, and continue from those that are there")
  .option("--record", "write the result into docs/verification.md, whatever the count");
await run(command.parse().opts<Options>());
