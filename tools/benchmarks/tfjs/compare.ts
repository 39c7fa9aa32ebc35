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

async function ask(side: ChildProcess, asked: Asked): Promise<Answered> {
  const answer = once(side, "message");
  side.send(asked);
  const [found] = (await answer) as [Answered & { readonly error?: string }]; // as measure.ts answers
  if (found.error !== undefined) console.error(`${asked.example}: ${found.error}`);
  return found;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const sides = [start(packageRoot()), start(other)];
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
    for (let round = 0; round < Number(rounds); round++) {
      for (const [i, side] of sides.entries()) {
        const asked: Asked = {
          ...{ engine, example, settings: widened, size, run },
          batch: engine === "cpu" ? 1 : 2,
          warm: engine === "cpu" ? 1 : 4,
          measured: engine === "cpu" ? 2 : 4,
        };
        const { processor, loss } = await ask(side, asked);
        times[i]?.push(...(processor ?? []));
        losses[i] = loss ?? Number.NaN;
      }
    }
    const [mine = Number.NaN, theirs = Number.NaN] = times.map(median);
    ratios[run].push(mine / theirs);
    const [a = 0, b = 0] = losses;
    if (Math.abs(a - b) > 1e-3 * (1 + Math.abs(b))) console.error(`${example}: losses ${a} and ${b}`);
    cells.push(mine.toFixed(1), theirs.toFixed(1), (mine / theirs).toFixed(2));
  }
  console.log(`| ${[example.replace(".fcn", ""), ...cells].join(" | ")} |`);
}
const mean = (values: readonly number[]) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length).toFixed(2);
console.log(`| geometric mean | | | ${mean(ratios.train)} | | | ${mean(ratios.predict)} |`);
for (const side of sides) side.disconnect();
