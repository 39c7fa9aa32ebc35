/** Compiles source text or an example file for a test, with the prelude at hand. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Compilation,
  type CompiledNetwork,
  type CompileOptions,
  compile,
} from "../../compiler/compile.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

export function compileText(text: string, options: CompileOptions = {}): Compilation {
  return compile({ path: "test.fcn", text }, createFileHost(), options);
}

/** What is wrong with a program; what its lints say is left to their own tests. */
export function mistakesIn(text: string, options: CompileOptions = {}): Compilation["diagnostics"] {
  return compileText(text, options).diagnostics.filter(({ code }) => !code.startsWith("lints/"));
}

export function compileExample(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): CompiledNetwork {
  const path = join(packageRoot(), "examples", name);
  const compilation = compile({ path, text: readFileSync(path, "utf8") }, createFileHost(), {
    settings: new Map(Object.entries(settings)),
  });
  const errors = compilation.diagnostics.filter(({ severity }) => severity === "error");
  const [network] = compilation.networks;
  if (network === undefined || errors.length > 0)
    throw new Error(`${name}: ${errors.map(({ code, message }) => `${code}: ${message}`).join("; ")}`);
  return network;
}
