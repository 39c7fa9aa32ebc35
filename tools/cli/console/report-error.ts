/** Reports an error and returns the exit status. */
import { CommanderError } from "commander";
import { UserError } from "../../../runtime/user-error.ts";
import { version } from "../../host/version.ts";
import { exitCode } from "./exit-code.ts";
import { Reported } from "./reported.ts";
import { styled, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export function reportError(error: unknown, terminal: Terminal): number {
  if (error instanceof Reported) return error.exitCode;
  // Commander has already written help, version or what is wrong with the command line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.usage;
  if (error instanceof UserError) return reportUserError(error, terminal);
  const label = styled("error:", "red", terminal.noteColour);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.note(`${label} internal error: this is a bug in fcn, not in your input\n\n${stack}\n`);
  terminal.note(
    `Please report it. Attach the command you ran, the .fcn file, the lines above and this one:\n` +
      `fcn ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`,
  );
  return exitCode.fault;
}

/** @throws `error` itself when it is not a `UserError`. */
export function reportUserError(error: unknown, terminal: Terminal): number {
  if (!(error instanceof UserError)) throw error;
  terminal.note(`${styled("error:", "red", terminal.noteColour)} ${error.message}`);
  if (error.help !== undefined)
    terminal.note(`${styled("help:", "cyan", terminal.noteColour)} ${error.help}`);
  return error instanceof UsageError ? exitCode.usage : exitCode.inputHasErrors;
}
