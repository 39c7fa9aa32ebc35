/** `fcn new`: a project to start from. */
import type { Command } from "commander";
import { readPath } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";

interface Options {
  readonly synth?: true;
}

export function addNew(program: Command, terminal: () => Terminal): void {
  program
    .command("new")
    .description("create a starter project: a U-Net with its train section, and a README")
    .argument("<dir>", "a folder that does not exist yet, or is empty", readPath("DIR"))
    .option("--synth", "also create a data set of synthetic scenes in DIR/data")
    .action(async (directory: string, options: Options) => {
      const { writeProject } = await import("./write-project.ts");
      await writeProject(directory, options.synth === true, terminal());
    });
}
