/**
 * The training benchmark: fcn and PyTorch train the same network on the same files, for the same number of steps of the
 * same batches, one after the other in one run. Prints a Markdown table.
 *
 *   npm run benchmark:training -- membrane DIRECTORY [--epochs N] [--engine native,wasm] [--seeds N] [--width N] [--tuned]
 *                                 [--continue trainings.json]
 *
 * PyTorch runs tuned (channels_last, transposed convolutions by pixel shuffle) with all cores, and as most people write it with all
 * cores and with one; with `--tuned`, and with several seeds, only the first. With several seeds both are trained with each, in turn;
 * the mean and standard deviation of the mean IoU are printed, too, and times are medians. `--continue` keeps each training's result in
 * a file and continues from those that are there.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EpochLine } from "../../../runtime/training/metrics-log.ts";
import { packageRoot } from "../../host/package-root.ts";
import { KeptResults } from "../../verify/kept-results.ts";
import { inParts } from "../../verify/recorded-result.ts";
import { benchmarkNames, programOf, type TorchForm, torchFormName, trainingJob } from "./job.ts";

interface Measured {
  readonly what: string;
  readonly meanIoU: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly steps: number;
}

interface Run {
  readonly program: string;
  readonly data: string;
  readonly epochs: string | undefined;
  /** Parameters of the network by name. */
  readonly settings: ReadonlyMap<string, string>;
  readonly seed: number;
}

function trainOurs(
  engine: string,
  { program, data, epochs, settings, seed }: Run,
  imagesPerEpoch: number,
  folder: string,
): Measured {
  const options = ["--data", data, "--out", folder, "--engine", engine, "--seed", String(seed), "--force"];
  for (const [name, value] of settings) options.push("--set", `${name}=${value}`);
  if (epochs !== undefined) options.push("--epochs", epochs);
  const run = spawnSync(
    process.execPath,
    [join(packageRoot(), "dist", "fcn.js"), "train", program, ...options],
    {
      stdio: ["ignore", 2, 2],
    },
  );
  if (run.status !== 0) throw new Error(`fcn train ended with ${run.status}`);
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>); // this program's own log
  const groups = rows.filter(({ kind }) => kind === "steps");
  const last = rows.filter(({ kind }) => kind === "epoch").at(-1);
  if (last === undefined) throw new Error("the log has no epoch");
  const steps = Number(last.step);
  // A line's pace is that of the steps since the line before it; every step counts alike.
  let before = 0;
  let secondsPerImage = 0;
  for (const group of groups) {
    secondsPerImage += (Number(group.step) - before) / steps / Number(group.images_per_second);
    before = Number(group.step);
  }
  return {
    what: `fcn, ${engine}`,
    meanIoU: meanIoUOf(last),
    seconds: secondsPerImage * imagesPerEpoch * Number(last.epoch),
    imagesPerSecond: 1 / secondsPerImage,
    steps,
  };
}

/** What tells one version of a program from another. */
const digestOf = (file: string): string =>
  createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 12);

/** Of the only output with labels. */
function meanIoUOf({ outputs }: Record<string, unknown>): number {
  const [values] = Object.values(outputs as EpochLine["outputs"]); // this program's own log
  return values?.mean_iou ?? Number.NaN;
}

