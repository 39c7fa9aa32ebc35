/**
 * The start-up benchmark: whole processes, interleaved, against `node -e 0` in the same run. Prints a Markdown table.
 *
 *   npm run benchmark:start-up
 *
 * Ends with status 1 when a command takes more than five times as long as `node -e 0` (medians).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";

const runs = 21;
const limit = 5;

const fcn = join(packageRoot(), "dist", "fcn.js");
const example = join(packageRoot(), "examples", "u-net.fcn");
const folder = mkdtempSync(join(tmpdir(), "fcn-start-up-"));

const commands: readonly { readonly name: string; readonly arguments: readonly string[] }[] = [
  { name: "node -e 0", arguments: ["-e", "0"] },
  { name: "fcn check examples/u-net.fcn", arguments: [fcn, "check", example] },
  {
    name: "fcn diagram examples/u-net.fcn -o x.dot",
    arguments: [fcn, "diagram", example, "-o", join(folder, "x.dot")],
  },
];

function milliseconds(given: readonly string[]): number {
  const before = process.hrtime.bigint();
  const run = spawnSync(process.execPath, given, { stdio: ["ignore", "ignore", "inherit"] });
  const time = Number(process.hrtime.bigint() - before) / 1e6;
  if (run.status !== 0) throw new Error(`${given.join(" ")} ended with ${run.status}`);
  return time;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  const times = commands.map((): number[] => []);
  for (const command of commands) milliseconds(command.arguments); // files into the system's cache
  for (let run = 0; run < runs; run++)
    for (const [index, command] of commands.entries()) times[index]?.push(milliseconds(command.arguments));
  const medians = times.map(median);
  const base = medians[0] ?? Number.NaN;
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${runs} runs each, interleaved\n`,
  );
  console.log("| command | median (ms) | minimum | maximum | ratio |\n|-|-|-|-|-|");
  for (const [index, { name }] of commands.entries()) {
    const own = times[index] ?? [];
    const time = medians[index] ?? Number.NaN;
    console.log(
      `| \`${name}\` | ${time.toFixed(0)} | ${Math.min(...own).toFixed(0)} | ${Math.max(...own).toFixed(0)} | ${(time / base).toFixed(1)} |`,
    );
  }
  if (medians.some((time) => time > limit * base)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
