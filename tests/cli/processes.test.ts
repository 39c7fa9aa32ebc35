/** Every command prints and writes the same as a process and in the process of the test; the other tests run it in theirs, which is cheaper. */
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it, vi } from "vitest";
import { withoutTimes } from "../../tools/documentation/console-blocks.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { type Finished, fcn, startFcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const here = workingDirectory();
const apart = workingDirectory();
const weights = ["--weights", "run/weights.safetensors"];

/** In this order in either folder. */
const calls = [
  ["--help"],
  ["--version"],
  ["inspct", "tiny.fcn"],
  ["check", "tiny.fcn", "wrong.fcn"],
  ["inspect", "tiny.fcn", "--size", "32x32"],
  ["explain", "tiny.fcn", "top"],
  ["cost", "tiny.fcn", "--size", "32x32", "--engine", "wasm"],
  ["diff", "tiny.fcn", "wide.fcn"],
  ["diagram", "tiny.fcn", "-o", "tiny.svg"],
  ["field", "tiny.fcn", "--size", "32x32", "--images", "1", "--engine", "wasm", "-o", "field.svg"],
  ["train", "tiny.fcn", "--epochs", "1", "--out", "again"],
  ["train", "tiny.fcn", "--out", "run"],
  ["sweep", "wide.fcn", "--list"],
  ["evaluate", "tiny.fcn", ...weights, "--split", "all"],
  ["predict", "tiny.fcn", ...weights, "data/images/val", "--out", "seen"],
  ["compare", "run", "other", "-o", "runs.svg"],
  ["weights", "show", "run"],
  ["emit", "tiny.fcn", "--to", "onnx", ...weights, "-o", "tiny.onnx"],
  ["format", "wide.fcn"],
  ["data", "check", "tiny.fcn"],
  ["doctor"],
  ["new", "project"],
] as const;

beforeAll(async () => {
  // without it the loader of GPU drivers prints an error past what a process of JavaScript sees of its own output
  vi.stubEnv("XDG_RUNTIME_DIR", process.env.XDG_RUNTIME_DIR ?? apart);
  await writeTiny(here);
  await trainTiny(here);
  await trainTiny(here, "--epochs", "1", "--out", "other");
  const swept = tinyProgram.replace("  seed      1\n", "  sweep     grid, learning_rate = [1e-3, 1e-2]\n");
  writeFileSync(join(here, "wide.fcn"), swept.replace("width = 2)", "width =   3)"));
  writeFileSync(join(here, "wrong.fcn"), tinyProgram.replace("maxpool(2)", "maxpol(2)"));
  cpSync(here, apart, { recursive: true });
});

it("there is a call of every command", () => {
  const commands = readdirSync(join(packageRoot(), "tools", "cli", "commands"));
  expect(commands.filter((name) => !calls.some(([command]) => command === name))).toEqual([]);
});

it.each(calls.map((words) => [words.join(" "), words] as const))("fcn %s", async (_, words) => {
  const process = await startFcn(apart, ...words).finished;
  expect(comparable(await fcn(here, ...words), here)).toEqual(comparable(process, apart));
  expect(filesIn(here)).toEqual(filesIn(apart));
});

function comparable({ status, out, err }: Finished, folder: string): Finished {
  const [printed, noted] = [out, err].map((text) =>
    withoutTimes(text.replaceAll(folder, "DIR")).replace(/[\d.]+ GB free/, "free"),
  );
  return { status, out: printed ?? "", err: noted ?? "" };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}