function trainTheirs(job: object, form: TorchForm): Measured {
  const script = join(packageRoot(), "tools", "benchmarks", "training", "reference.py");
  const run = spawnSync("/usr/bin/python3", [script], {
    input: JSON.stringify({ ...job, ...form }),
    stdio: ["pipe", "pipe", 2],
    encoding: "utf8",
  });
  if (run.status !== 0)
    throw new Error(`python3 ended with ${run.status}; Debian's python3-torch and python3-pil are needed`);
  const result = JSON.parse(run.stdout) as Omit<Measured, "what"> & { readonly version: string }; // printed by reference.py
  return { ...result, what: torchFormName(result.version, form) };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: "string" },
    engine: { type: "string", default: "native" },
    seeds: { type: "string", default: "1" },
    width: { type: "string" },
    tuned: { type: "boolean", default: false },
    continue: { type: "string" },
  },
});
const [name = "", data = ""] = positionals;
const seedCount = Number(values.seeds);
if (
  !benchmarkNames.some((one) => one === name) ||
  data === "" ||
  !(Number.isInteger(seedCount) && seedCount > 0)
) {
  console.error(
    "usage: compare.ts membrane|camvid|nuclei|scenes DIRECTORY [--epochs N] [--engine native,wasm] [--seeds N] [--width N] [--tuned] [--continue FILE]",
  );
  process.exit(2);
}
const program = programOf(name);
const settings = new Map(values.width === undefined ? [] : [["width", values.width]]);
const folder = mkdtempSync(join(tmpdir(), "fcn-benchmark-"));
try {
  const { batch, imagesPerEpoch, job, rates } = await trainingJob(program, data, settings);
  const kept = await KeptResults.open<Measured>(
    values.continue,
    [name, digestOf(program), resolve(data), `epochs ${values.epochs ?? "as written"}`, ...settings].join(
      ", ",
    ),
  );
  /** As it was kept, or measured now. */
  const once = async (what: string, measure: () => Measured): Promise<Measured> => {
    const found = kept.get(what) ?? measure();
    await kept.put(what, found);
    return found;
  };
  const all = cpus().length;
  const plain = [...new Set([all, 1])].map((threads) => ({ threads, tuned: false }));
  const fastest = { threads: all, tuned: true };
  // With several seeds the figure is accuracy, which threads do not change.
  const forms: readonly TorchForm[] = seedCount > 1 || values.tuned ? [fastest] : [fastest, ...plain];
  const runs: Measured[][] = [];
  for (let seed = 1; seed <= seedCount; seed++) {
    const run = { program, data, epochs: values.epochs, settings, seed };
    const ours: Measured[] = [];
    for (const engine of values.engine.split(","))
      ours.push(await once(`seed ${seed}, ${engine}`, () => trainOurs(engine, run, imagesPerEpoch, folder)));
    const learningRates = rates(ours[0]?.steps ?? 0);
    const theirs: Measured[] = [];
    for (const form of forms)
      theirs.push(
        await once(`seed ${seed}, PyTorch, ${form.threads} threads${form.tuned ? ", tuned" : ""}`, () =>
          trainTheirs({ ...job, seed, rates: learningRates }, form),
        ),
      );
    runs.push([...theirs, ...ours]);
    for (const { what, meanIoU } of runs.at(-1) ?? [])
      console.log(`seed ${seed}: ${what}: mean IoU ${meanIoU.toFixed(4)}`);
  }
  const said = [...settings].map(([key, value]) => `, ${key} ${value}`).join("");
  console.log(
    `\n${name}${said}: ${runs[0]?.[0]?.steps} steps of ${batch} images, ${seedCount} ${seedCount === 1 ? "seed" : "seeds"}; ` +
      `${cpus()[0]?.model}, ${cpus().length} cores${inParts(kept.commits)}\n`,
  );
  if (seedCount > 1) console.log(`${accuracyTable(runs)}\n`);
  console.log(speedTable(medians(runs)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of each of the programs that were run side by side: its run of the median time. */
function medians(runs: readonly (readonly Measured[])[]): readonly Measured[] {
  return (runs[0] ?? []).flatMap((_, index) => {
    const found = runs.flatMap((run) => run[index] ?? []).toSorted((a, b) => a.seconds - b.seconds);
    return found[Math.floor(found.length / 2)] ?? [];
  });
}

/** Beside the first of PyTorch's, which is the fastest. */
function speedTable(rows: readonly Measured[]): string {
  const one = rows[0]?.imagesPerSecond ?? Number.NaN;
  return [
    `| | mean IoU | training time (s) | images per second | of those of ${rows[0]?.what} |`,
    "|-|-|-|-|-|",
    ...rows.map(
      ({ what, meanIoU, seconds, imagesPerSecond }) =>
        `| ${what} | ${meanIoU.toFixed(3)} | ${seconds.toFixed(0)} | ${imagesPerSecond.toFixed(1)} | ${(imagesPerSecond / one).toFixed(2)} |`,
    ),
  ].join("\n");
}

/** Mean and sample standard deviation over the seeds of each of the programs that were run side by side. */
function accuracyTable(runs: readonly (readonly Measured[])[]): string {
  const rows = (runs[0] ?? []).map(({ what }, index) => {
    const found = runs.map((run) => run[index]?.meanIoU ?? Number.NaN);
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1);
    const each = found.map((value) => value.toFixed(3)).join(", ");
    return `| ${what} | ${mean.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)} | ${each} |`;
  });
  return ["| | mean IoU, mean ± standard deviation | for each seed |", "|-|-|-|", ...rows].join("\n");
}
