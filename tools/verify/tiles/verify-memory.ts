/** How much more memory a large image takes in tiles than a small one: `npm run verify:tiles -- --memory`. */
import type { EngineName } from "../../../runtime/engines/engine.ts";
import { circumstances, recordResult } from "../recorded-result.ts";
import { imageFormats, type MemoryPair, type MemorySetting, measurePairs } from "./measure-memory.ts";

/** Of the large image's peak to the small one's, the median of the pairs. */
const mostGrowth = 1.1;

const long = { sides: [2000, 10_000], memory: "300MB", pairs: 3 } as const;
/** With less memory, in which both are predicted in tiles; rows of the large image are twice as long. */
const quick = { sides: [2000, 4000], memory: "150MB", pairs: 3 } as const;

/** Prints the peaks and the median of their ratios; sets the exit status where it is above 1.1. */
export async function verifyMemory(short: boolean, engine: EngineName): Promise<void> {
  const setting: MemorySetting = { ...(short ? quick : long), engine };
  const [small, large] = setting.sides.map(
    (side) => `${side.toLocaleString("en")} × ${side.toLocaleString("en")}`,
  );
  const table = [`| image | ${small}, MiB | ${large}, MiB | ratios | median |`, "| - | -: | -: | -: | -: |"];
  console.log(table.join("\n"));
  for (const format of short ? imageFormats.slice(0, 1) : imageFormats) {
    const pairs = await measurePairs(format, setting);
    const ratios = pairs.map(([first, second]) => second / first);
    const median = medianOf(ratios);
    const line = [
      format,
      column(pairs, 0),
      column(pairs, 1),
      ratios.map(twoDigits).join(", "),
      twoDigits(median),
    ];
    table.push(`| ${line.join(" | ")} |`);
    console.log(table.at(-1));
    if (median <= mostGrowth) continue;
    console.error(`${format}: the large image takes ${twoDigits(median)} of the small one's memory`);
    process.exitCode = 1;
  }
  if (short) return;
  await recordResult(
    "verification.md",
    "verify:tiles memory",
    `${circumstances()}, engine ${engine}, \`--memory ${setting.memory}\`:\n\n${table.join("\n")}`,
  );
}

function column(pairs: readonly MemoryPair[], place: 0 | 1): string {
  return pairs.map((pair) => (pair[place] / 2 ** 20).toFixed(0)).join(", ");
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function twoDigits(value: number): string {
  return value.toFixed(2);
}
