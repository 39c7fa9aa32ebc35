/** The part of a page of docs/ that a command writes: the last full result of a verification. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";

/**
 * Replaces what is between `<!-- COMMAND -->` and `<!-- end -->`.
 * @throws Error for a page without the two
 */
export async function recordResult(page: string, command: string, text: string): Promise<void> {
  const path = join(packageRoot(), "docs", page);
  const [opening, closing] = [`<!-- ${command} -->`, "<!-- end -->"];
  const before = await readFile(path, "utf8");
  const from = before.indexOf(opening);
  const to = before.indexOf(closing, from);
  if (from < 0 || to < 0) throw new Error(`docs/${page} has no "${opening}" with "${closing}" after it`);
  const after = `${before.slice(0, from + opening.length)}\n${text.trim()}\n${before.slice(to)}`;
  await writeFile(`${path}.new`, after);
  await rename(`${path}.new`, path);
}

/**
 * "2026-11-21, Node 20.20.2, 2 cores of an AMD EPYC": where and when a result is from.
 * @param commits of the sources that made the results, named where there are several
 */
export function circumstances(commits: readonly string[] = []): string {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, Node ${process.versions.node}, ${cpus().length} cores (${cpu?.model ?? "unknown"})${inParts(commits)}`;
}

/** ", in parts at ae111ce2, f03a11c9"; "" where one commit made everything. */
export function inParts(commits: readonly string[]): string {
  return commits.length > 1 ? `, in parts at ${commits.join(", ")}` : "";
}
