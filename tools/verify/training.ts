/**
 * Trains the networks that newcomers wrote, narrow, on synthetic scenes by the built command, once on every engine of this machine:
 * `fcn data synth`, then `fcn train --engine NAME`, one step an epoch. The losses must fall below a share of the first, and those of
 * all engines must be the same for as long as rounding lets them. docs/verification.md describes it; a full run writes its result there.
 *
 *   npm run verify:training -- [--only linknet.fcn] [--engine wasm native] [--steps 30] [--continue training.json]
 *
 * `--continue` keeps each curve in a file and continues from those that are there, which `--only` and `--engine` may have made.
 * Ends with status 1 when a loss stays above, or engines part too early or too far.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { readLines } from "../../runtime/training/metrics-log.ts";
import { packageRoot } from "../host/package-root.ts";
import { runCommand } from "./faults/run-command.ts";
import { KeptResults } from "./kept-results.ts";
import { memorySubjects } from "./memory/subjects.ts";
import { circumstances, recordResult } from "./recorded-result.ts";

/** Beside those of `memorySubjects`: the scenes have four classes, and dropout would hide how far the loss can fall. */
const subjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "attention-u-net.fcn": { classes: "4" },
  "deep-supervision.fcn": {},
  "linknet.fcn": { classes: "4" },
  "mobilenet-u-net.fcn": { classes: "4" },
  "panoptic-fpn.fcn": {},
  "siamese-change.fcn": { rate: "0" },
  "u-net-plus-plus.fcn": { rate: "0" },
};

const engineNames: readonly EngineName[] = ["wasm", "native", "cpu", "webgpu", "torch"];
const learningRate = 0.01;
/** Of the first loss, what may be left after the last step. */
const mostLeft = 0.75;
/** Relative, of the first step: the same weights and scenes. */
const firstTolerance = 1e-4;
/** Relative, of the last: a rectifier or a maximum that rounding decides the other way makes trainings part. */
const lastTolerance = 0.1;

interface Options {
  readonly only?: readonly string[];
  readonly engine?: readonly EngineName[];
  readonly steps: string;
  readonly continue?: string;
}

interface Curve {
  readonly engine: EngineName;
  readonly losses: readonly number[];
}

async function run({ only, engine: asked = engineNames, steps, continue: file }: Options): Promise<void> {
  const kept = await KeptResults.open<Curve>(file, `${steps} steps`);
  const engines = await working(asked);
  const rows: string[] = [];
  for (const [example, settings] of Object.entries(subjects)) {
    if (only !== undefined && !only.includes(example)) continue;
    const curves = await train(example, settings, engines, Number(steps), kept);
    for (const fault of faultsOf(curves)) {
      console.log(`${example}: ${fault}`);
      process.exitCode = 1;
    }
    rows.push(rowOf(example, curves, engines));
    console.log(rows.at(-1));
  }
  if (rows.length === 0) throw new Error(`there is no ${only?.join(", ")} among these networks`);
  const full = only === undefined && engines.length === engineNames.length && process.exitCode !== 1;
  if (!full) return;
  const head = `| network | first loss | ${engines.map((name) => `after ${steps}, ${name}`).join(" | ")} | first losses differ by | last by |`;
  const line = `| - | -: | ${engines.map(() => "-: | ").join("")}-: | -: |`;
  const text = `${circumstances(kept.commits)}: \`npm run verify:training\`, ${steps} steps at a learning rate of ${learningRate}.`;
  await recordResult(
    "verification.md",
    "npm run verify:training",
    [`${text}\n`, head, line, ...rows].join("\n"),
  );
}

async function working(names: readonly EngineName[]): Promise<readonly EngineName[]> {
  const found: EngineName[] = [];
  for (const name of names) {
    const report = await (await loadEngine(name)).probe();
    if (report.works) found.push(name);
    else console.log(`${name} does not work here: ${report.reason}`);
  }
  if (found.length === 0) throw new Error("none of these engines works on this machine");
  return found;
}

