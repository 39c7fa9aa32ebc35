/**
 * Every example's training step and prediction on an engine of TensorFlow.js, by this checkout and by another one of this project,
 * one after the other in one run. Processor time, median of all rounds, and the ratio of this one to the other.
 *
 *   npm run benchmark:wasm -- OTHER_CHECKOUT [--engine wasm|cpu] [--only u-net.fcn] [--rounds 3] [--wide 4]
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Command, Option } from "commander";
import { packageRoot } from "../../host/package-root.ts";
import { memorySubjects } from "../../verify/memory/subjects.ts";
import type { Answered, Asked } from "./measure.ts";

interface Options {
  readonly engine: "wasm" | "cpu";
  readonly only?: string;
  readonly rounds: string;
  readonly wide: string;
}

const command = new Command("benchmark:wasm")
  .argument("<other>", "another checkout of this project")
  .addOption(new Option("--engine <name>", "the engine").choices(["wasm", "cpu"]).default("wasm"))
  .option("--only <examples>", "only these, with commas between")
  .option("--rounds <count>", "of each side", "3")
  .option("--wide <factor>", "times the width of the memory comparison", "4")
  .parse();
const { engine, only, rounds, wide } = command.opts<Options>();
const [other = ""] = command.args;

function start(root: string): ChildProcess {
  return fork(new URL("measure.ts", import.meta.url), [root], { execArgv: process.execArgv });
}

/** @throws Error where the process ends before it answers */
async function ask(side: ChildProcess, asked: Asked): Promise<Answered> {
  const ended = (why: string | number | null) =>
    new Error(`the process that measures ${asked.example} ended (${why})`);
  if (!side.connected) throw ended(side.exitCode ?? side.signalCode);
  const over = new AbortController();
  const { signal } = over;
  try {
    const answer = once(side, "message", { signal }) as Promise<[Answered]>; // as measure.ts answers
    const end = once(side, "exit", { signal }).then(([code, by]): never => {
      throw ended(code ?? by);
    });
    side.send(asked);
    const [found] = await Promise.race([answer, end]);
    return found;
  } finally {
    over.abort();
  }
}

/** A dash stands for what does not run. */
function shown(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const roots = [packageRoot(), other];
const sides = roots.map(start);
console.log(
  "| example | training step, ms | before | ratio | prediction, ms | before | ratio |\n| - | -: | -: | -: | -: | -: | -: |",
);
const ratios: { readonly train: number[]; readonly predict: number[] } = { train: [], predict: [] };
for (const { example, settings, size } of memorySubjects) {
  if (only !== undefined && !only.split(",").includes(example)) continue;
  const width = settings.width;
  const factor = Number(wide);
  const widened =
    width === undefined || factor === 1 ? settings : { ...settings, width: `${Number(width) * factor}` };
  const cells: string[] = [];
  for (const run of ["train", "predict"] as const) {
    const times = sides.map((): number[] => []);
    const losses = sides.map(() => Number.NaN);
    const failed = new Set<number>();
    for (let round = 0; round < Number(rounds); round++) {
      for (const [i, side] of sides.entries()) {
        if (failed.has(i)) continue;
        const asked: Asked = {
          ...{ engine, example, settings: widened, size, run },
          batch: 2,
          warm: engine === "cpu" ? 1 : 4,
          measured: engine === "cpu" ? 2 : 4,
        };
        const { processor, loss, error } = await ask(side, asked);
        if (error !== undefined) {
          failed.add(i);
          console.error(`${example}, ${run}, ${roots[i]}: ${error}`);
        }
        times[i]?.push(...(processor ?? []));
        losses[i] = loss ?? Number.NaN;
      }
    }
    const [mine = Number.NaN, theirs = Number.NaN] = times.map(median);
    if (failed.size === 0) ratios[run].push(mine / theirs);
    const [a = 0, b = 0] = losses;
    if (Math.abs(a - b) > 1e-3 * (1 + Math.abs(b))) console.error(`${example}: losses ${a} and ${b}`);
    cells.push(shown(mine, 1), shown(theirs, 1), shown(mine / theirs, 2));
  }
  console.log(`| ${[example.replace(".fcn", ""), ...cells].join(" | ")} |`);
}
const mean = (values: readonly number[]) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length).toFixed(2);
console.log(
  `| geometric mean of those that both run | | | ${mean(ratios.train)} | | | ${mean(ratios.predict)} |`,
);
for (const side of sides) side.disconnect();
