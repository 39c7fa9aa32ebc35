/**
 * Runs the commands of the tutorials with the built command, and writes what they print and the figures they make into docs/.
 *
 *   npm run documentation:tutorial
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { packageRoot } from "../host/package-root.ts";
import { runConsole, withoutTimes, writeShownPrograms } from "./console-blocks.ts";
import { readSpecPage } from "./spec-page.ts";
import { shownFigures, tutorials } from "./tutorials.ts";

const program = join(packageRoot(), "dist", "fcn.js");
for (const page of Object.values(tutorials)) {
  const folder = mkdtempSync(join(tmpdir(), "fcn-tutorial-"));
  try {
    await writePage(page, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error if a command ends with another status than the page says. */
async function writePage(page: string, folder: string): Promise<void> {
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
  for (const { path, made } of shownFigures(page, written)) {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [readFileSync(join(folder, made))]);
  }
}
