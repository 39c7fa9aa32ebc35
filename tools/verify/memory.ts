/**
 * Compares forecasts of memory with what the engines allocate, for every example. docs/memory.md describes what is compared and
 * records the last result.
 *
 *   npm run verify:memory -- [--engine wasm] [--only u-net.fcn]
 *
 * Ends with status 1 when a forecast is more than 10 % off.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { type CompiledNetwork, compile } from "../../compiler/compile.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";
import { compareMemory, type MemoryComparison } from "./memory/compare.ts";
import { type MemorySubject, memorySubjects } from "./memory/subjects.ts";
import type { MeasuredEngine } from "./memory/tfjs-meters.ts";

const engines = ["cpu", "wasm"] as const satisfies readonly MeasuredEngine[];

/** One image on the slow engine, several on the other. */
const batches: { readonly [engine in MeasuredEngine]: number } = { cpu: 1, wasm: 3 };

const tolerance = 0.1;

interface Options {
  readonly engine?: MeasuredEngine;
  readonly only?: string;
}

function networkOf({ example, settings }: MemorySubject): CompiledNetwork {
  const path = join(packageRoot(), "examples", example);
  const source = { path, text: readFileSync(path, "utf8") };
  const { networks } = compile(source, createFileHost(), { settings: new Map(Object.entries(settings)) });
  const [network] = networks;
  if (network === undefined) throw new Error(`${example} does not compile`);
  return network;
}

const error = ({ forecast, measured }: MemoryComparison): number => forecast / measured - 1;

const signed = (share: number): string => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

async function run({ engine, only }: Options): Promise<void> {
  let worst = 0;
  for (const name of engine === undefined ? engines : [engine]) {
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
  .option("--only <example>", "only this example, e.g. u-net.fcn");
await run(command.parse().opts<Options>());
