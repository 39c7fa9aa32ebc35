/** A network from source text, for tests of what runs it. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { compileText } from "./compile-source.ts";

/** @throws Error when the text has mistakes. */
export function compileNetwork(text: string): CompiledNetwork {
  const { networks, diagnostics } = compileText(text);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [network] = networks;
  if (errors.length > 0 || network === undefined) {
    throw new Error(
      `the test's network does not compile: ${errors.map(({ message }) => message).join("; ")}`,
    );
  }
  return network;
}
