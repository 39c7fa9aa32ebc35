/** `fcn check`: what is wrong with programs, and what the good ones accept and give. */
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { networkOption, setOption } from "../options.ts";
import { Reported } from "../reported.ts";
import { styled, type Terminal } from "../terminal.ts";

interface Options {
  readonly json?: true;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
}

export function addCheck(program: Command, terminal: () => Terminal): void {
  program
    .command("check")
    .description("check programs: their mistakes, or the sizes they accept and what comes out")
    .argument("<file...>", "programs (.fcn)")
    .addOption(networkOption())
    .addOption(setOption())
    .option("--json", "diagnostics as JSON")
    .action((files: readonly string[], options: Options) => checkFiles(files, options, terminal()));
}

/** @throws Reported with status 1 when a file has errors; UserError when one cannot be read. */
export async function checkFiles(
  files: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const [{ compile }, { createFileHost }, { readSourceFile }, { hasErrors, showDiagnostics }] =
    await Promise.all([
      import("../../../compiler/compile.ts"),
      import("../../host/file-sources.ts"),
      import("../../host/read-source-file.ts"),
      import("../load-network.ts"),
    ]);
  const compilations = files.map((file) => ({
    file,
    compilation: compile(readSourceFile(file), createFileHost(), {
      ...(options.network === undefined ? {} : { network: options.network }),
      settings: options.set,
    }),
  }));
  if (options.json) {
    const { diagnosticToJson } = await import("../../../compiler/diagnostics/json.ts");
    const answer = compilations.map(({ file, compilation }) => ({
      file,
      diagnostics: compilation.diagnostics.map((diagnostic) =>
        diagnosticToJson(diagnostic, compilation.files),
      ),
    }));
    terminal.print(JSON.stringify({ files: answer }, undefined, 2));
  } else {
    const { showInspection } = await import("../show-inspection.ts");
    for (const { file, compilation } of compilations) {
      await showDiagnostics(compilation, terminal);
      for (const network of compilation.networks) showInspection(network, undefined, terminal);
      if (compilation.diagnostics.length === 0 && compilation.networks.length === 0) {
        terminal.print(
          `${file}: ${styled("no mistakes", "green", terminal.printColour)}; it has no network of its own`,
        );
      }
    }
  }
  if (compilations.some(({ compilation }) => hasErrors(compilation)))
    throw new Reported(exitCode.inputHasErrors);
}
