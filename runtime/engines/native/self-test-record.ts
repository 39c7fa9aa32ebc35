/**
 * What the self-test found is remembered for the machine and the versions that it ran on, in the folder that the operating system has
 * for such files.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { cpus, homedir } from "node:os";
import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-write.ts";

/** What a result holds for. `tested` are the models that ran: they change with this package where its kernels' use does. */
export interface SelfTestFacts {
  readonly tested: readonly Uint8Array[];
  readonly runtime: string;
}

/** `undefined`: the user has no home. */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const { XDG_CACHE_HOME = "", LOCALAPPDATA = "" } = env;
  if (XDG_CACHE_HOME.startsWith("/")) return join(XDG_CACHE_HOME, "fcn-lang");
  if (platform === "win32" && LOCALAPPDATA !== "") return join(LOCALAPPDATA, "fcn-lang");
  const home = homeFolder();
  if (home === undefined) return undefined;
  return join(home, platform === "darwin" ? "Library/Caches" : ".cache", "fcn-lang");
}

function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined; // the system knows no user of this number
  }
}

export interface SelfTestRecord {
  readonly file: string;
  readonly text: string;
}

/** The record of a test that passed, which is right word for word or none: one file for each machine and version. */
export async function passRecord(
  folder: string,
  { tested, runtime }: SelfTestFacts,
): Promise<SelfTestRecord> {
  const models = createHash("sha256");
  for (const model of tested) models.update(model);
  const facts = {
    passed: "native self-test",
    models: models.digest("hex"),
    runtime,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "",
    flags: createHash("sha256")
      .update(await processorFlags())
      .digest("hex"),
  };
  const text = `${JSON.stringify(facts, undefined, 2)}\n`;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { file: join(folder, `native-self-test-${name}.json`), text };
}

/** Which instructions the processor has, where the system tells: a virtual machine may show fewer than its model. */
async function processorFlags(): Promise<string> {
  try {
    const text = await readFile("/proc/cpuinfo", "utf8");
    return text.split("\n").find((line) => /^(flags|Features)\s*:/.test(line)) ?? "";
  } catch {
    return ""; // only Linux has the file; the model stands for the rest elsewhere
  }
}

/** Anything but the record as it was written counts as none. */
export async function isRecorded({ file, text }: SelfTestRecord): Promise<boolean> {
  try {
    return (await readFile(file, "utf8")) === text;
  } catch {
    return false; // whatever is in its place: the test is run again
  }
}

export async function record({ file, text }: SelfTestRecord, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeAtomically(file, [new TextEncoder().encode(text)]);
  } catch {
    // where nothing can be written, every process tests again
  }
}
