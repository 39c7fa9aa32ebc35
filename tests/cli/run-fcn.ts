/** The command `fcn` as a process of its own, bundled from the sources as they are: it starts ten times as fast. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

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

/** A new folder, and how to remove it. */
export function workingDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "fcn-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const tinyProgram = `network Tiny(classes = [background, disc], width = 2) {
  input image [3, H, W]
  conv(width, 3x3) batchnorm relu as top
  maxpool(2)
  conv(2 * width, 3x3) relu
  upsample(2, learned, channels = width)
  skip top by concat
  conv(classes, 1x1)
  output labels by softmax
}

train Tiny {
  data      folder("data", images = "images/train/*.png", labels = "labels/train/*.png", validate = 25%)
  augment   flip
  loss      cross_entropy(weights = median_frequency)
  optimizer adam(learning_rate = 1e-2)
  epochs    2
  batch     4
  seed      1
}
`;
