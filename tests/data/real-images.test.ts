import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { trainingBatches } from "../../runtime/data/batches.ts";
import { checkData } from "../../runtime/data/check.ts";
import { measureNormalisation } from "../../runtime/data/measure-normalisation.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { masksOf } from "./fixture.ts";
import { imageOf, inputOf, labels } from "./plans.ts";

/** Real images beside the checkout, which are not ours to publish. */
const shared = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const present = existsSync(shared);
const suffix = present ? "" : ` (left out: the folder of real images, ${shared}, is absent)`;

const open = (name: string, masks: MaskConfiguration) =>
  openDataSet(undefined, masks, { baseDirectory: ".", override: join(shared, name) });

describe.skipIf(!present)(`real images${suffix}`, () => {
  it("membrane masks of {0, 255} are reported with the entry that mends them", async () => {
    const dataSet = await open("membrane", masksOf(["membrane", "cell"]));
    expect([dataSet.training.length, dataSet.validation.length]).toEqual([24, 6]);
    const { problems } = await checkData(dataSet, { channels: 1 });
    expect(problems[0]?.help).toContain("masks [membrane = 0, cell = 255]");
    const mended = await checkData(await open("membrane", masksOf(["membrane", "cell"], [0, 255])), {
      channels: 1,
    });
    expect(mended.problems).toEqual([]);
    expect(mended.classPixels.reduce((a, b) => a + b)).toBe(24 * 512 * 512);
    expect(mended.sizes).toEqual([[512, 512, 30]]);
  });

  it("CamVid's void, 11, is reported with the entry that ignores it", async () => {
    const classes = "sky building pole road pavement tree sign fence car pedestrian bicyclist".split(" ");
    const dataSet = await open("camvid", masksOf(classes));
    expect([dataSet.training.length, dataSet.validation.length]).toEqual([100, 40]);
    const { problems } = await checkData(dataSet, { channels: 3 });
    expect(problems.map(({ code }) => code)).toEqual(["labels/undeclared-value"]);
    expect(problems[0]?.message).toMatch(/no class: 11 \([\d,]+ pixels\)$/);
    expect(problems[0]?.help).toContain("masks indices, ignore = 11");
    const mended = await checkData(await open("camvid", masksOf(classes, undefined, [11])), { channels: 3 });
    expect(mended.problems).toEqual([]);
    expect(Math.min(...mended.classPixels)).toBeGreaterThan(0);
  });

  it("CamVid comes in batches with zero mean and unit deviation", async () => {
    const dataSet = await open("camvid", masksOf([..."abcdefghijk"], undefined, [11]));
    const few = { ...dataSet, training: dataSet.training.slice(0, 6) };
    const normalisation = await measureNormalisation(few, imageOf(3));
    const sums = [0, 0];
    let count = 0;
    const inputs = [inputOf(3, normalisation)];
    const options = { batch: 4, augment: [], inputs, targets: [labels], seed: 1, epoch: 0 };
    for await (const batch of trainingBatches(few, options)) {
      const images = batch.inputs.get("image");
      if (images === undefined) throw new Error("no images");
      expect(images.shape.slice(1)).toEqual([360, 480, 3]);
      for (const value of images.data) {
        sums[0] = (sums[0] ?? 0) + value;
        sums[1] = (sums[1] ?? 0) + value * value;
      }
      count += images.data.length;
    }
    expect(Math.abs((sums[0] ?? 1) / count)).toBeLessThan(1e-5); // float32 samples
    expect((sums[1] ?? 0) / count).toBeCloseTo(1, 4);
  });

  it("nuclei images are RGBA of several sizes, their masks one file each", async () => {
    const folders = readdirSync(join(shared, "nuclei")).slice(0, 12);
    const sizes = new Set<string>();
    for (const id of folders) {
      const image = await readImage(join(shared, "nuclei", id, "images", `${id}.png`), 3);
      expect([image.channels, image.data.length]).toEqual([3, image.width * image.height * 3]);
      sizes.add(`${image.height}×${image.width}`);
      const masks = join(shared, "nuclei", id, "masks");
      const mask = await readLabel(join(masks, readdirSync(masks)[0] ?? ""));
      expect([mask.height, mask.width]).toEqual([image.height, image.width]);
      expect(new Set(mask.values)).toEqual(new Set([0, 255]));
    }
    expect(sizes.size).toBeGreaterThan(1);
  });
});
