/** `fcn data synth` and `fcn data check`: make a data set to try things with; look through one before training. */
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
} from "../options.ts";
import type { DataCheckCommand, SynthCommand } from "../run-data.ts";
import type { Terminal } from "../terminal.ts";

export function addData(program: Command, terminal: () => Terminal): void {
  const data = program.command("data").description("make or check data sets");
  data
    .command("synth")
    .description(
      "write synthetic scenes with exact labels, depth, normals and boundaries, and with spots to retouch",
    )
    .argument("<dir>", "a folder that does not exist yet, or holds the same scenes", readPath("DIR"))
    .option("--count <n>", "scenes in all", readCount("--count", 1), 120)
    .addOption(
      new Option("--size <HxW>", "their height and width in pixels")
        .argParser(readSize)
        .default([96, 96], "96x96"),
    )
    .option("--seed <n>", "the same seed gives the same scenes", readCount("--seed", 0), 1)
    .option(
      "--classes <kinds>",
      "what lies in them: of disc, box, triangle, ellipse, hexagon, ring (default: disc,box,triangle)",
      readKinds,
    )
    .addOption(
      new Option("--hues <which>", "of what lies in them: any, or about one for each class")
        .choices(["random", "class"])
        .default("random"),
    )
    .option("--validate <share>", "the share to validate on, e.g. 0.2", readShare("--validate"), 0.2)
    .action(async (directory: string, options: SynthCommand) => {
      const { runSynth } = await import("../run-data.ts");
      await runSynth(directory, options, terminal());
    });
  data
    .command("check")
    .description("look through the data of a train section: what is in it, and what would go wrong")
    .argument("<file>", "a program (.fcn) with a train section")
    .option("--data <dir>", "the folder of images and labels, in place of the train section's")
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .option("--json", "the report as JSON")
    .action(async (file: string, options: DataCheckCommand) => {
      const { runDataCheck } = await import("../run-data.ts");
      await runDataCheck(file, options, terminal());
    });
}
