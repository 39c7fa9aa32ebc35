/** Training on labels of a few pixels: points and scribbles, with every other pixel ignored. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classPalette } from "../../compiler/colour/class-palette.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { ignoredIndex, writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { holdRunFolder } from "../../runtime/training/run-folder.ts";
import { train } from "../../runtime/training/train.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { scratch } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
let runs = 0;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
  const dense = join(folder, "data", "labels", "train");
  for (const [kind, isLabelled] of Object.entries(labelled)) {
    mkdirSync(join(folder, "data", kind));
    for (const name of readdirSync(dense)) {
      const { data, width, height, channels } = await readImage(join(dense, name));
      const [background = []] = classPalette(2);
      const classAt = (i: number) =>
        background.every((sample, c) => data[i * channels + c] === sample) ? 0 : 1;
      const mark = isLabelled(new Random(4, name));
      const sparse = Uint8Array.from({ length: height * width }, (_, i) =>
        mark(Math.floor(i / width), i % width) ? classAt(i) : ignoredIndex,
      );
      const file = join(folder, "data", kind, name);
      await writePng(file, { data: sparse, width, height, channels: 1, fullScale: 255 });
    }
  }
});
afterAll(() => remove());

/** Which pixels of an image have a label. */
const labelled: Readonly<Record<string, (random: Random) => (y: number, x: number) => boolean>> = {
  /** One in fifty. */
  points: (random) => () => random.uniform() < 0.02,
  /** Two strokes: a row and a column. */
  scribbles: (random) => {
    const [row, column] = [random.integer(32), random.integer(32)];
    return (y, x) => y === row || x === column;
  },
};

function network(labels: string, loss: string): CompiledNetwork {
  return compileNetwork(`network Sparse(classes = [background, disc]) {
    input image [3, H, W]
    conv(8, 3x3) batchnorm relu as top
    maxpool(2)
    conv(16, 3x3) batchnorm relu
    upsample(2, learned, channels = 8)
    skip top by concat
    conv(classes, 1x1)
    output labels by softmax
  }
  train Sparse {
    data folder("data", images = "images/train/*.png", labels = "${labels}/*.png",
      validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")
    masks [background = 0, disc = 1], ignore = ${ignoredIndex}
    augment flip
    loss ${loss}
    optimizer adam(0.01)
    epochs 12
    batch 4
  }`);
}

/** On the dense labels of the validation images. */
async function meanIou(labels: string, loss: string): Promise<number> {
  const compiled = network(labels, loss);
  const { train: configuration } = compiled;
  if (configuration === undefined) throw new Error("there is no train section");
  runs += 1;
  const held = await holdRunFolder(join(folder, `run ${runs}`), "new");
  try {
    const { best } = await train(compiled, {
      configuration,
      data: await openDataSet(configuration.data, configuration.masks, { baseDirectory: folder }),
      engine: await loadEngine("wasm"),
      folder: held,
      source: "0".repeat(64),
      version: "0.0.0",
    });
    return best?.outputs.labels?.mean_iou ?? 0;
  } finally {
    await held.release();
  }
}

describe("labels of a few pixels", () => {
  it.each([
    ["points", "cross_entropy(weights = median_frequency)"],
    ["scribbles", "cross_entropy(weights = median_frequency)"],
    ["points", "cross_entropy + dice"],
  ])(
    "%s train by %s nearly as well as labels of every pixel",
    async (labels, loss) => {
      const whole = await meanIou("labels/train", loss);
      const few = await meanIou(labels, loss);
      expect(whole).toBeGreaterThan(0.8);
      expect(few).toBeGreaterThan(0.9 * whole);
    },
    60_000,
  );
});
