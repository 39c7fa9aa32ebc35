/** A network from source text, for tests of what runs it. */
import { type CompiledNetwork, compile } from "../../compiler/compile.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";

export function compileNetwork(
  text: string,
  settings: Readonly<Record<string, string>> = {},
): CompiledNetwork {
  const compilation = compile({ path: "test.fcn", text }, createFileHost(), {
    settings: new Map(Object.entries(settings)),
  });
  const errors = compilation.diagnostics.filter(({ severity }) => severity === "error");
  const [network] = compilation.networks;
  if (errors.length > 0 || network === undefined) {
    throw new Error(
      `the test's network does not compile: ${errors.map(({ message }) => message).join("; ")}`,
    );
  }
  return network;
}
