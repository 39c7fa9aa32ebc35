/** The file that an import names: a standard one, one beside the importing file, or one of its project (`@/…`). */

import { nearestName } from "../../nearest.ts";
import { importsStandard, standardFiles, standardSource } from "../../prelude/standard-source.ts";
import type { SourceFile, SourceHost, UnreadableFile } from "../../source.ts";

export type FoundImport =
  | {
      readonly kind: "file";
      readonly file: SourceFile;
      /** The marker of the project in which it was looked for: without it, the import means nothing. */
      readonly marker: SourceFile | undefined;
    }
  | { readonly kind: "unreadable"; readonly file: UnreadableFile }
  | {
      readonly kind: "not-found";
      /** What the author may have meant. */
      readonly nearest: string | undefined;
      /** The standard files, where one of them was asked for. */
      readonly known: readonly string[];
    }
  | { readonly kind: "no-project" }
  | { readonly kind: "leaves-project" };

/** Of a path that is relative to the folder of the project. */
const projectPrefix = "@/";

/** @param specifier what the import says @param from the path of the file that says it */
export function findImport(specifier: string, from: string, host: SourceHost): FoundImport {
  if (importsStandard(specifier, from)) {
    const file = standardSource(specifier, from);
    if (file !== undefined) return { kind: "file", file, marker: undefined };
    const known = specifier.startsWith("std/") ? standardFiles : [];
    return { kind: "not-found", nearest: nearestName(specifier, known), known };
  }
  if (specifier.startsWith(projectPrefix)) return findInProject(specifier, from, host);
  const file = host.read(specifier, from);
  if (file !== undefined) return found(file);
  const inProject = findInProject(`${projectPrefix}${specifier}`, from, host);
  const nearest = inProject.kind === "file" ? `${projectPrefix}${specifier}` : undefined;
  return { kind: "not-found", nearest, known: [] };
}

function findInProject(specifier: string, from: string, host: SourceHost): FoundImport {
  const marker = host.project?.(from);
  if (marker === undefined) return { kind: "no-project" };
  const path = specifier.slice(projectPrefix.length);
  if (climbsOut(path)) return { kind: "leaves-project" };
  const file = host.read(`./${path}`, marker);
  if (file === undefined) return { kind: "not-found", nearest: undefined, known: [] };
  return found(file, { path: marker, text: "", kind: "marker" });
}

function found(file: SourceFile | UnreadableFile, marker?: SourceFile): FoundImport {
  return "text" in file ? { kind: "file", file, marker } : { kind: "unreadable", file };
}

function climbsOut(path: string): boolean {
  let depth = 0;
  for (const part of path.split("/")) {
    if (part === "..") depth--;
    else if (part !== "." && part !== "") depth++;
    if (depth < 0) return true;
  }
  return false;
}
