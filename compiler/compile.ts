/** A program compiled: what it means, and what `tryFixes` needs to compile it again with a fix made. */
import { type Analysis, analyse, type CompileOptions } from "./analyse.ts";
import type { AnalyseAgain } from "./fixes/try-fixes.ts";
import type { SourceFile, SourceHost } from "./source.ts";

export type { CompileOptions } from "./analyse.ts";
export type { CompiledNetwork } from "./compiled-network.ts";
export type { SourceFile, SourceHost } from "./source.ts";

/** Its diagnostics propose fixes; whoever shows or makes them asks `tryFixes` which of them help. */
export interface Compilation extends Analysis {
  readonly again: AnalyseAgain;
}

export function compile(entry: SourceFile, host: SourceHost, options: CompileOptions = {}): Compilation {
  const again: AnalyseAgain = (texts) => {
    const changed = (file: SourceFile) => ({ ...file, text: texts.get(file.path) ?? file.text });
    const read: SourceHost["read"] = (specifier, from) => {
      const file = host.read(specifier, from);
      return file !== undefined && "text" in file ? changed(file) : file;
    };
    return analyse(changed(entry), { ...host, read }, options);
  };
  return { ...analyse(entry, host, options), again };
}
