/** From a path on the command line to one compiled network; errors of the program are shown at their place in it. */

import type { Compilation, CompiledNetwork } from "../../../compiler/compile.ts";
import { compile } from "../../../compiler/compile.ts";
import { mostErrors } from "../../../compiler/diagnostics/most-errors.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { readSourceFile } from "../../host/read-source-file.ts";
import type { NetworkChoice } from "../../program/network-choice.ts";
import { exitCode } from "../console/exit-code.ts";
import { Reported } from "../console/reported.ts";
import { rendered, type Terminal } from "../console/terminal.ts";
import { UsageError } from "../console/usage-error.ts";
import { compileOptions } from "./compile-options.ts";

export interface LoadedNetwork {
  readonly network: CompiledNetwork;
  readonly compilation: Compilation;
}

/**
 * The network asked for, or the file's only one; of several, the only one that `suits`.
 * @throws UserError, UsageError or Reported (after the diagnostics were shown).
 */
export async function loadNetwork(
  path: string,
  choice: NetworkChoice,
  terminal: Terminal,
  suits: (network: CompiledNetwork) => boolean = () => true,
): Promise<LoadedNetwork> {
  const compilation = compile(readSourceFile(path), createFileHost(), compileOptions(choice));
  await showDiagnostics(compilation, terminal);
  if (hasErrors(compilation)) throw new Reported(exitCode.inputHasErrors);
  return { network: onlyNetwork(path, compilation, suits), compilation };
}

/** Of warnings and notes, too, nobody reads more. */
const mostShown = mostErrors + 1;

export function hasErrors(compilation: Compilation): boolean {
  return compilation.diagnostics.some(({ severity }) => severity === "error");
}

/** Errors and warnings; with `notes`, also what is information only. */
export async function showDiagnostics(
  compilation: Compilation,
  terminal: Terminal,
  notes = false,
): Promise<void> {
  const shown = compilation.diagnostics.filter(({ severity }) => notes || severity !== "information");
  if (shown.length === 0) return;
  // The renderer measures text, for which it builds large character classes: a program without mistakes need not wait.
  const [{ renderDiagnostic }, { tryFixes }] = await Promise.all([
    import("../../../views/terminal/diagnostics/render.ts"),
    import("../../../compiler/fixes/try-fixes.ts"),
  ]);
  for (const diagnostic of tryFixes(compilation, shown.slice(0, mostShown))) {
    terminal.note(rendered(renderDiagnostic(diagnostic, compilation.files, { colour: terminal.noteColour })));
  }
  const more = shown.length - mostShown;
  if (more > 0) {
    const codes = [...new Set(shown.slice(mostShown).map(({ code }) => code))].join(", ");
    terminal.note(`${more} more (${codes}); fcn check --json lists them all`);
  }
}

/** The only network, or the only one that `suits`. @throws UserError or UsageError. */
export function onlyNetwork(
  path: string,
  { networks }: Compilation,
  suits: (network: CompiledNetwork) => boolean = () => true,
): CompiledNetwork {
  const suitable = networks.filter(suits);
  const [first, ...others] = suitable.length > 0 ? suitable : networks;
  if (first === undefined) {
    throw new UserError(`${path} has no network`, "write one: network Name(classes = 2) { … }");
  }
  if (others.length > 0) {
    const names = [first, ...others].map(({ name }) => name).join(", ");
    throw new UsageError(`${path} has several networks: ${names}`, `choose one: --network ${first.name}`);
  }
  return first;
}
