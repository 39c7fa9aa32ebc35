/** What `fcn check` does once: compile each file, and say what was found in the form asked for. */
import { type Compilation, compile, type SourceHost } from "../../compiler/compile.ts";
import { createFileHost } from "../host/file-sources.ts";
import { readSourceFile } from "../host/read-source-file.ts";
import { showDiagnostics } from "./load-network.ts";
import { showInspection } from "./show-inspection.ts";
import { styled, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export interface CheckChoice {
  readonly network?: string | undefined;
  readonly set: ReadonlyMap<string, string>;
}

export interface Checked {
  /** As on the command line. */
  readonly file: string;
  readonly compilation: Compilation;
}

export type CheckReport = "people" | "json" | "sarif" | "github";

/** @throws UserError when the file cannot be read. */
export function checkFile(file: string, choice: CheckChoice, host: SourceHost = createFileHost()): Checked {
  const compilation = compile(readSourceFile(file), host, {
    ...(choice.network === undefined ? {} : { network: choice.network }),
    settings: choice.set,
  });
  return { file, compilation };
}

/** `notes`: to people, also show what is information only. */
export async function report(
  checked: readonly Checked[],
  form: CheckReport,
  terminal: Terminal,
  notes = false,
): Promise<void> {
  await forms[form](checked, terminal, notes);
}

const forms: Readonly<
  Record<CheckReport, (checked: readonly Checked[], terminal: Terminal, notes: boolean) => Promise<void>>
> = {
  people: async (checked, terminal, notes) => {
    for (const { file, compilation } of checked) {
      await showDiagnostics(compilation, terminal, notes);
      for (const network of compilation.networks) showInspection(network, undefined, terminal);
      if (!notes) countNotes(compilation, terminal);
      if (compilation.diagnostics.length === 0 && compilation.networks.length === 0) {
        terminal.print(
          `${file}: ${styled("no mistakes", "green", terminal.printColour)}; it has no network of its own`,
        );
      }
    }
    const [first] = checked
      .flatMap(({ compilation }) => compilation.diagnostics)
      .filter(({ severity }) => notes || severity !== "information");
    if (first !== undefined)
      terminal.note(styled(`more: fcn check --explain ${first.code}`, "dim", terminal.noteColour));
  },
  json: async (checked, terminal) => {
    const [{ diagnosticToJson }, { tryFixes }] = await Promise.all([
      import("../../compiler/diagnostics/json.ts"),
      import("../../compiler/fixes/try-fixes.ts"),
    ]);
    const files = checked.map(({ file, compilation }) => ({
      file,
      diagnostics: tryFixes(compilation).map((diagnostic) => diagnosticToJson(diagnostic, compilation.files)),
    }));
    terminal.print(JSON.stringify({ files }, undefined, 2));
  },
  sarif: async (checked, terminal) => {
    const [{ sarifLog }, { diagnosticPage }, { tryFixes }] = await Promise.all([
      import("../../compiler/diagnostics/sarif.ts"),
      import("./diagnostic-page.ts"),
      import("../../compiler/fixes/try-fixes.ts"),
    ]);
    const log = sarifLog(
      checked.map(({ compilation }) => ({
        files: compilation.files,
        diagnostics: tryFixes(compilation),
      })),
      { version: version(), page: diagnosticPage },
    );
    terminal.print(JSON.stringify(log, undefined, 2));
  },
  github: async (checked, terminal) => {
    const { githubAnnotation } = await import("../../compiler/diagnostics/github.ts");
    for (const { compilation } of checked)
      for (const diagnostic of compilation.diagnostics)
        terminal.print(githubAnnotation(diagnostic, compilation.files));
  },
};

/** One line for what is not shown. */
function countNotes({ diagnostics }: Compilation, terminal: Terminal): void {
  const notes = diagnostics.filter(({ severity }) => severity === "information");
  if (notes.length === 0) return;
  const codes = [...new Set(notes.map(({ code }) => code))].join(", ");
  terminal.print(
    `  ${notes.length} ${notes.length === 1 ? "note" : "notes"} (${codes}): --notes shows ${notes.length === 1 ? "it" : "them"}`,
  );
}
