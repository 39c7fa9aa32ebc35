/**
 * Compares forecasts of memory with what the engines allocate, for every example. docs/memory.md describes what is compared and
 * records the last result.
 *
 *   npm run verify:memory -- [--engine wasm] [--only u-net.fcn]
 *   npm run verify:memory -- --engine native --recomputation    # every level of recomputation
 *
 * Ends with status 1 when a forecast is more than 10 % off, or on `native` more than 25 %.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { type CompiledNetwork, compile } from "../../compiler/compile.ts";
import { percent } from "../../views/text/numbers.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";
import { compareMemory, type MemoryComparison } from "./memory/compare.ts";
import { bundleGrowth, compareGrowth, compareRecomputation, growthSubjects } from "./memory/native.ts";
import { type MemorySubject, memorySubjects } from "./memory/subjects.ts";
import type { MeasuredEngine } from "./memory/tfjs-meters.ts";

const engines = ["cpu", "wasm", "native"] as const;
type ComparedEngine = (typeof engines)[number];

/** One image on the slow engine, several on the other. */
const batches: { readonly [engine in MeasuredEngine]: number } = { cpu: 1, wasm: 3 };

const tolerance = 0.1;
/** Of the growth of processes: what JavaScript has not collected yet is in it. */
const growthTolerance = 0.25;

interface Options {
  readonly engine?: ComparedEngine;
  readonly only?: string;
  readonly recomputation?: boolean;
}

function networkOf({ example, settings }: MemorySubject): CompiledNetwork {
  const path = join(packageRoot(), "examples", example);
  const source = { path, text: readFileSync(path, "utf8") };
  const { networks } = compile(source, createFileHost(), { settings: new Map(Object.entries(settings)) });
  const [network] = networks;
  if (network === undefined) throw new Error(`${example} does not compile`);
  return network;
}

const error = ({ forecast, measured }: Omit<MemoryComparison, "run">): number => forecast / measured - 1;

const signed = (share: number): string => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

async function run({ engine, only, recomputation }: Options): Promise<void> {
  if (recomputation) {
    await runRecomputation(only);
    return;
  }
  const names: readonly ComparedEngine[] = engine === undefined ? engines : [engine];
  const measured = names.filter((name) => name !== "native");
  if (measured.length > 0) await runMeters(measured, only);
  if (names.includes("native")) await runProcesses(only);
}

async function runProcesses(only: string | undefined): Promise<void> {
  const program = await bundleGrowth();
  let worst = 0;
  console.log(
    "| native | pixels | batch | inference: measured, MB | forecast | training: measured, MB | forecast |",
  );
  console.log("| - | -: | -: | -: | -: | -: | -: |");
  for (const subject of growthSubjects) {
    if (only !== undefined && subject.example !== only) continue;
    const compared = await compareGrowth(program, subject);
    worst = Math.max(worst, ...compared.map((one) => Math.abs(error(one))));
    const cells = compared.flatMap((one) => [(one.measured / 1e6).toFixed(0), signed(error(one))]);
    console.log(`| ${[subject.example, `${subject.size}`, `${subject.batch}`, ...cells].join(" | ")} |`);
  }
  console.log(`\nlargest error: ${(100 * worst).toFixed(1)} %`);
  if (worst > growthTolerance) process.exitCode = 1;
}

async function runRecomputation(only: string | undefined): Promise<void> {
  const program = await bundleGrowth();
  console.log("| native, training | pixels | batch | more operations | measured, MB | forecast |");
  console.log("| - | -: | -: | -: | -: | -: |");
  for (const subject of growthSubjects) {
    if (only !== undefined && subject.example !== only) continue;
    for (const one of await compareRecomputation(program, subject)) {
      const cells = [percent(one.added), (one.measured / 1e6).toFixed(0), signed(error(one))];
      console.log(`| ${[subject.example, `${subject.size}`, `${subject.batch}`, ...cells].join(" | ")} |`);
    }
  }
}

async function runMeters(names: readonly MeasuredEngine[], only: string | undefined): Promise<void> {
  let worst = 0;
  for (const name of names) {
    console.log(
      `| ${name}, batch of ${batches[name]} | pixels | inference: measured, MB | forecast | training: measured, MB | forecast |`,
    );
    console.log("| - | -: | -: | -: | -: | -: |");
    for (const subject of memorySubjects) {
      if (only !== undefined && subject.example !== only) continue;
      const compared = await compareMemory(name, networkOf(subject), subject.size, batches[name]);
      worst = Math.max(worst, ...compared.map((one) => Math.abs(error(one))));
      const cells = compared.flatMap((one) => [megabytes(one.measured), signed(error(one))]);
      console.log(`| ${[subject.example, `${subject.size}`, ...cells].join(" | ")} |`);
    }
    console.log("");
  }
  console.log(`largest error: ${(100 * worst).toFixed(1)} %`);
  if (worst > tolerance) process.exitCode = 1;
}

const command = new Command("verify:memory")
  .description("Compares forecasts of memory with what the engines allocate.")
  .addOption(new Option("--engine <name>", "only this engine").choices(engines))
  .option("--only <example>", "only this example, e.g. u-net.fcn")
  .option("--recomputation", "every level of recomputation, on native");
await run(command.parse().opts<Options>());
