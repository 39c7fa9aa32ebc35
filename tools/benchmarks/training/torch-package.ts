/**
 * The emitted PyTorch package and its twin written by hand (reference.py) train the same network on the same files with the same threads,
 * in processes that take turns: in every round each trains as many steps on one batch that is in memory, and then as many of the whole
 * training, with loading, augmentation and what the package logs. Prints a Markdown table.
 *
 *   npm run benchmark:torch-package -- membrane|camvid|nuclei|scenes DIRECTORY [--rounds N] [--steps N] [--threads N]
 *
 * Written by hand it is measured tuned (channels_last, transposed convolutions by pixel shuffle) and as usual. A round has as many steps as
 * take the tuned form about four seconds, unless told. The first epoch comes before the rounds: in it the
 * package reads the files, which the twin reads before it begins; with that, it is a row of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packageName } from "../../../compiler/targets/pytorch/names.ts";
import { findInterpreter } from "../../../runtime/python/interpreter.ts";
import { packageRoot } from "../../host/package-root.ts";
import { emittedPackage } from "../../verify/targets/compare-pytorch.ts";
import { median } from "../native/measured.ts";
import { benchmarkNames, programOf, trainingJob } from "./job.ts";
import { PacedProcess, type Taken } from "./paced-process.ts";

/** Of the tuned twin, for a round. */
const roundSeconds = 4;

const works = { step: "step, without data", train: "training", epoch: "data opened, first epoch" } as const;
type Work = keyof typeof works;
const workNames = Object.keys(works) as Work[]; // its own keys

interface Program {
  readonly name: string;
  /** Of PyTorch. */
  readonly version: string;
  readonly process: PacedProcess;
  /** Of a step of the first epoch. */
  readonly stepSeconds: number;
  readonly taken: Readonly<Record<Work, Taken[]>>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    steps: { type: "string" },
    threads: { type: "string", default: String(cpus().length) },
  },
});
const [name = "", data = ""] = positionals;
const [rounds, threads] = [Number(values.rounds), Number(values.threads)];
const asked = values.steps === undefined ? undefined : Number(values.steps);
const isCount = (value: number) => Number.isInteger(value) && value > 0;
if (
  !benchmarkNames.some((one) => one === name) ||
  data === "" ||
  ![rounds, threads, asked ?? 1].every(isCount)
) {
  console.error(
    "usage: torch-package.ts membrane|camvid|nuclei|scenes DIRECTORY [--rounds N] [--steps N] [--threads N]",
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "fcn-torch-package-"));
const programs: Program[] = [];
try {
  const { network, batch, imagesPerEpoch, job } = await trainingJob(programOf(name), data, new Map());
  for (const [path, bytes] of await emittedPackage(network)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const epoch = Math.ceil(imagesPerEpoch / batch);
  const twin = { ...job, threads, seed: 1 };
  const tuned = await begin("by hand, tuned", "twin_rounds.py", { ...twin, tuned: true }, epoch);
  const plain = await begin("by hand, usual", "twin_rounds.py", { ...twin, tuned: false }, epoch);
  const emitted = {
    package: packageName(network.name),
    data: resolve(data),
    out: join(folder, "runs"),
    threads,
  };
  await begin("emitted package", "package_rounds.py", emitted, epoch);
  const steps = asked ?? Math.max(4, Math.ceil(roundSeconds / tuned.stepSeconds));
  for (let round = 0; round < rounds; round++)
    for (const work of ["step", "train"] as const)
      for (const program of rotated(programs, round))
        program.taken[work].push(await program.process.ask({ work, steps }));
  console.log(
    `${name}: PyTorch ${tuned.version}, ${threads} ${threads === 1 ? "thread" : "threads"}; ${rounds} rounds of ${steps} steps of ${batch} images; ` +
      `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model}, ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}\n`,
  );
  console.log("| | | images per second | of the tuned form's | of the usual form's | processor time |");
  console.log("|-|-|-|-|-|-|");
  for (const work of workNames)
    for (const program of programs) console.log(row(work, program, [tuned, plain]));
} finally {
  for (const { process: child } of programs) child.end();
  rmSync(folder, { recursive: true, force: true });
}

/** Opens the data and trains the first epoch. */
async function begin(what: string, script: string, request: object, steps: number): Promise<Program> {
  const file = join(packageRoot(), "tools", "benchmarks", "training", script);
  const child = new PacedProcess(findInterpreter().command, file, folder);
  try {
    const opened = await child.ask<Taken & { readonly version: string }>(request);
    const first = await child.ask({ work: "train", steps });
    const whole = {
      seconds: opened.seconds + first.seconds,
      processor: opened.processor + first.processor,
      images: first.images,
    };
    const taken: Program["taken"] = { step: [], train: [], epoch: [whole] };
    const { version } = opened;
    const program = { name: what, version, process: child, stepSeconds: first.seconds / steps, taken };
    programs.push(program);
    return program;
  } catch (error) {
    child.end();
    throw error;
  }
}

/** Another one first in each round. */
function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Processor time is that of an image, of the tuned twin's. */
function row(work: Work, { name: what, taken }: Program, twins: readonly Program[]): string {
  const pace = ({ images, seconds }: Taken) => images / seconds;
  const effort = ({ images, processor }: Taken) => processor / images;
  const ratios = (value: (one: Taken) => number, other: Program | undefined) =>
    taken[work].map((one, round) => {
      const beside = other?.taken[work][round];
      return beside === undefined ? Number.NaN : value(one) / value(beside);
    });
  const cells = [
    spread(taken[work].map(pace), 1),
    ...twins.map((twin) => spread(ratios(pace, twin), 2)),
    spread(ratios(effort, twins[0]), 2),
  ];
  return `| ${[works[work], what, ...cells].join(" | ")} |`;
}

/** The median, and the range where there are several. */
function spread(numbers: readonly number[], digits: number): string {
  const middle = median(numbers).toFixed(digits);
  if (numbers.length < 2) return middle;
  return `${middle} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;
}
