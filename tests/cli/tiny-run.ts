/** The smallest training run that has everything: a program of six lines, synthetic scenes, a few steps on `wasm`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { fcn } from "./run-fcn.ts";

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

/**
 * Writes `tiny.fcn` and scenes for it in `data`.
 *
 * @param synth options of `fcn data synth` that differ from the usual ones
 */
export async function writeTiny(
  directory: string,
  program = tinyProgram,
  ...synth: readonly string[]
): Promise<void> {
  writeFileSync(join(directory, "tiny.fcn"), program);
  const usual = ["--count", "12", "--size", "32x32", "--classes", "disc", "--seed", "5"];
  const made = await fcn(directory, "data", "synth", "data", ...usual, ...synth);
  expect(made, made.err).toMatchObject({ status: 0 });
}

/** Trains what `writeTiny` wrote, into `run`. */
export async function trainTiny(directory: string, ...options: readonly string[]): Promise<void> {
  const trained = await fcn(directory, "train", "tiny.fcn", "--engine", "wasm", "--out", "run", ...options);
  expect(trained, trained.err).toMatchObject({ status: 0 });
}
