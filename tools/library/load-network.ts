/** One network from a program on disk. */
import { type Compilation, type CompiledNetwork, compile } from "../../compiler/compile.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { UserError } from "../../runtime/user-error.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { createFileHost } from "../host/file-sources.ts";
import { readSourceFile } from "../host/read-source-file.ts";

export interface NetworkOptions {
  /** Which network, if the file has several. */
  readonly network?: string | undefined;
  /** Parameters of the network, in the language's own text: { width: "8", padding: "valid" }. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface LoadedNetwork {
  readonly network: CompiledNetwork;
  readonly compilation: Compilation;
}

/** A program with errors; the message shows each at its place. */
export class ProgramError extends UserError {
  override readonly name = "ProgramError";
  /** Warnings and notes too. */
  readonly diagnostics: readonly Diagnostic[];
  constructor(message: string, diagnostics: readonly Diagnostic[]) {
    super(message);
    this.diagnostics = diagnostics;
  }
}

/** @throws UserError when the file cannot be read or has no such network, or several; ProgramError when it has errors. */
export function loadNetwork(path: string, { network, settings = {} }: NetworkOptions = {}): LoadedNetwork {
  const compilation = compile(readSourceFile(path), createFileHost(), {
    ...(network === undefined ? {} : { network }),
    settings: new Map(Object.entries(settings)),
  });
  const { diagnostics, files, networks } = compilation;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const texts = errors.map((error) => renderDiagnostic(error, files, { colour: false }));
    throw new ProgramError([`${path} has errors`, ...texts].join("\n"), diagnostics);
  }
  const [first, ...others] = networks;
  if (first === undefined) throw new UserError(`${path} has no network`);
  if (others.length > 0) {
    const names = networks.map(({ name }) => name).join(", ");
    throw new UserError(`${path} has several networks: ${names}`, "choose one by the option network");
  }
  return { network: first, compilation };
}
