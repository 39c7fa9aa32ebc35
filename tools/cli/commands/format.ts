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

/** A file with mistakes is left as it is, its mistakes are shown, and the others are laid out. */
async function formatFiles(files: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const { format } = await import("../../../grammar/format.ts");
  const { diagnoseSyntax } = await import("../../../compiler/diagnostics/syntax.ts");
  const { renderDiagnostic } = await import("../../../compiler/diagnostics/render.ts");
  const { writeAtomically } = await import("../../../runtime/weights/atomic-write.ts");
  const { readSourceFile } = await import("../../host/read-source-file.ts");
  let failed = false;
  for (const file of files) {
    const source = readSourceFile(file);
    const laidOut = format(source.text, source.path);
    if ("problems" in laidOut) {
      for (const diagnostic of diagnoseSyntax(laidOut.problems)) {
        terminal.note(
          renderDiagnostic(diagnostic, new Map([[source.path, source]]), { colour: terminal.noteColour }),
        );
      }
      failed = true;
    } else if (laidOut.text !== source.text && options.check) {
      terminal.print(`${file} would change`);
      failed = true;
    } else if (laidOut.text !== source.text) {
      await writeAtomically(file, [Buffer.from(laidOut.text, "utf8")]);
      terminal.print(`${file} formatted`);
    }
  }
  if (failed) throw new Reported(exitCode.inputHasErrors);
}
