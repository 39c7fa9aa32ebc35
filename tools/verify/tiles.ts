/**
 * Predicts every example, narrow, on images of three sizes whole and in tiles of three sizes, and compares the values.
 * docs/verification.md describes it; a full run writes its result there.
 *
 *   npm run verify:tiles -- [--short] [--only u-net.fcn] [--engine native]
 *   npm run verify:tiles -- --memory [--short] [--engine native]
 *
 * Ends with status 1 where a value of tiles differs by more than 1e-5 of the largest of its output. `--memory` measures instead how much
 * more memory a large image takes than a small one, and ends with status 1 above 1.10.
 */
import { Command } from "commander";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { memorySubjects } from "./memory/subjects.ts";
import { circumstances, recordResult } from "./recorded-result.ts";
import { networkOf } from "./targets/examples.ts";
import { compareTiles, type TileComparison } from "./tiles/compare-tiles.ts";
import { verifyMemory } from "./tiles/verify-memory.ts";

/** Float32 sums of the same products; kernels may add in another order near the border of a larger feature map. */
const tolerance = 1e-5;
const sides = [640, 801, 960];
const tiles = [288, 480, 608];
const shortSubjects = ["u-net.fcn", "segnet.fcn", "rgbd-fusion.fcn", "pspnet.fcn"];

interface Options {
  readonly short?: true;
  readonly memory?: true;
  readonly only?: readonly string[];
  readonly engine: EngineName | "auto";
}

interface Row {
  readonly example: string;
  readonly comparisons: readonly TileComparison[];
}

async function run({ short, memory, only, engine: asked }: Options): Promise<void> {
  const { engine } = await chooseEngine(asked);
  if (memory === true) return verifyMemory(short === true, engine.name);
  const chosen = short ? shortSubjects : only;
  const rows: Row[] = [];
  for (const subject of memorySubjects.filter(({ example }) => chosen?.includes(example) ?? true)) {
    const { graph } = await networkOf(subject);
    const comparisons: TileComparison[] = [];
    for (const side of short ? sides.slice(0, 1) : sides)
      comparisons.push(
        ...(await compareTiles(graph, engine, { side, most: short ? tiles.slice(0, 1) : tiles })),
      );
    rows.push({ example: subject.example, comparisons });
    console.log(lineOf(rows.at(-1) ?? { example: "", comparisons: [] }));
  }
  const far = rows.filter(({ comparisons }) => worstOf(comparisons) > tolerance);
  if (far.length > 0) {
    console.error(
      `further than ${tolerance} from the whole: ${far.map(({ example }) => example).join(", ")}`,
    );
    process.exitCode = 1;
  }
  if (short || only !== undefined) return;
  const table = [
    "| example | sizes in tiles | tiles | worst difference | time of the whole | otherwise |",
    "| - | -: | -: | -: | -: | - |",
    ...rows.map(lineOf),
  ];
  await recordResult(
    "verification.md",
    "verify:tiles",
    `${circumstances()}, engine ${engine.name}:\n\n${table.join("\n")}`,
  );
}

/** "| u-net.fcn | 9 of 9 | 4 to 30 | 1.2e-7 | × 1.1 to 2.3 | |" */
function lineOf({ example, comparisons }: Row): string {
  const compared = comparisons.flatMap((each) => (each.kind === "compared" ? [each] : []));
  const refused = new Set(comparisons.flatMap((each) => (each.kind === "refused" ? [each.reason] : [])));
  const range = (values: readonly number[], digits: number) =>
    values.length === 0
      ? ""
      : [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits)).join(" to ");
  const counts = range(
    compared.map(({ tiles: [down, across] }) => down * across),
    0,
  );
  const times = range(
    compared.map(({ inTiles, whole }) => inTiles / whole),
    1,
  );
  const worst = compared.length === 0 ? "" : worstOf(comparisons).toExponential(1);
  return `| ${[example, `${compared.length} of ${comparisons.length}`, counts, worst, times && `× ${times}`, [...refused].join("; ")].join(" | ")} |`;
}

function worstOf(comparisons: readonly TileComparison[]): number {
  return Math.max(0, ...comparisons.map((each) => (each.kind === "compared" ? each.worst : 0)));
}

await run(
  new Command()
    .option("--short")
    .option("--memory")
    .option("--only <examples...>")
    .option("--engine <name>", "", "auto")
    .parse()
    .opts<Options>(),
);
