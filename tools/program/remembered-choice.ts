/** The network and the parameters that weights were trained for. */
import { compile } from "../../compiler/compile.ts";
import type { StoredWeights } from "../../runtime/training/weights-file.ts";
import { createFileHost } from "../host/file-sources.ts";
import { readSourceFile } from "../host/read-source-file.ts";
import type { NetworkChoice } from "./network-choice.ts";

/**
 * What the file of weights remembers; what is asked for wins. Without the remembered parameters where the program has errors with
 * them, and none without.
 * @throws UserError when the program cannot be read.
 */
export function rememberedChoice(
  path: string,
  asked: NetworkChoice,
  metadata: StoredWeights["metadata"],
): NetworkChoice {
  const plain: NetworkChoice = { network: asked.network, set: asked.set };
  if (metadata === undefined) return plain;
  const source = readSourceFile(path);
  const { networks } = compile(source, createFileHost());
  // The only network of a program may have been renamed since, or be another: checkWeights says which.
  const only = asked.network === undefined && networks.length === 1 ? networks[0] : undefined;
  const remembered = networks.find(({ name }) => name === (asked.network ?? metadata.network)) ?? only;
  // Of a network that changed since, only the parameters that it still has.
  const kept = [...metadata.parameters].filter(([name]) => remembered?.parameters.has(name) ?? true);
  const network = remembered?.name ?? asked.network;
  const choice: NetworkChoice = { network, set: new Map([...kept, ...asked.set]) };
  if (kept.length === 0) return choice;
  const compiles = ({ set }: NetworkChoice): boolean =>
    compile(source, createFileHost(), {
      ...(network === undefined ? {} : { network }),
      settings: set,
    }).diagnostics.every(({ severity }) => severity !== "error");
  // Parameters of another network, such as its classes, are no mistake of this program's masks.
  return compiles(choice) || !compiles(plain) ? choice : { ...plain, network };
}
