/** What `npm run verify:typescript` measured last, by example. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../host/package-root.ts";
import type { Measurement } from "./measure-typescript.ts";

export const typescriptRecord = join(packageRoot(), "specs", "numeric", "typescript.json");

export type TypeScriptRecord = Readonly<
  Record<string, Measurement | { readonly refused: readonly string[] }>
>;

export async function readTypeScriptRecord(): Promise<TypeScriptRecord> {
  return JSON.parse(await readFile(typescriptRecord, "utf8")) as TypeScriptRecord; // as verify:typescript writes it
}
