/** Options of predictions that are averaged: of an image flipped and resized (test-time augmentation), and with dropout on (Monte Carlo dropout). */
import { type Command, Option } from "commander";
import type { Graph } from "../../../compiler/network/graph.ts";
import { isDropout } from "../../../compiler/ops/dropout.ts";
import { type Averaging, combinedFlips } from "../../../runtime/prediction/averaging/averaging.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { readCount } from "../console/options.ts";
import { UsageError } from "../console/usage-error.ts";

export interface AskedAugmentation {
  /** Flips. */
  readonly tta?: readonly FlipName[] | undefined;
  /** Of the image's size. */
  readonly scales?: readonly number[] | undefined;
  /** Passes with dropout on. */
  readonly mcDropout?: number | undefined;
  /** Of dropout's masks. */
  readonly seed?: number | undefined;
}

type FlipName = "hflip" | "vflip";

const flipNames: readonly FlipName[] = ["hflip", "vflip"];
const [least, most] = [0.1, 10];

/** Adds `--tta`, `--scales`, `--mc-dropout` and `--seed`. */
export function addAugmentationOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--tta <flips>",
        "test-time augmentation: average the predictions of the image and of its flips; hflip, vflip, or both: hflip,vflip (all four combinations)",
      ).argParser(readFlips),
    )
    .addOption(
      new Option(
        "--scales <factors>",
        "test-time augmentation: average the predictions of the image resized by these factors, e.g. 0.75,1,1.25",
      ).argParser(readScales),
    )
    .addOption(
      new Option(
        "--mc-dropout <n>",
        "Monte Carlo dropout: average n predictions with dropout on, as Bayesian SegNet does",
      ).argParser(readCount("--mc-dropout", 1)),
    )
    .addOption(
      new Option("--seed <n>", "seed of the masks of --mc-dropout (default: 1)").argParser(
        readCount("--seed", 0),
      ),
    );
}

/** @throws UserError for passes with dropout of a network without */
export function askedAveraging(
  graph: Graph,
  { tta = [], scales = [1], mcDropout: count, seed = 1 }: AskedAugmentation,
): Averaging {
  const flips = combinedFlips({ vertical: tta.includes("vflip"), horizontal: tta.includes("hflip") });
  if (count === undefined) return { flips, scales };
  if (graph.nodes.some((node) => isDropout(node) && node.attributes.rate > 0))
    return { flips, scales, passes: { count, seed } };
  throw new UserError(
    `${graph.name} has no dropout: every prediction of --mc-dropout would be the same`,
    "put dropout(0.5) behind a layer and train the network again, or average several weights, which differ: --weights A --weights B",
  );
}

function readFlips(text: string): readonly FlipName[] {
  return text.split(",").map((word) => {
    const found = flipNames.find((name) => name === word.trim());
    if (found !== undefined) return found;
    throw new UsageError(
      `--tta ${text}: there is no "${word.trim()}"`,
      "write --tta hflip, --tta vflip or --tta hflip,vflip; resized copies are given by --scales 0.75,1,1.25",
    );
  });
}

function readScales(text: string): readonly number[] {
  const factors = text.split(",").map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
  if (factors.every((factor) => factor >= least && factor <= most)) return [...new Set(factors)];
  throw new UsageError(
    `--scales ${text} are not factors from ${least} to ${most}`,
    "write, for example, --scales 0.75,1,1.25",
  );
}
