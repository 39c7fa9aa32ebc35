/** What `fcn data synth` and `fcn data check` do. */
import { checkData } from "../../../../runtime/data/check.ts";
import type { Hues } from "../../../../runtime/data/synthetic/scene.ts";
import type { SolidKind } from "../../../../runtime/data/synthetic/solid.ts";
import { writeSyntheticScenes } from "../../../../runtime/data/synthetic/write-scenes.ts";
import { imageChannels } from "../../../../runtime/training/output-plans.ts";
import { exitCode } from "../../console/exit-code.ts";
import { jsonText } from "../../console/json-text.ts";
import { counted } from "../../console/numbers.ts";
import { Reported } from "../../console/reported.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { openProgram, type TrainingChoice } from "../../program/open-program.ts";
import { describeData, showDataProblems } from "./show-data-report.ts";

export interface SynthCommand {
  readonly count: number;
  readonly size: readonly [height: number, width: number];
  readonly seed: number;
  readonly validate: number;
  /** Kinds of solids, in class order after the background; left out: disc, box, triangle. */
  readonly classes?: readonly SolidKind[] | undefined;
  readonly hues?: Hues | undefined;
  /** Also each scene later, and what changed. */
  readonly changes?: boolean | undefined;
}

export interface DataCheckCommand extends TrainingChoice {
  readonly json?: boolean | undefined;
}

/** @throws UserError when the folder holds anything else. */
export async function runSynth(directory: string, command: SynthCommand, terminal: Terminal): Promise<void> {
  const { classes: kinds, hues = "random", changes = false, ...options } = command;
  const classes = await writeSyntheticScenes(directory, {
    ...options,
    hues,
    changes,
    ...(kinds === undefined ? {} : { classes: kinds }),
  });
  terminal.note(
    `${command.count} scenes of ${command.size.join("×")} pixels in ${directory}: images, labels (${classes.join(", ")}), depth, normals, boundaries, instances, blemished, kinds${changes ? ", later, changes" : ""}`,
  );
}

/** @throws Reported with status 1 when the data has errors. */
export async function runDataCheck(
  file: string,
  command: DataCheckCommand,
  terminal: Terminal,
): Promise<void> {
  const { network, configuration, data } = await openProgram(file, command, terminal);
  const report = await checkData(data, {
    channels: imageChannels(network.graph, configuration),
    test: true,
  });
  const failed = report.problems.some(({ severity }) => severity === "error");
  if (command.json) {
    terminal.print(jsonText({ source: data.source, classes: data.masks.classes, ...report }));
  } else {
    const parts = [
      counted(data.training.length, "training image"),
      counted(data.validation.length, "validation image"),
      ...(data.test?.length ? [counted(data.test.length, "test image")] : []),
    ];
    terminal.print(`${data.source}: ${parts.join(", ")}`);
    terminal.print(describeData(report, data.masks.classes));
    showDataProblems(report, terminal);
    if (report.problems.length === 0)
      terminal.print(styled("no problems found", "green", terminal.printColour));
  }
  if (failed) throw new Reported(exitCode.inputHasErrors);
}
