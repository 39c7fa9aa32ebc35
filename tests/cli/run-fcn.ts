/** The command `fcn` as a process of its own, bundled from the sources as they are: it starts ten times as fast. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";

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

/** `directory` is the working directory. */
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

export function fcn(directory: string, ...words: readonly string[]): Promise<Finished> {
  return startFcn(directory, ...words).finished;
}

/** A folder of their own for the tests of a file or a `describe`: made before the first, removed after the last. */
export function workingDirectory(): string {
  const path = join(tmpdir(), `fcn-cli-${randomUUID()}`);
  beforeAll(() => mkdirSync(path));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
