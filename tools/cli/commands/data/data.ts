/** `fcn data`: create a synthetic data set; check, show and describe the data of a train section. */
import { type Command, Option } from "commander";
import {
  dataOption,
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
import type { DataShowCommand } from "./run-show.ts";
import type { DataStatsCommand } from "./run-stats.ts";

export function addData(program: Command, terminal: () => Terminal): void {
  const data = program.command("data").description("create, check and show data sets");
  data
    .command("synth")
    .description(
      "create synthetic scenes with exact labels, depth, normals, boundaries and instances, and blemished copies",
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
      new Option("--hues <which>", "hues of the shapes: random, or about one per class")
        .choices(["random", "class"])
        .default("random"),
    )
    .option("--changes", "also create each scene at a later time, with labels of what changed")
    .option("--validate <share>", "fraction of the scenes for validation", readShare("--validate"), 0.2)
    .action(async (directory: string, options: SynthCommand) => {
      const { runSynth } = await import("./run-data.ts");
      await runSynth(directory, options, terminal());
    });
  data
    .command("check")
    .description("check the data of a train section: contents, and problems that training would meet")
    .argument("<file>", "a program (.fcn) with a train section")
    .addOption(dataOption())
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .option("--json", "print the report as JSON")
    .action(async (file: string, options: DataCheckCommand) => {
      const { runDataCheck } = await import("./run-data.ts");
      await runDataCheck(file, options, terminal());
    });
  data
    .command("show")
    .description("draw samples as the network sees them: inputs after augmentation, with their targets")
    .argument("<file>", "a program (.fcn) with a train section")
    .option("-o, --output <file>", "output file, .png or .svg", readPath("--output"), "data.png")
    .option("--count <n>", "number of samples", readCount("--count", 1), 12)
    .addOption(
      new Option("--split <which>", "part of the data; only training samples are augmented")
        .choices(["training", "validation", "test"])
        .default("training"),
    )
    .option("--epoch <n>", "epoch whose first samples are drawn, counted from 1", readCount("--epoch", 1), 1)
    .option("--seed <n>", "training seed (default: from the train section)", readCount("--seed", 0))
    .addOption(dataOption())
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .action(async (file: string, options: DataShowCommand) => {
      const { runDataShow } = await import("./run-show.ts");
      await runDataShow(file, options, terminal());
    });
  data
    .command("stats")
    .description(
      "show classes of each part of the data, sizes and intensities of every input, and images that occur in several parts",
    )
    .argument("<file>", "a program (.fcn) with a train section")
    .addOption(dataOption())
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .option("--json", "print the statistics as JSON")
    .action(async (file: string, options: DataStatsCommand) => {
      const { runDataStats } = await import("./run-stats.ts");
      await runDataStats(file, options, terminal());
    });
}
