/** `fcn data synth` and `fcn data check`: create a synthetic data set; check a data set before training. */
import { type Command, Option } from "commander";
import {
  maxPixelsOption,
  networkOption,
  readCount,
  readKinds,
  readPath,
  readShare,
  readSize,
  setOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import type { DataCheckCommand, SynthCommand } from "./run-data.ts";

export function addData(program: Command, terminal: () => Terminal): void {
  const data = program.command("data").description("create or check data sets");
  data
    .command("synth")
    .description(
      "create synthetic scenes with exact labels, depth, normals and boundaries, and copies with blemishes",
    )
    .argument("<dir>", "a new folder, or one that already holds the same scenes", readPath("DIR"))
    .option("--count <n>", "number of scenes", readCount("--count", 1), 120)
    .addOption(
      new Option("--size <HxW>", "height and width of the scenes in pixels")
        .argParser(readSize)
        .default([96, 96], "96x96"),
    )
    .option("--seed <n>", "random seed; the same seed gives the same scenes", readCount("--seed", 0), 1)
    .option(
      "--classes <kinds>",
      "shapes in the scenes: disc, box, triangle, ellipse, hexagon, ring (default: disc,box,triangle)",
      readKinds,
    )
    .addOption(
      new Option("--hues <which>", "hues of the shapes: random, or about one for each class")
        .choices(["random", "class"])
        .default("random"),
    )
    .option(
      "--validate <share>",
      "fraction of the scenes for validation, e.g. 0.2",
      readShare("--validate"),
      0.2,
    )
    .action(async (directory: string, options: SynthCommand) => {
      const { runSynth } = await import("./run-data.ts");
      await runSynth(directory, options, terminal());
    });
  data
    .command("check")
    .description("check the data of a train section: what it contains, and what would go wrong")
    .argument("<file>", "a program (.fcn) with a train section")
    .option("--data <dir>", "folder of images and labels (default: from the train section)")
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .option("--json", "print the report as JSON")
    .action(async (file: string, options: DataCheckCommand) => {
      const { runDataCheck } = await import("./run-data.ts");
      await runDataCheck(file, options, terminal());
    });
}
