/** What a person chose on the command line, as the compiler takes it. */
import type { CompileOptions } from "../../../compiler/compile.ts";
import type { NetworkChoice } from "../../program/network-choice.ts";

/** Diagnostics show a setting as it was typed: `--set width:1:7`. */
export function compileOptions({ network, set }: NetworkChoice): CompileOptions {
  return {
    ...(network === undefined ? {} : { network }),
    settings: set,
    settingPath: (name) => `--set ${name}`,
  };
}
