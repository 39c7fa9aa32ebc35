/** `fcn check`: errors in programs, or the sizes they accept and their outputs. */
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { exitCode } from "../../console/exit-code.ts";
import { networkOption, setOption } from "../../console/options.ts";
import { Reported } from "../../console/reported.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";

interface Options {
  readonly fix?: true;
  readonly notes?: true;
  readonly json?: true;
  readonly sarif?: true;
  readonly github?: true;
  readonly watch?: true;
  readonly explain?: string;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
}

export function addCheck(program: Command, terminal: () => Terminal): void {
  program
    .command("check")
    .description("check programs: report errors, or the accepted input sizes and the outputs")
    .argument("[file...]", "programs (.fcn)")
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(new Option("--fix", "apply safe fixes to the files, then check them").conflicts(["watch"]))
    .option("--notes", "also show notes: findings below warnings")
    .option("--json", "print diagnostics as JSON, notes included")
    .addOption(
      new Option(
        "--sarif",
        "print diagnostics as a SARIF 2.1.0 log, for code scanning and editors",
      ).conflicts("json"),
    )
    .addOption(
      new Option("--github", "print diagnostics as GitHub Actions annotations").conflicts(["json", "sarif"]),
    )
    .addOption(
      new Option("--watch", "check again whenever a file changes, until Ctrl-C").conflicts([
        "json",
        "sarif",
        "github",
      ]),
    )
    .option("--explain <code>", "explain a diagnostic, with an example and its fix")
    .action((files: readonly string[], options: Options) => {
      if (options.explain !== undefined) return explain(options.explain, files, terminal());
      if (files.length === 0) throw new UsageError("no program is given", "fcn check FILE…");
      return options.watch ? watchChecks(files, options, terminal()) : checkFiles(files, options, terminal());
    });
}

/** @throws UsageError for what is no code, and for files beside it. */
async function explain(code: string, files: readonly string[], terminal: Terminal): Promise<void> {
  const [file] = files;
  if (file !== undefined)
    throw new UsageError(`--explain takes only a code, and ${file} is given too`, `fcn check ${file}`);
  const { explainDiagnostic } = await import("./diagnostic-page.ts");
  terminal.print(explainDiagnostic(code));
}

/** @throws Reported with status 1 when a file has errors or cannot be read; the others are checked all the same. */
export async function checkFiles(
  files: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const [{ isChecked, lookAt, report }, { hasErrors }] = await Promise.all([
    import("./run-check.ts"),
    import("../../program/load-network.ts"),
  ]);
  const fix = async (file: string): Promise<void> => {
    const { fixFile } = await import("./run-fix.ts");
    for (const made of await fixFile(file, options)) terminal.note(`${file}:${made}`);
  };
  const looked = [];
  for (const file of files)
    looked.push(await lookAt(file, options, options.fix ? () => fix(file) : undefined));
  const form = options.json ? "json" : options.sarif ? "sarif" : options.github ? "github" : "people";
  await report(looked, form, terminal, options.notes);
  if (looked.some((each) => !isChecked(each) || hasErrors(each.compilation)))
    throw new Reported(exitCode.inputHasErrors);
}

/** @throws Reported with status 130 on Ctrl-C. */
async function watchChecks(files: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const [{ checkFile, report }, { createFileHost }, { watchFiles }, { reportError }, { projectMarker }] =
    await Promise.all([
      import("./run-check.ts"),
      import("../../../host/file-sources.ts"),
      import("./watch-files.ts"),
      import("../../console/report-error.ts"),
      import("../../../../compiler/source.ts"),
    ]);
  const dim = (text: string) => terminal.note(styled(text, "dim", terminal.noteColour));
  await watchFiles({
    run: async (look) => {
      for (const file of files) {
        look(file);
        try {
          await report([checkFile(file, options, createFileHost(look))], "people", terminal, options.notes);
        } catch (error) {
          // A file may be missing or unreadable for a moment: the error is shown, and the file is checked again when it changes.
          if (reportError(error, terminal) === exitCode.fault) throw new Reported(exitCode.fault);
        }
      }
    },
    waiting: (paths) => {
      // A folder above may become that of the project: that is noticed, and nothing to count.
      const { length } = paths.filter((path) => basename(path) !== projectMarker);
      dim(`watching ${length} ${length === 1 ? "file" : "files"}; press Ctrl-C to stop`);
    },
    changed: (paths) => dim(`\n${paths.join(", ")} changed`),
  });
}
