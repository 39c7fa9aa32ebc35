/** `fcn format`: format programs; comments are kept. */
import type { Command } from "commander";
import { exitCode } from "../../console/exit-code.ts";
import { Reported } from "../../console/reported.ts";
import { rendered, type Terminal } from "../../console/terminal.ts";

interface Options {
  readonly check?: true;
}

export function addFormat(program: Command, terminal: () => Terminal): void {
  program
    .command("format")
    .description("format programs; comments are kept")
    .argument("<file...>", "programs (.fcn)")
    .option("--check", "change nothing; exit 1 if a file would change")
    .action((files: readonly string[], options: Options) => formatFiles(files, options, terminal()));
}

/** A file that has mistakes, or cannot be read or written, is left as it is; why is shown, and the others are formatted. */
async function formatFiles(files: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const { format } = await import("../../../../grammar/format.ts");
  const { withoutFurtherErrors } = await import("../../../../compiler/diagnostics/most-errors.ts");
  const { diagnoseSyntax } = await import("../../../../compiler/language/modules/diagnose-syntax.ts");
  const { renderDiagnostic } = await import("../../../../views/terminal/diagnostics/render.ts");
  const { rewriteSourceFile } = await import("../../../host/rewrite-source-file.ts");
  const { readSourceFile } = await import("../../../host/read-source-file.ts");
  const { reportUserError } = await import("../../console/report-error.ts");
  let failed = false;
  const formatOne = async (file: string): Promise<void> => {
    const source = readSourceFile(file);
    const laidOut = format(source.text, source.path);
    if ("problems" in laidOut) {
      for (const diagnostic of withoutFurtherErrors(diagnoseSyntax(laidOut.problems, source))) {
        terminal.note(
          rendered(
            renderDiagnostic(diagnostic, new Map([[source.path, source]]), { colour: terminal.noteColour }),
          ),
        );
      }
      failed = true;
    } else if (laidOut.text !== source.text && options.check) {
      terminal.print(`${file} would change`);
      failed = true;
    } else if (laidOut.text !== source.text) {
      await rewriteSourceFile(file, source.text, laidOut.text);
      terminal.print(`${file} formatted`);
    }
  };
  for (const file of files) {
    try {
      await formatOne(file);
    } catch (error) {
      reportUserError(error, terminal);
      failed = true;
    }
  }
  if (failed) throw new Reported(exitCode.inputHasErrors);
}