/** A folder for each network: the program, its scenes beside it, and a run for each engine. */
async function train(
  example: string,
  settings: Readonly<Record<string, string>>,
  engines: readonly EngineName[],
  steps: number,
  kept: KeptResults<Curve>,
): Promise<readonly Curve[]> {
  const before = engines.flatMap((engine) => kept.get(`${example} on ${engine}`) ?? []);
  if (before.length === engines.length) return before;
  const subject = memorySubjects.find((one) => one.example === example);
  if (subject === undefined) throw new Error(`there is no example ${example}`);
  const folder = mkdtempSync(join(tmpdir(), "fcn-training-"));
  try {
    const text = readFileSync(join(packageRoot(), "examples", example), "utf8");
    const name = /^network (\w+)/m.exec(text)?.[1] ?? "";
    writeFileSync(join(folder, example), /^train /m.test(text) ? text : `${text}\n${trainSection(name)}`);
    const size = `${subject.size}x${subject.size}`;
    const data = join("data", example === "siamese-change.fcn" ? "pairs" : "scenes");
    // four to train on, which are one batch
    const synth = ["data", "synth", data, "--count", "5", "--size", size, "--seed", "2", "--changes"];
    await succeed(synth, folder);
    const set = Object.entries({ ...subject.settings, ...settings }).flatMap(([name, value]) => [
      "--set",
      `${name}=${value}`,
    ]);
    const curves: Curve[] = [];
    for (const engine of engines) {
      const name = `${example} on ${engine}`;
      const known = kept.get(name);
      if (known !== undefined) {
        curves.push(known);
        continue;
      }
      const options = ["--epochs", `${steps}`, "--batch", "4", "--learning-rate", `${learningRate}`];
      await succeed(["train", example, ...set, "--engine", engine, ...options, "--out", engine], folder);
      const lines = await readLines(join(folder, engine, "metrics.jsonl"));
      const losses = lines.flatMap((line) => (line.kind === "epoch" ? [line.loss] : []));
      curves.push({ engine, losses });
      await kept.put(name, { engine, losses });
    }
    return curves;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of an example without one. */
const trainSection = (network: string): string => `train ${network} {
  data folder("data/scenes", images = "images/train/*.png", labels = "labels/train/*.png",
    validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")
}
`;

async function succeed(words: readonly string[], cwd: string): Promise<void> {
  const { status, stderr } = await runCommand(words, { cwd });
  if (status !== 0) throw new Error(`fcn ${words.join(" ")} ended with status ${status}:\n${stderr}`);
}

const last = ({ losses }: Curve): number => losses.at(-1) ?? Number.NaN;
const first = ({ losses }: Curve): number => losses[0] ?? Number.NaN;

/** The largest relative difference between two engines. */
function spread(curves: readonly Curve[], at: (curve: Curve) => number): number {
  const values = curves.map(at);
  return (Math.max(...values) - Math.min(...values)) / Math.min(...values);
}

function faultsOf(curves: readonly Curve[]): readonly string[] {
  const high = curves
    .filter((curve) => !(last(curve) < mostLeft * first(curve)))
    .map((curve) => `${curve.engine}: the loss is ${first(curve)}, then ${last(curve)}`);
  const apart = [
    ["first", spread(curves, first), firstTolerance],
    ["last", spread(curves, last), lastTolerance],
  ] as const;
  const parted = apart
    .filter(([, found, most]) => !(found <= most))
    .map(
      ([which, found, most]) => `the ${which} losses differ by ${found.toExponential(1)}, more than ${most}`,
    );
  return [...high, ...parted];
}

function rowOf(example: string, curves: readonly Curve[], engines: readonly EngineName[]): string {
  const cells = engines.map((name) => {
    const curve = curves.find(({ engine }) => engine === name);
    return curve === undefined ? "" : last(curve).toFixed(4);
  });
  const differences = [first, last].map((at) => spread(curves, at).toExponential(0));
  return `| ${[`\`${example}\``, curves[0] === undefined ? "" : first(curves[0]).toFixed(4), ...cells, ...differences].join(" | ")} |`;
}

await new Command("verify:training")
  .description("Trains the newcomers' networks on synthetic scenes on every engine by the built command.")
  .option("--only <examples...>", "only these, e.g. linknet.fcn")
  .addOption(new Option("--engine <names...>", "engines to train on").choices(engineNames))
  .option("--steps <number>", "steps of training", "30")
  .option("--continue <file>", "keep the curves in this file, and continue from those that are there")
  .action(run)
  .parseAsync();
process.exit();
