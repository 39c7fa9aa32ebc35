/** Options of predictions that are averaged: of an image flipped and resized (test-time augmentation), and with dropout on (Monte Carlo dropout). */
import { type Command, Option } from "commander";
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
        "test-time augmentation: average the predictions of the image and its flips: hflip, vflip, or hflip,vflip (all four combinations)",
      ).argParser(readFlips),
    )
    .addOption(
      new Option(
        "--scales <factors>",
        "test-time augmentation: average the predictions at these scales, e.g. 0.75,1,1.25",
      ).argParser(readScales),
    )
    .addOption(
      new Option(
        "--mc-dropout <n>",
        "Monte Carlo dropout: average n predictions with dropout on, as Bayesian SegNet does",
      ).argParser(readCount("--mc-dropout", 1)),
    )
    .addOption(
      new Option("--seed <n>", "random seed of --mc-dropout (default: 1)").argParser(readCount("--seed", 0)),
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
