/**
 * Runs what `check`, `format` and `check --fix` do on programs mutated at random: none may throw or pass its time limit, formatting
 * must keep the meaning, and every fix must do what it says. docs/verification.md describes it.
 *
 *   npm run verify:mutations -- [--count 100000] [--seed 1] [--short] [--only 123]
 *
 * `--only` examines one program of the seed's sequence and prints it. Ends with status 1 when anything fails.
 */
import { Command, InvalidArgumentError } from "commander";
import type { SourceHost } from "../../compiler/compile.ts";
import { Random } from "../../runtime/random.ts";
import { createFileHost } from "../host/file-sources.ts";
import { programCorpus } from "./mutations/corpus.ts";
import { examineText } from "./mutations/examine-text.ts";
import { type MutationKind, mutate, mutationKinds } from "./mutations/mutate.ts";

/** Seconds of processor time for one program: 5 each for check, format and check --fix. */
const mostSeconds = 15;
const mostToPrint = 20;
const shortCount = 2_000;

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly short: boolean;
  readonly only: number | undefined;
}

interface Tally {
  tried: number;
  sound: number;
  formatted: number;
  fixes: number;
  failed: number;
  mostSeconds: number;
}

const nothing: Tally = { tried: 0, sound: 0, formatted: 0, fixes: 0, failed: 0, mostSeconds: 0 };

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number ≥ 0");
  return value;
}

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function run({ count, seed, short, only }: Options): void {
  const corpus = programCorpus();
  const host = remembering(createFileHost());
  const tallies = new Map<MutationKind, Tally>(mutationKinds.map((kind) => [kind, { ...nothing }]));
  const began = processorSeconds();
  let printed = 0;
  const programs = only === undefined ? (short ? Math.min(shortCount, count) : count) : 1;
  for (let step = 0; step < programs; step++) {
    const index = only ?? step;
    const kind = mutationKinds[index % mutationKinds.length] ?? "unicode";
    const random = new Random(seed, `program ${index}`);
    const text = mutate(corpus[random.integer(corpus.length)] ?? "", kind, random);
    if (only !== undefined) console.log(text);
    const tally = tallies.get(kind) ?? { ...nothing };
    const before = processorSeconds();
    const failures: string[] = [];
    tally.tried++;
    try {
      const { compilation, fixes, formatted, broken } = examineText(text, host);
      if (compilation.diagnostics.every(({ severity }) => severity !== "error")) tally.sound++;
      if (formatted) tally.formatted++;
      tally.fixes += fixes;
      failures.push(...broken);
    } catch (error) {
      failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const seconds = processorSeconds() - before;
    if (seconds > mostSeconds) failures.push(`${seconds.toFixed(1)} s of processor time`);
    tally.mostSeconds = Math.max(tally.mostSeconds, seconds);
    if (failures.length === 0) continue;
    tally.failed++;
    process.exitCode = 1;
    if (printed++ < mostToPrint)
      console.log(`program ${index} (${kind}):\n  ${failures.join("\n  ")}\n${text.slice(0, 2_000)}\n`);
  }
  const seconds = processorSeconds() - began;
  console.log(`seed ${seed}: ${programs} programs in ${seconds.toFixed(0)} s of processor time\n`);
  console.log(table(tallies));
}

/** Files do not change while programs are compiled. */
function remembering(host: SourceHost): SourceHost {
  const known = new Map<string, ReturnType<SourceHost["read"]>>();
  return {
    ...host,
    read: (specifier, from) => {
      const key = JSON.stringify([specifier, from]);
      const file = known.has(key) ? known.get(key) : host.read(specifier, from);
      known.set(key, file);
      return file;
    },
  };
}

function table(tallies: ReadonlyMap<string, Tally>): string {
  const rows = [...tallies, ["all", sum([...tallies.values()])] as const].map(
    ([kind, { tried, sound, formatted, fixes, failed, mostSeconds: most }]) =>
      `| ${kind} | ${tried} | ${sound} | ${formatted} | ${fixes} | ${most.toFixed(2)} s | ${failed} |`,
  );
  return [
    "| changes | programs | without errors | formatted | fixes offered | longest | failed |",
    "| - | -: | -: | -: | -: | -: | -: |",
    ...rows,
  ].join("\n");
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, each) => ({
      tried: all.tried + each.tried,
      sound: all.sound + each.sound,
      formatted: all.formatted + each.formatted,
      fixes: all.fixes + each.fixes,
      failed: all.failed + each.failed,
      mostSeconds: Math.max(all.mostSeconds, each.mostSeconds),
    }),
    nothing,
  );
}

const command = new Command("verify:mutations")
  .description("Verifies check, format and fix on programs mutated at random.")
  .option("--count <programs>", "number of programs", whole, 100_000)
  .option("--seed <seed>", "seed of the sequence of programs", whole, 1)
  .option("--short", `only ${shortCount} programs`, false)
  .option("--only <index>", "examine and print only this program of the sequence", whole);
run(command.parse().opts<Options>());
