/** Hostile and large sources through the built command: each ends in seconds with a clear answer, and work grows with the text. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure, FaultGroup, FaultReport, FaultSetting } from "./fault-group.ts";
import { slowness, usualReference } from "./machine-speed.ts";
import { type CommandRun, runCommand } from "./run-command.ts";
import { badPrograms, hostileSources, largeSources } from "./source-texts.ts";

/** On a machine whose reference work takes `usualReference`. */
const mostSeconds = 5;
/** A run is stopped after so many times the limit: no machine is that slow for a while only. */
const mostSlowness = 2;
const mostBytes = 1e9;
/** From one size to twice that; the start of the program is taken off, and what is shorter than that is not compared. */
const mostGrowth = 3;
const sizes = [250_000, 500_000, 1_000_000] as const;

/** Of the large sources; `SELF` is the source. */
const commands: Readonly<Record<string, readonly string[]>> = {
  check: ["check", "SELF"],
  json: ["check", "--json", "SELF"],
  format: ["format", "--check", "SELF"],
  inspect: ["inspect", "SELF", "--size", "64x64"],
  cost: ["cost", "SELF", "--size", "64x64"],
  diff: ["diff", "SELF", "SELF"],
  explain: ["explain", "SELF", "--size", "64x64"],
};

export const sources: FaultGroup = {
  name: "sources",
  survives: `an answer within ${mostSeconds} s of processor time, where the reference work takes ${usualReference} s, and 1 GB, without an internal error`,
  run: tryAll,
};

async function tryAll({ short, folder }: FaultSetting): Promise<FaultReport> {
  const failures: Failure[] = [];
  /** Seconds over the limit, and how many times as long as usual the reference took then. */
  const overLimit: string[] = [];
  let tried = 0;
  let spent = 0;
  let longest = { words: "", seconds: 0 };
  let largest = { words: "", bytes: 0 };
  const attempt = async (words: readonly string[]): Promise<CommandRun> => {
    const run = await runCommand(words, { cwd: folder, processorSeconds: mostSlowness * mostSeconds });
    const shown = words.join(" ");
    tried++;
    spent += run.processorSeconds ?? mostSeconds;
    // Only where it decides: the speed of a shared machine changes from one minute to the next.
    const over = (run.processorSeconds ?? 0) > mostSeconds;
    const slower = over ? Math.min(slowness(), mostSlowness) : 1;
    if (over) overLimit.push(`${run.processorSeconds?.toFixed(1)} s at ${slower.toFixed(2)}`);
    const saw = faultOf(run, mostSeconds * slower);
    if (saw !== undefined) failures.push({ tried: shown, saw });
    if ((run.processorSeconds ?? mostSeconds) > longest.seconds)
      longest = { words: shown, seconds: run.processorSeconds ?? mostSeconds };
    if ((run.peakBytes ?? 0) > largest.bytes) largest = { words: shown, bytes: run.peakBytes ?? 0 };
    return run;
  };

  for (const [place, text] of badPrograms.entries()) {
    if (short && place % 6 !== 0) continue;
    const name = `bad-${place}.fcn`;
    writeFileSync(join(folder, name), text);
    await attempt(["check", name]);
  }
  for (const { name, files, words } of hostileSources) {
    if (short && files.some(({ bytes }) => bytes.length > 600_000)) continue;
    const own = join(folder, name);
    mkdirSync(own);
    for (const { path, bytes } of files) {
      if (bytes === "pipe") makePipe(join(own, path));
      else writeFileSync(join(own, path), bytes);
    }
    await attempt(
      words.map((word) => (word.endsWith(".fcn") || word.endsWith(".md") ? join(name, word) : word)),
    );
  }

  const [start] = [(await attempt(["--version"])).processorSeconds ?? 0];
  for (const [kind, make] of Object.entries(largeSources)) {
    const chosen = Object.entries(commands).filter(([command]) => !short || command === "check");
    for (const [command, words] of chosen) {
      const times: number[] = [];
      for (const size of short ? [100_000] : sizes) {
        // Of two sources, both together have the size.
        const own = size / words.filter((word) => word === "SELF").length;
        const name = `${kind.replaceAll(" ", "-")}-${own}.fcn`;
        writeFileSync(join(folder, name), make(own));
        const run = await attempt(words.map((word) => (word === "SELF" ? name : word)));
        times.push(run.processorSeconds ?? mostSeconds);
      }
      const growth = growthOf(times, start);
      if (growth > mostGrowth)
        failures.push({
          tried: `${command} of ${kind}, ${sizes.join(" / ")} bytes`,
          saw: `${times.map((time) => time.toFixed(2)).join(" / ")} s: ${growth.toFixed(1)} times as long for twice the text`,
        });
    }
  }
  return {
    tried,
    failures,
    notes: [
      `${spent.toFixed(0)} s of processor time in all`,
      `longest: ${longest.words}, ${longest.seconds.toFixed(1)} s of processor time`,
      `over ${mostSeconds} s: ${overLimit.length === 0 ? "none" : `${overLimit.join(", ")} times the reference's usual ${usualReference} s`}`,
      `most memory: ${largest.words}, ${(largest.bytes / 1e6).toFixed(0)} MB`,
    ],
  };
}

function faultOf(
  { status, signal, stdout, stderr, processorSeconds, peakBytes }: CommandRun,
  limit: number,
): string | undefined {
  if (signal !== null || processorSeconds === undefined) return `ended by ${signal ?? "a signal"}`;
  if (status !== 0 && status !== 1 && status !== 2)
    return `status ${status}: ${stderr.slice(0, 400).replaceAll("\n", " ~ ")}`;
  if (processorSeconds > limit)
    return `${processorSeconds.toFixed(1)} s of processor time, where ${limit.toFixed(1)} s are allowed at the machine's speed`;
  if ((peakBytes ?? 0) > mostBytes) return `${((peakBytes ?? 0) / 1e6).toFixed(0)} MB`;
  if (status !== 0 && stderr === "" && stdout === "") return "failed without a word";
  return undefined;
}

/** How many times as long the largest takes as the one half its size, without the start of the program. */
function growthOf(times: readonly number[], start: number): number {
  const [before, last] = [times.at(-2), times.at(-1)];
  if (before === undefined || last === undefined || last - start < 1) return 1;
  return (last - start) / Math.max(before - start, 0.1);
}

function makePipe(path: string): void {
  const { status } = spawnSync("mkfifo", [path]);
  if (status !== 0) throw new Error(`mkfifo ${path} ended with ${status}`);
}
