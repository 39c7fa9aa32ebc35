/**
 * Compares forecasts of memory with what the engines allocate, for every example. docs/memory.md describes what is compared; a full run
 * of an engine writes its result there.
 *
 *   npm run verify:memory -- [--engine wasm] [--only u-net.fcn] [--continue memory.json]
 *   npm run verify:memory -- --engine native --recomputation    # every level of recomputation
 *
 * `--continue` keeps the rows in a file and continues from those that are there, which `--only` and `--engine` may have made. Ends with
 * status 1 when a forecast is more than 10 % off, or on `native` more than 25 %.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { type CompiledNetwork, compile } from "../../compiler/compile.ts";
import { percent } from "../../views/text/numbers.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";
import { KeptResults } from "./kept-results.ts";
import { compareMemory, type MemoryComparison } from "./memory/compare.ts";
import {
  bundleGrowth,
  compareGrowth,
  compareRecomputation,
  type GrowthSubject,
  growthSubjects,
} from "./memory/native.ts";
import { type MemorySubject, memorySubjects } from "./memory/subjects.ts";
import { circumstances, recordResult } from "./recorded-result.ts";

const engines = ["cpu", "wasm", "native"] as const;
type ComparedEngine = (typeof engines)[number];

/** What of it is off by more fails. The growth of processes has in it what JavaScript has not collected yet. */
const tolerances: { readonly [engine in ComparedEngine]: number } = { cpu: 0.1, wasm: 0.1, native: 0.25 };

/** Fewer on the slow engine; of one image some networks would normalise a single value, which engines refuse. */
const batches = { cpu: 2, wasm: 3 } as const;

interface Options {
  readonly engine: readonly ComparedEngine[];
  readonly only?: readonly string[];
  readonly continue?: string;
  readonly recomputation?: boolean;
}

/** Of one example. */
interface Row {
  readonly text: string;
  /** The largest, as a share. */
  readonly error: number;
}

/** Something to compare on an engine, and the name under which its row is kept. */
interface Comparison {
  readonly name: string;
  readonly example: string;
  readonly cells: readonly string[];
  readonly compare: () => Promise<readonly MemoryComparison[]>;
  readonly megabytes: (bytes: number) => string;
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

async function run({ engine: names, only, continue: file, recomputation }: Options): Promise<void> {
  const wanted = ({ example }: { readonly example: string }) => only === undefined || only.includes(example);
  if (recomputation) {
    await runRecomputation(growthSubjects.filter(wanted), only === undefined);
    return;
  }
  const kept = await KeptResults.open<Row>(file, "forecasts and measurements");
  for (const name of names) {
    const comparisons = comparisonsOn(name).filter(wanted);
    if (comparisons.length === 0) continue;
    const head = `| ${name} | pixels | batch | inference: measured, MB | forecast | training: measured, MB | forecast |`;
    const table = [head, "| - | -: | -: | -: | -: | -: | -: |"];
    console.log(table.join("\n"));
    let worst = 0;
    for (const comparison of comparisons) {
      const row = kept.get(comparison.name) ?? (await rowOf(comparison));
      await kept.put(comparison.name, row);
      console.log(row.text);
      table.push(row.text);
      worst = Math.max(worst, row.error);
    }
    const largest = `Largest error on \`${name}\`: ${(100 * worst).toFixed(1)} %.`;
    console.log(`\n${largest}\n`);
    if (!(worst <= tolerances[name])) process.exitCode = 1;
    else if (only === undefined)
      await recordResult(
        "memory.md",
        commandOf(name),
        `${circumstances(kept.commits)}:\n\n${table.join("\n")}\n\n${largest}`,
      );
  }
}

const commandOf = (engine: ComparedEngine): string => `npm run verify:memory -- --engine ${engine}`;

function comparisonsOn(engine: ComparedEngine): readonly Comparison[] {
  if (engine === "native") {
    let program: Promise<string> | undefined;
    return growthSubjects.map((subject) => {
      const { example, size, batch } = subject;
      const settings = settingsOf(subject);
      return {
        name: `${engine}: ${example}, ${settings}, ${size} pixels, batch ${batch}`,
        example,
        cells: [`${example}, ${settings}`, `${size}`, `${batch}`],
        compare: async () => {
          program ??= bundleGrowth();
          return compareGrowth(await program, subject);
        },
        megabytes: (bytes) => (bytes / 1e6).toFixed(0),
      };
    });
  }
  const batch = batches[engine];
  return memorySubjects.map((subject) => {
    const { example, size } = subject;
    return {
      name: `${engine}: ${example}, ${settingsOf(subject)}, ${size} pixels, batch ${batch}`,
      example,
      cells: [example, `${size}`, `${batch}`],
      compare: () => compareMemory(engine, networkOf(subject), size, batch),
      megabytes: (bytes) => (bytes / 1e6).toFixed(2),
    };
  });
}

/** "width 32" */
const settingsOf = ({ settings }: MemorySubject): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

async function rowOf({ name, cells, compare, megabytes }: Comparison): Promise<Row> {
  const compared = await compare();
  if (!compared.every(({ measured }) => measured > 0)) throw new Error(`${name}: nothing was measured`);
  const found = compared.flatMap((one) => [megabytes(one.measured), signed(error(one))]);
  return {
    text: `| ${[...cells, ...found].join(" | ")} |`,
    error: Math.max(...compared.map((one) => Math.abs(error(one)))),
  };
}

async function runRecomputation(subjects: readonly GrowthSubject[], isWhole: boolean): Promise<void> {
  const program = await bundleGrowth();
  const head = "| native, training | pixels | batch | more operations | measured, MB | forecast |";
  const table = [head, "| - | -: | -: | -: | -: | -: |"];
  console.log(table.join("\n"));
  let worst = 0;
  for (const subject of subjects) {
    const name = `${subject.example}, ${settingsOf(subject)}`;
    for (const one of await compareRecomputation(program, subject)) {
      const cells = [percent(one.added), (one.measured / 1e6).toFixed(0), signed(error(one))];
      const row = `| ${[name, `${subject.size}`, `${subject.batch}`, ...cells].join(" | ")} |`;
      console.log(row);
      table.push(row);
      worst = Math.max(worst, Math.abs(error(one)));
    }
  }
  const largest = `Largest error: ${(100 * worst).toFixed(1)} %.`;
  console.log(`\n${largest}`);
  if (!(worst <= tolerances.native)) process.exitCode = 1;
  else if (isWhole)
    await recordResult(
      "memory.md",
      `${commandOf("native")} --recomputation`,
      `${circumstances()}:\n\n${table.join("\n")}\n\n${largest}`,
    );
}

await new Command("verify:memory")
  .description("Compares forecasts of memory with what the engines allocate.")
  .addOption(new Option("--engine <names...>", "only these engines").choices(engines).default(engines))
  .option("--only <examples...>", "only these examples, e.g. u-net.fcn")
  .option("--continue <file>", "keep the rows in this file, and continue from those that are there")
  .option("--recomputation", "every level of recomputation, on native")
  .action(run)
  .parseAsync();
