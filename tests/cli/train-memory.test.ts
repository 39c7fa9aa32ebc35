import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const program = `network Deep(classes = [background, disc]) {
  input image [3, H, W]
  repeat 10 { conv(16, 3x3, bias = false) batchnorm relu }
  conv(classes, 1x1)
  output labels by softmax
}

train Deep {
  data      folder("data", images = "images/train/*.png", labels = "labels/train/*.png", validate = 25%)
  loss      cross_entropy
  optimizer sgd(learning_rate = 1e-2)
  epochs    1
  batch     4
  seed      1
}
`;
beforeAll(async () => writeTiny(directory, program, "--size", "64x64"));

const trainWith = (...words: readonly string[]) => fcn(directory, "train", "tiny.fcn", ...words);

describe("fcn train --memory", () => {
  it("recomputes feature maps where a step would need more, and prints how many operations that adds", async () => {
    const whole = await trainWith("--engine", "wasm", "--out", "whole");
    expect(whole.err).toMatch(/memory: a step with 4 images of 64×64 needs [\d.]+ MB\n/);
    const [, need = ""] = /needs ([\d.]+) MB/.exec(whole.err) ?? [];
    const less = `${(0.85 * Number(need)).toFixed(1)}MB`;
    const { status, err } = await trainWith("--engine", "wasm", "--out", "less", "--memory", less);
    expect(status, err).toBe(0);
    expect(err).toMatch(
      /needs [\d.]+ MB, with recomputation of feature maps: (less than 1|\d+)% more operations\n/,
    );
  });

  it("names the least that would do, and the way out", async () => {
    const { status, err } = await trainWith("--engine", "wasm", "--out", "refused", "--memory", "10kB");
    expect(status).toBe(1);
    expect(err).toMatch(
      /error: a training step with 4 images of 64×64 needs at least \d+ MB on engine wasm, with feature maps recomputed in the backward pass; --memory allows 1 MB\nhelp: use --memory \d+MB, a smaller --batch or smaller images \(augment crop\(…\)\)\n/,
    );
  });

  it("is refused on PyTorch", async () => {
    const { status, err } = await trainWith("--engine", "torch", "--out", "torch", "--memory", "1GB");
    expect(status).toBe(1);
    expect(err).toContain("error: --memory recomputes feature maps, and engine torch does not\n");
  });
});
