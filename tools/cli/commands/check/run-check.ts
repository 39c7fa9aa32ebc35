/** What `fcn check` does once: compile each file, and say what was found in the form asked for. */

import { type Compilation, compile, type SourceHost } from "../../../../compiler/compile.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { createFileHost } from "../../../host/file-sources.ts";
import { readSourceFile } from "../../../host/read-source-file.ts";
import { version } from "../../../host/version.ts";
import type { NetworkChoice } from "../../../program/network-choice.ts";
import { jsonText } from "../../console/json-text.ts";
import { reportUserError } from "../../console/report-error.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { compileOptions } from "../../program/compile-options.ts";
import { showDiagnostics } from "../../program/load-network.ts";
import { showInspection } from "../inspect/show-inspection.ts";

export interface Checked {
  /** As on the command line. */
  readonly file: string;
  readonly compilation: Compilation;
}

/** A file that could not be read, or not be written with its fixes. */
export interface Unread {
  readonly file: string;
  readonly error: UserError;
}

export type Looked = Checked | Unread;

export function isChecked(looked: Looked): looked is Checked {
  return "compilation" in looked;
}

export type CheckReport = "people" | "json" | "sarif" | "github";

/** @throws UserError when the file cannot be read. */
export function checkFile(file: string, choice: NetworkChoice, host: SourceHost = createFileHost()): Checked {
  const compilation = compile(readSourceFile(file), host, compileOptions(choice));
  return { file, compilation };
}

/** As `checkFile`, after `before`; what goes wrong with this file is said with what is found in the others. */
export async function lookAt(
  file: string,
  choice: NetworkChoice,
  before: () => Promise<void> = async () => {},
): Promise<Looked> {
  try {
    await before();
    return checkFile(file, choice);
  } catch (error) {
    if (error instanceof UserError) return { file, error };
    throw error;
  }
}

/** `notes`: to people, also show what is information only. */
export async function report(
  checked: readonly Looked[],
  form: CheckReport,
  terminal: Terminal,
  notes = false,
): Promise<void> {
  await forms[form](checked, terminal, notes);
}

const forms: Readonly<
  Record<CheckReport, (checked: readonly Looked[], terminal: Terminal, notes: boolean) => Promise<void>>
> = {
  people: async (checked, terminal, notes) => {
    for (const looked of checked) {
      if (!isChecked(looked)) {
        reportUserError(looked.error, terminal);
        continue;
      }
      const { file, compilation } = looked;
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
      .filter(isChecked)
      .flatMap(({ compilation }) => compilation.diagnostics)
      .filter(({ severity }) => notes || severity !== "information");
    if (first !== undefined)
      terminal.note(styled(`more: fcn check --explain ${first.code}`, "dim", terminal.noteColour));
  },
  json: async (checked, terminal) => {
    const [{ diagnosticToJson }, { tryFixes }] = await Promise.all([
      import("../../../../compiler/diagnostics/json.ts"),
      import("../../../../compiler/fixes/try-fixes.ts"),
    ]);
    const files = checked.map((looked) => {
      const { file } = looked;
      if (!isChecked(looked)) {
        const { message, help = null } = looked.error;
        return { file, error: { message, help }, diagnostics: [] };
      }
      const { compilation } = looked;
      return {
        file,
        diagnostics: tryFixes(compilation).map((diagnostic) =>
          diagnosticToJson(diagnostic, compilation.files),
        ),
      };
    });
    terminal.print(jsonText({ files }));
  },
  sarif: async (checked, terminal) => {
    const [{ sarifLog }, { diagnosticPage }, { tryFixes }] = await Promise.all([
      import("../../../../views/sarif/sarif.ts"),
      import("../../../../compiler/diagnostics/pages.ts"),
      import("../../../../compiler/fixes/try-fixes.ts"),
    ]);
    const log = sarifLog(
      checked.filter(isChecked).map(({ compilation }) => ({
        files: compilation.files,
        diagnostics: tryFixes(compilation),
      })),
      { version: version(), page: diagnosticPage },
      checked.flatMap((looked) => (isChecked(looked) ? [] : [{ path: looked.file, ...said(looked.error) }])),
    );
    terminal.print(jsonText(log));
  },
  github: async (checked, terminal) => {
    const { githubAnnotation, githubError } = await import("../../../../views/github/github.ts");
    for (const looked of checked) {
      if (!isChecked(looked)) {
        terminal.print(githubError({ path: looked.file, ...said(looked.error) }));
        continue;
      }
      const { diagnostics, files } = looked.compilation;
      for (const diagnostic of diagnostics) terminal.print(githubAnnotation(diagnostic, files));
    }
  },
};

function said({ message, help }: UserError): { readonly message: string; readonly help: string | undefined } {
  return { message, help };
}

/** One line for what is not shown. */
function countNotes({ diagnostics }: Compilation, terminal: Terminal): void {
  const notes = diagnostics.filter(({ severity }) => severity === "information");
  if (notes.length === 0) return;
  const codes = [...new Set(notes.map(({ code }) => code))].join(", ");
  terminal.print(
    `  ${notes.length} ${notes.length === 1 ? "note" : "notes"} (${codes}): --notes shows ${notes.length === 1 ? "it" : "them"}`,
  );
}
