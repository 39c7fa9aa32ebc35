/** The command `fcn`, bundled from the sources as they are: in this process, where nothing is loaded twice, or as one of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, inject } from "vitest";
import type { ConsoleRun } from "../../tools/documentation/console-blocks.ts";

/** For a program that starts it itself. */
export const fcnProgram = join(inject("commandFolder"), "fcn.js");

export interface Finished {
  /** The exit status; `null` when a signal ended it. */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** As a process. `directory` is the working directory. */
export function startFcn(directory: string, ...words: readonly string[]): Running {
  const child = spawn(process.execPath, [fcnProgram, ...words], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: undefined },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (part: Buffer) => {
    out += part.toString("utf8");
  });
  child.stderr.on("data", (part: Buffer) => {
    err += part.toString("utf8");
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out, err }));
  });
  return { child, finished };
}

/** What they set stays for the rest of a process, or they read what a process is given. */
const wantProcess: readonly string[] = ["--max-pixels", "--threads", "--python", "--watch", "-"];

/** In this process, one after the other. `tests/cli/processes.test.ts` compares it with `startFcn`. */
export async function fcn(directory: string, ...words: readonly string[]): Promise<Finished> {
  if (words.some((word) => wantProcess.includes(word))) return startFcn(directory, ...words).finished;
  const { status, written } = await inTurn(() => runHere(directory, words));
  const printed = (to: Written["to"]) => textOf(written.filter((part) => part.to === to));
  return { status, out: printed("out"), err: printed("err") };
}

/** What a terminal shows of a command "$ fcn check net.fcn", of words without blanks; the folder is written as DIR. */
export async function shown(directory: string, command: string): Promise<ConsoleRun> {
  const [prompt, name, ...words] = command.split(" ");
  if (prompt !== "$" || name !== "fcn") throw new Error(`"${command}" is no command of fcn`);
  const { status, written } = await inTurn(() => runHere(directory, words));
  return { status, text: textOf(written).replaceAll(directory, "DIR").trimEnd() };
}

let last: Promise<unknown> = Promise.resolve();

/** Working directory and standard output are the process's. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => {}); // who asked gets the error
  return turn;
}

interface Written {
  readonly to: "out" | "err";
  readonly bytes: Uint8Array;
}

function textOf(written: readonly Written[]): string {
  return Buffer.concat(written.map(({ bytes }) => bytes)).toString("utf8");
}

type Program = typeof import("../../tools/cli/run-program.ts");

async function runHere(
  directory: string,
  words: readonly string[],
): Promise<{ readonly status: number; readonly written: readonly Written[] }> {
  const bundle = pathToFileURL(join(inject("commandFolder"), "run-program.js")).href;
  const { runProgram } = (await import(/* @vite-ignore */ bundle)) as Program; // bundled from it
  const [before, open] = [process.cwd(), process.getActiveResourcesInfo()];
  const written: Written[] = [];
  const release = [divert(process.stdout, "out", written), divert(process.stderr, "err", written)];
  try {
    process.chdir(directory);
    const status = await runProgram(words);
    await nothingMore(open, words);
    return { status, written };
  } finally {
    process.chdir(before);
    for (const each of release) each();
  }
}

/** @throws Error when something is left that would keep a process from ending. */
async function nothingMore(before: readonly string[], words: readonly string[]): Promise<void> {
  for (let waited = 0; ; waited += 20) {
    const rest = [...before];
    const more = process.getActiveResourcesInfo().filter((name) => {
      const place = rest.indexOf(name);
      if (place >= 0) rest.splice(place, 1);
      return place < 0;
    });
    if (more.length === 0) return;
    if (waited > 5000) throw new Error(`fcn ${words.join(" ")} left open: ${more.join(", ")}`);
    await setTimeout(20);
  }
}

/** Adds what is written to the stream to the list, in place of writing it, until the returned function is called. */
function divert(stream: NodeJS.WriteStream, to: Written["to"], written: Written[]): () => void {
  const write = stream.write;
  stream.write = (
    part: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error) => void),
    done?: (error?: Error) => void,
  ): boolean => {
    written.push({ to, bytes: Buffer.from(part as string) }); // a copy of either
    const ended = typeof encoding === "function" ? encoding : done;
    if (ended !== undefined) process.nextTick(ended);
    return true;
  };
  return () => {
    stream.write = write;
  };
}

/** A folder of their own for the tests of a file or a `describe`: made before the first, removed after the last. */
export function workingDirectory(): string {
  const path = join(tmpdir(), `fcn-cli-${randomUUID()}`);
  beforeAll(() => mkdirSync(path));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
