/** The standard files, `std/…`: written in the language, and part of it wherever it runs. */
import type { SourceFile } from "../source.ts";
import { prelude } from "./prelude.generated.ts";

const standard = "std/";

/** As imports name them: "std/encoders". */
export const standardFiles: readonly string[] = Object.keys(prelude).map((path) =>
  path.replace(/\.fcn$/, ""),
);

/** The standard file that defines a block of this name; `undefined`: none does. */
export function standardFileOf(block: string): string | undefined {
  const defines = (text: string) => [...text.matchAll(/^block (\w+)/gmu)].some(([, name]) => name === block);
  return Object.entries(prelude)
    .find(([, text]) => defines(text))?.[0]
    .replace(/\.fcn$/, "");
}

/**
 * Whether an import is of a standard file: by its name, or from another one. What a standard file imports relatively is looked
 * for among them only.
 */
export function importsStandard(specifier: string, from: string): boolean {
  return specifier.startsWith(standard) || from.startsWith(standard);
}

/** `undefined`: there is no such standard file. */
export function standardSource(specifier: string, from: string): SourceFile | undefined {
  const parts = specifier.startsWith(standard) ? [] : from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  const path = parts.join("/").replace(/(?:\.fcn)?$/, ".fcn");
  const text = Object.hasOwn(prelude, path) ? prelude[path] : undefined;
  return text === undefined ? undefined : { path, text, kind: "standard" };
}
