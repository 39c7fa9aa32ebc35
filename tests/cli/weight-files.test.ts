import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { fcn, tinyProgram, workingDirectory } from "./run-fcn.ts";

let directory: string;
let remove: () => void;
let image: string;
const inDirectory = (...names: readonly string[]) => join(directory, ...names);
beforeAll(async () => {
  ({ path: directory, remove } = workingDirectory());
  writeFileSync(inDirectory("tiny.fcn"), tinyProgram);
  const options = ["--count", "12", "--size", "32x32", "--classes", "disc", "--seed", "5"];
  expect((await fcn(directory, "data", "synth", "data", ...options)).status).toBe(0);
  const trained = await fcn(directory, "train", "tiny.fcn", "--engine", "wasm", "--out", "run");
  expect(trained).toMatchObject({ status: 0 });
  const images = join("data", "images", "train");
  image = join(images, readdirSync(inDirectory(images)).sort()[0] ?? "");
});
afterAll(() => remove());

/** A copy of a file of the run in which the first value of the first tensor whose name begins so is NaN; gives the tensor's name. */
async function withNaN(from: string, to: string, begin: string): Promise<string> {
  const content = await readSafetensors(inDirectory(from));
  const [name, weight] = [...content.weights].find(([known]) => known.startsWith(begin)) ?? [];
  if (name === undefined || weight === undefined) throw new Error(`${from} has no ${begin}`);
  weight.data[0] = Number.NaN;
  await writeSafetensors(inDirectory(to), content);
  return name;
}

describe("weights with a value that is not finite", () => {
  it("are refused by name in predict, evaluate and --start-from, and by `start from`", async () => {
    await withNaN("run/weights.safetensors", "nan.safetensors", "conv1.weight");
    const starts = tinyProgram.replace("train Tiny {", 'train Tiny {\n  start from "nan.safetensors"');
    writeFileSync(inDirectory("starts.fcn"), starts);
    for (const words of [
      ["predict", "tiny.fcn", image, "--weights", "nan.safetensors", "--out", "labelled"],
      ["evaluate", "tiny.fcn", "--weights", "nan.safetensors"],
      ["train", "tiny.fcn", "--start-from", "nan.safetensors", "--out", "started"],
      ["train", "starts.fcn", "--out", "started"],
    ]) {
      const { status, err } = await fcn(directory, ...words);
      expect(err).toMatch(
        /error: nan\.safetensors: 1 of \d+ tensors hold values that are not finite in float32: "conv1\.weight" \(NaN\)/,
      );
      expect(status).toBe(1);
    }
  });

  it.each(["weights/", "optimizer/"])("are refused by name on --resume, in %s", async (begin) => {
    cpSync(inDirectory("run"), inDirectory("diverged"), { recursive: true });
    const file = "diverged/checkpoint.safetensors";
    const name = await withNaN("run/checkpoint.safetensors", file, begin);
    const words = ["train", "tiny.fcn", "--epochs", "3", "--out", "diverged", "--resume"];
    const { status, err } = await fcn(directory, ...words);
    expect(err).toContain(`tensors hold values that are not finite in float32: "${name}" (NaN)`);
    expect(status).toBe(1);
  });
});
