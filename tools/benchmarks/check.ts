/**
 * How long checking takes beyond start-up: the largest example and a generated network of 5,000 operations, whole processes,
 * interleaved, less the same command on a network of one layer; and how long calls of the compiler take in a program that stays.
 * Prints Markdown tables.
 *
 *   npm run benchmark:check
 *
 * Time of the processor (user and system), which other programs on the machine change less than the clock. Ends with status 1 when
 * the example takes more than 150 ms, the generated network more than 2 s, `compile` of 24 layers more than 15 ms or `analyse` of
 * PSPNet more than 50 ms (medians).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";
import { timeCalls } from "./compiler-calls.ts";

const runs = 11;
const operations = 5000;

const fcn = join(packageRoot(), "dist", "fcn.js");
const folder = mkdtempSync(join(tmpdir(), "fcn-check-"));

const network = (body: string) =>
  `network Net(classes = 2) {\n  input image [3, H, W]\n${body}\n  output labels by softmax\n}\n`;

function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, network(body));
  return path;
}

/** The example has ResNet-50; the paper's larger encoder in its place. */
function largestExample(): string {
  const text = readFileSync(join(packageRoot(), "examples", "deeplab-v3-plus.fcn"), "utf8");
  const path = join(folder, "largest.fcn");
  writeFileSync(path, text.replaceAll("resnet50", "resnet101"));
  return path;
}

/** Five operations per iteration: convolution, normalisation, activation, convolution, sum. */
const turn = "conv(8, 3x3) batchnorm relu as x[i] conv(8, 3x3) skip x[i] by add";
const turns = operations / 5;

const subjects = [
  { name: "one layer (start-up)", path: program("one.fcn", "  conv(classes, 1x1)"), limit: undefined },
  {
    name: "`examples/deeplab-v3-plus.fcn`, with ResNet-101",
    path: largestExample(),
    limit: 150,
  },
  {
    name: `a generated network of ${operations.toLocaleString("en-US")} operations`,
    path: program("long.fcn", `  conv(8, 1x1)\n  for i in 0 ..< ${turns} { ${turn} }\n  conv(classes, 1x1)`),
    limit: 2000,
  },
] as const;

/** Written by the process itself when it ends, as the last line of its errors. */
const reporter =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>{const{user,system}=process.cpuUsage();writeSync(2,String.fromCharCode(10)+(user+system)/1000)})';

/** Milliseconds of the processor, and of the clock. */
function check(path: string): { readonly processor: number; readonly clock: number } {
  const before = process.hrtime.bigint();
  const run = spawnSync(process.execPath, ["--import", reporter, fcn, "check", path], { encoding: "utf8" });
  const clock = Number(process.hrtime.bigint() - before) / 1e6;
  if (run.status !== 0) throw new Error(`fcn check ${path} ended with ${run.status}: ${run.stderr}`);
  return { processor: Number(run.stderr.trim().split("\n").at(-1)), clock };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  const times = subjects.map((): { processor: number; clock: number }[] => []);
  for (const { path } of subjects) check(path); // files into the system's cache
  for (let run = 0; run < runs; run++)
    for (const [index, { path }] of subjects.entries()) times[index]?.push(check(path));
  const medians = times.map((own) => ({
    processor: median(own.map(({ processor }) => processor)),
    clock: median(own.map(({ clock }) => clock)),
  }));
  const base = medians[0] ?? { processor: Number.NaN, clock: Number.NaN };
  console.log(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${runs} runs each\n`);
  console.log(
    "| `fcn check` of | processor (ms) | beyond start-up | wall clock (ms) | beyond start-up | limit |",
  );
  console.log("|-|-:|-:|-:|-:|-:|");
  for (const [index, { name, limit }] of subjects.entries()) {
    const { processor, clock } = medians[index] ?? base;
    const cells = [processor, processor - base.processor, clock, clock - base.clock].map((time) =>
      time.toFixed(0),
    );
    console.log(`| ${name} | ${cells.join(" | ")} | ${limit ?? ""} |`);
    if (limit !== undefined && processor - base.processor > limit) process.exitCode = 1;
  }
  console.log("\n| in one process | first call (ms) | median (ms) | limit |\n|-|-:|-:|-:|");
  for (const { name, first, median: usual, limit } of await timeCalls()) {
    console.log(`| ${name} | ${first.toFixed(0)} | ${usual.toFixed(1)} | ${limit} |`);
    if (usual > limit) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
