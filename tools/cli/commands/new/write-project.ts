/** Writes the starter project of `fcn new`. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import { checkOutputFolder, makeOutputFolder } from "../../../../runtime/files/output-place.ts";
import { shellWord } from "../../../../runtime/files/shell-word.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import type { Terminal } from "../../console/terminal.ts";
import { starterFiles } from "./starter-files.ts";
import { starterScenes } from "./starter-scenes.ts";

/** @throws UserError when the folder holds anything already. */
export async function writeProject(directory: string, synth: boolean, terminal: Terminal): Promise<void> {
  await checkOutputFolder(directory);
  const content = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`${directory} cannot be used: ${error.message}`, "give another folder");
  });
  if (content.length > 0) {
    throw new UserError(`${directory} is not empty`, "give a folder that does not exist yet, or is empty");
  }
  makeOutputFolder(directory);
  for (const [name, text] of starterFiles) {
    const file = join(directory, name);
    await writeAtomically(file, [Buffer.from(text, "utf8")]);
    terminal.print(file);
  }
  if (synth) {
    const { runSynth } = await import("../data/run-data.ts");
    await runSynth(join(directory, "data"), starterScenes, terminal);
  }
  terminal.note(
    `next: cd ${shellWord(directory)}${synth ? "" : " && fcn data synth data"} && fcn train u-net.fcn`,
  );
}
