/**
 * Runs the commands of docs/tutorial.md with the built command and writes what they print into the page.
 *
 *   npm run documentation:tutorial
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { packageRoot } from "../host/package-root.ts";
import { runConsole, withoutTimes, writeShownPrograms } from "./console-blocks.ts";
import { readSpecPage } from "./spec-page.ts";

const page = join(packageRoot(), "docs", "tutorial.md");
const program = join(packageRoot(), "dist", "fcn.js");
const folder = mkdtempSync(join(tmpdir(), "fcn-tutorial-"));
try {
  writeShownPrograms(readSpecPage(page), folder);
  let written = readFileSync(page, "utf8");
  const blocks = [...written.matchAll(/```console status=(\d+)\n(\$ .*)\n([\s\S]*?)```/g)];
  for (const [block, status = "", line = "", before = ""] of blocks) {
    const run = await runConsole(program, folder, line);
    if (run.status !== Number(status)) throw new Error(`${line} ended with ${run.status}:\n${run.text}`);
    if (withoutTimes(run.text) === withoutTimes(before.trimEnd())) continue; // other times are no news
    const lines = [`\`\`\`console status=${status}`, line, ...(run.text === "" ? [] : [run.text]), "```"];
    written = written.replace(block, () => lines.join("\n"));
  }
  await writeAtomically(page, [Buffer.from(written, "utf8")]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
