/** `fcn format`: programs in the one layout, comments kept. */
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { Reported } from "../reported.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly check?: true;
}

export function addFormat(program: Command, terminal: () => Terminal): void {
  program
    .command("format")
    .description("write programs in the one layout, comments kept")
    .argument("<file...>", "programs (.fcn)")
    .option("--check", "change nothing; exit 1 if a file would change")
    .action((files: readonly string[], options: Options) => formatFiles(files, options, terminal()));
}

async function formatFiles(files: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const { format } = await import("../../../grammar/format.ts");
  const { compile } = await import("../../../compiler/compile.ts");
  const { readSourceFile } = await import("../../host/read-source-file.ts");
  const { writeAtomically } = await import("../../../runtime/weights/atomic-write.ts");
  let failed = false;
  for (const file of files) {
    const source = readSourceFile(file);
    const formatted = format(source);
    if (formatted === undefined) failed = true;
    else if (formatted === source.text) continue;
    else if (options.check) {
      terminal.print(`${file} would change`);
      failed = true;
    } else {
      await writeAtomically(file, [Buffer.from(formatted, "utf8")]);
      terminal.print(`${file} formatted`);
    }
  }
  void compile;
  if (failed) throw new Reported(exitCode.inputHasErrors);
}
