/** The commands of a page that are run one after the other in one folder, and what they print. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SpecBlock } from "./spec-page.ts";

export interface ConsoleRun {
  /** Exit status; `null` when a signal ended it. */
  readonly status: number | null;
  /** Both streams, as a terminal shows them; the folder is written as DIR. */
  readonly text: string;
}

/** Writes the programs of a page that have a file name, for its commands to read. */
export function writeShownPrograms(blocks: readonly SpecBlock[], folder: string): void {
  for (const { language, values, text } of blocks) {
    const [file] = values.get("file") ?? [];
    if (language === "fcn" && file !== undefined) writeFileSync(join(folder, file), text);
  }
}

/** @param program the built command @param line "$ fcn check net.fcn", of words without blanks */
export function runConsole(program: string, folder: string, line: string): Promise<ConsoleRun> {
  const [prompt, name, ...words] = line.split(" ");
  if (prompt !== "$" || name !== "fcn") throw new Error(`"${line}" is no command of fcn`);
  // One pipe for both streams keeps their order.
  const child = spawn("/bin/sh", ["-c", 'exec "$@" 2>&1', "sh", process.execPath, program, ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" },
  });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      const text = Buffer.concat(parts).toString("utf8").replaceAll(folder, "DIR").trimEnd();
      resolve({ status, text });
    });
  });
}

/** Without what differs from run to run and from machine to machine: durations, speeds, and the width of columns that hold them. */
export function withoutTimes(text: string): string {
  return text
    .replace(/\d+(\.\d+)? images\/s/g, "N images/s")
    .replace(/(?<![\w.])(\d+ h )?(\d+ min )?\d+ (s|min)(?![\w.])/g, "T")
    .replace(/ {2,}/g, "  ");
}
