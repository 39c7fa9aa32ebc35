/**
 * How long writing a TypeScript module takes beyond start-up: the largest example, whole processes, interleaved with `fcn check` of a
 * network of one layer, which is start-up. Prints a Markdown table.
 *
 *   npm run benchmark:emit
 *
 * Time of the processor (user and system). Ends with status 1 when the example takes more than 2 s (median).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";

const runs = 5;
const limit = 2000;

const fcn = join(packageRoot(), "dist", "fcn.js");
const folder = mkdtempSync(join(tmpdir(), "fcn-emit-"));

/** Written by the process itself when it ends, as the last line of its errors. */
const reporter =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>{const{user,system}=process.cpuUsage();writeSync(2,String.fromCharCode(10)+(user+system)/1000)})';

/** Milliseconds of the processor. */
function time(parameters: readonly string[]): number {
  const run = spawnSync(process.execPath, ["--import", reporter, fcn, ...parameters], { encoding: "utf8" });
  if (run.status !== 0)
    throw new Error(`fcn ${parameters.join(" ")} ended with ${run.status}: ${run.stderr}`);
  return Number(run.stderr.trim().split("\n").at(-1));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  const small = join(folder, "one.fcn");
  writeFileSync(
    small,
    "network Net(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 1x1)\n  output labels by softmax\n}\n",
  );
  const large = join(folder, "largest.fcn");
  const example = readFileSync(join(packageRoot(), "examples", "deeplab-v3-plus.fcn"), "utf8");
  writeFileSync(large, example.replaceAll("resnet50", "resnet101"));
  const starts: number[] = [];
  const emissions: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    starts.push(time(["check", small]));
    emissions.push(time(["emit", large, "--to", "typescript", "-o", join(folder, `module${run}.ts`)]));
  }
  const beyond = median(emissions) - median(starts);
  console.log(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${runs} runs each\n`);
  console.log("| `fcn emit --to typescript` of | processor (ms) | beyond start-up | limit |\n|-|-:|-:|-:|");
  console.log(
    `| \`examples/deeplab-v3-plus.fcn\`, with ResNet-101 | ${median(emissions).toFixed(0)} | ${beyond.toFixed(0)} | ${limit} |`,
  );
  if (!(beyond <= limit)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
