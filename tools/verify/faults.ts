/**
 * Makes faults on purpose: kills, full disks, hostile weights, images and sources; each must be survived. docs/verification.md
 * describes them and records the last result.
 *
 *   npm run verify:faults -- [--short] [--only kills] [--engine webgpu] [--seed 1] [--continue kills.json]
 *
 * `--short` is the part that continuous integration runs, `--engine` chooses among those that runs are killed on, and `--continue` keeps
 * each killed run's result in a file and continues from those that are there. Ends with status 1 when a fault is not survived.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import type { FaultGroup, FaultReport } from "./faults/fault-group.ts";
import { faultGroups } from "./faults/groups.ts";

/** Failures printed of one group. */
const mostToPrint = 20;

interface Options {
  readonly short: boolean;
  readonly only?: string;
  readonly engine?: readonly string[];
  readonly seed: string;
  readonly continue?: string;
}

async function run({ short, only, engine: engines, seed, continue: keptIn }: Options): Promise<void> {
  const groups = faultGroups.filter(({ name }) => only === undefined || name === only);
  if (groups.length === 0)
    throw new Error(`no group "${only}"; the groups are ${faultGroups.map(({ name }) => name).join(", ")}`);
  const restarting = groups.filter(({ continues }) => continues !== true);
  if (keptIn !== undefined && restarting.length > 0)
    throw new Error("--continue is for the group kills: add --only kills");
  const rows: string[] = [];
  for (const group of groups) {
    const folder = mkdtempSync(join(tmpdir(), `fcn-faults-${group.name}-`));
    const started = performance.now();
    const report = await group.run({ short, seed: Number(seed), folder, engines, keptIn });
    rmSync(folder, { recursive: true, force: true });
    const seconds = (performance.now() - started) / 1000;
    print(group, report, seconds);
    rows.push(
      `| ${group.name} | ${group.survives} | ${report.tried} | ${report.tried - report.failures.length} |`,
    );
    if (report.failures.length > 0) process.exitCode = 1;
  }
  console.log(
    ["", "| faults | what surviving means | tried | survived |", "| - | - | -: | -: |", ...rows].join("\n"),
  );
}

function print({ name }: FaultGroup, { tried, failures, notes }: FaultReport, seconds: number): void {
  console.log(`${name}: ${tried} tried, ${tried - failures.length} survived, ${seconds.toFixed(0)} s`);
  for (const note of notes) console.log(`  ${note}`);
  for (const failure of failures.slice(0, mostToPrint))
    console.log(`  not survived: ${failure.tried}\n    ${failure.saw}`);
}

await new Command("verify:faults")
  .option("--short", "every kind of fault, fewer of each", false)
  .option("--only <group>", "only this group")
  .option("--engine <names...>", "only these engines, of groups that try several")
  .option("--seed <number>", "seed of the random choices", "1")
  .option(
    "--continue <file>",
    "with --only kills: keep its runs in this file, and continue from those that are there",
  )
  .action(run)
  .parseAsync();
