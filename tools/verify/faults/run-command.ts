/** One run of the built command, with limits of processor time and memory, and what it used of both. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../host/package-root.ts";

export interface CommandLimits {
  /** The system stops the program after so many seconds of processor time. */
  readonly processorSeconds?: number;
  /** No file may grow beyond so many bytes (RLIMIT_FSIZE). */
  readonly fileBytes?: number;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandRun {
  /** `null` when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds of processor time, user and system; `undefined` when a signal ended it before it could tell. */
  readonly processorSeconds: number | undefined;
  /** The most memory resident at once, in bytes; `undefined` as above. */
  readonly peakBytes: number | undefined;
}

/** The built program: what a user runs. `npm run verify:faults` builds it first. */
export const builtCommand = (): string => join(packageRoot(), "dist", "fcn.js");

const usagePreload = (): string =>
  pathToFileURL(join(packageRoot(), "tools", "verify", "faults", "record-usage.mjs")).href;

export interface StartedCommand {
  readonly child: ChildProcess;
  readonly finished: Promise<CommandRun>;
}

export function runCommand(words: readonly string[], limits: CommandLimits = {}): Promise<CommandRun> {
  return startCommand(words, limits).finished;
}

/** The same, to be watched or killed while it runs: the child is the program itself. */
export function startCommand(words: readonly string[], limits: CommandLimits = {}): StartedCommand {
  const usageFile = join(tmpdir(), `fcn-usage-${randomUUID()}.json`);
  const limit = [
    limits.processorSeconds === undefined ? "" : `ulimit -t ${Math.ceil(limits.processorSeconds)}; `,
    limits.fileBytes === undefined ? "" : `ulimit -f ${Math.floor(limits.fileBytes / 512)}; `, // blocks of 512 (POSIX)
  ].join("");
  const program = [process.execPath, "--import", usagePreload(), builtCommand(), ...words];
  const child = spawn("/bin/sh", ["-c", `${limit}exec "$@"`, "sh", ...program], {
    cwd: limits.cwd,
    env: { ...process.env, ...limits.env, FCN_USAGE_FILE: usageFile },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => stdout.push(part));
  child.stderr.on("data", (part: Buffer) => stderr.push(part));
  child.stdin.on("error", () => undefined); // a program may end without reading its input
  child.stdin.end(limits.input ?? "");
  const finished = new Promise<CommandRun>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString("utf8");
      resolve({ status, signal, stdout: text(stdout), stderr: text(stderr), ...readUsage(usageFile) });
    });
  });
  return { child, finished };
}

/** Ends that are ours: an internal error, or a stack trace on the screen. */
export function looksInternal({ status, signal, stderr }: CommandRun): boolean {
  return status === 3 || (signal !== null && signal !== "SIGKILL") || /\n\s+at .*[:(]\d+/.test(stderr);
}

function readUsage(file: string): Pick<CommandRun, "processorSeconds" | "peakBytes"> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { processorSeconds: undefined, peakBytes: undefined };
    throw error;
  }
  rmSync(file);
  return JSON.parse(text) as { processorSeconds: number; peakBytes: number }; // written by record-usage.mjs
}
