import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rational } from "../../compiler/geometry/rational.ts";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { layerPlan } from "../../runtime/data/layers/layer.ts";
import { describeData, type PlacedImage } from "../../runtime/data/statistics/describe-data.ts";
import { Random } from "../../runtime/random.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { type Folder, flat, masksOf, temporaryFolder } from "./fixture.ts";
import { imageOf } from "./plans.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** A smooth random picture of 40×50 pixels, as levels. */
function picture(seed: number): number[][] {
  const random = new Random(seed);
  const waves = Array.from({ length: 6 }, () => [0, 0, 0].map(() => random.between(0.05, 0.4)));
  return Array.from({ length: 40 }, (_, y) =>
    Array.from({ length: 50 }, (_, x) => {
      const sum = waves.reduce((total, [a = 0, b = 0, c = 0]) => total + Math.sin(a * y + b * x + 20 * c), 0);
      return Math.round(110 + 15 * sum);
    }),
  );
}

const statisticsOf = (data: Omit<DataSet, "source" | "masks">) =>
  describeData(
    { source: "", masks: masksOf(["a", "b"], [0, 1], [9]), ...data },
    [{ name: "image", layer: imageOf(1) }],
    { channels: 1 },
  );
const pairOf = async (name: string, rows: number[][], label?: number[][]) => ({
  name,
  image: await folder.grey(`${name}.png`, rows),
  label: await folder.grey(`${name}-label.png`, label ?? flat(rows.length, rows[0]?.length ?? 0, 0)),
});

describe("statistics of a data set", () => {
  it("count classes, ignored pixels and sizes of each part", async () => {
    const label = flat(2, 4, 0).map(() => [0, 1, 1, 9]);
    const { parts, inputs } = await statisticsOf({
      training: [await pairOf("t1", flat(2, 4, 0), label), await pairOf("t2", flat(2, 4, 255))],
      validation: [await pairOf("v", flat(3, 5, 60))],
      test: [await pairOf("s", flat(2, 4, 80), label)],
    });
    expect(parts.training).toEqual({
      images: 2,
      sizes: [[2, 4, 2]],
      classPixels: [10, 4],
      ignoredPixels: 2,
      classImages: [2, 1],
    });
    expect(parts.validation).toMatchObject({ images: 1, sizes: [[3, 5, 1]], classPixels: [15, 0] });
    expect(parts.test).toMatchObject({ images: 1, classPixels: [2, 4] });
    expect(inputs).toEqual([
      {
        name: "image",
        sizes: { training: [[2, 4, 2]], validation: [[3, 5, 1]], test: [[2, 4, 1]] },
        mean: [0.5],
        deviation: [0.5],
      },
    ]);
  });

  it("find the same pixels in files of any format, within a part and across", async () => {
    const [one, two] = [picture(1), picture(2)];
    const same = await pairOf("same", one);
    const rgb = Uint8Array.from(one.flat().flatMap((level) => [level, level, level]));
    const page = { width: 50, height: 40, channels: 1, samples: Uint8Array.from(one.flat()) };
    const copy = { ...same, name: "copy", image: await folder.bytes("copy.tif", tiffFile([page])) };
    const colour = {
      ...same,
      name: "colour",
      image: await folder.bytes("c.png", encode({ width: 50, height: 40, channels: 3, data: rgb })),
    };
    const { duplicates } = await statisticsOf({
      training: [same, await pairOf("other", two), await pairOf("again", two)],
      validation: [copy],
      test: [colour],
    });
    expect(
      duplicates.map((group) =>
        group.map(({ part, file }) => `${part} ${file.slice(folder.path.length + 1)}`),
      ),
    ).toEqual([
      ["training same.png", "validation copy.tif"],
      ["training other.png", "training again.png"],
    ]);
  });

  it("find images of different parts that look alike, and no even ones", async () => {
    const random = new Random(3);
    const changed = picture(1).map((row) =>
      row.map((level) => Math.round(0.8 * level + 10 + 2 * random.normal())),
    );
    const found = await statisticsOf({
      training: await Promise.all([1, 2, 3, 4].map((seed) => pairOf(`t${seed}`, picture(seed)))),
      validation: [await pairOf("like", changed), await pairOf("own", picture(9))],
      test: [await pairOf("even", flat(40, 50, 7)), await pairOf("even2", flat(40, 50, 8))],
    });
    expect(found.alike.map((pair) => pair.map(({ file }) => file.slice(folder.path.length + 1)))).toEqual([
      ["t1.png", "like.png"],
    ]);
    expect(found.duplicates).toEqual([]);
  });

  it("name files that cannot be read and describe the rest", async () => {
    const broken = { ...(await pairOf("b", flat(2, 2, 1))), image: await folder.bytes("broken.png", "no") };
    const { unreadable, parts } = await statisticsOf({
      training: [broken, await pairOf("t", flat(2, 2, 5))],
      validation: [],
    });
    expect(unreadable).toEqual([broken.image]);
    expect(parts.training).toMatchObject({ images: 2, sizes: [[2, 2, 1]], classPixels: [4, 0] });
  });

  describe("of several inputs", () => {
    const depth = layerPlan({ kind: "image", channels: 1 }, { files: "depth/*.png", validation: undefined }, [
      rational(1, 2),
      rational(1, 2),
    ]);
    const inputs = [
      { name: "image", layer: imageOf(1) },
      { name: "depth", layer: depth },
      { name: "whole", layer: imageOf(1) },
    ];
    const withDepth = async (name: string, rows: number[][], map: number[][]) => ({
      ...(await pairOf(name, rows)),
      layers: { [depth.key]: await folder.grey(`depth-${name}.png`, map) },
    });
    const described = (data: Omit<DataSet, "source" | "masks">) =>
      describeData({ source: "", masks: masksOf(["a", "b"], [0, 1], [9]), ...data }, inputs, { channels: 1 });
    const names = (files: readonly PlacedImage[]) =>
      files.map(({ part, input, file }) => `${part} ${input} ${file.slice(folder.path.length + 1)}`);

    it("tell the sizes and intensities of each", async () => {
      const { parts, inputs: found } = await described({
        training: [
          await withDepth("t1", flat(4, 6, 0), flat(2, 3, 51)),
          await withDepth("t2", flat(4, 6, 255), flat(2, 3, 153)),
        ],
        validation: [await withDepth("v", flat(8, 6, 60), flat(4, 3, 0))],
      });
      expect(parts.training).toMatchObject({ images: 2, sizes: [[4, 6, 2]], classPixels: [48, 0] });
      const [image, map, whole] = found;
      expect(image).toMatchObject({ name: "image", sizes: { training: [[4, 6, 2]] }, mean: [0.5] });
      expect(map).toMatchObject({
        name: "depth",
        sizes: { training: [[2, 3, 2]], validation: [[4, 3, 1]], test: [] },
      });
      expect(map?.mean[0]).toBeCloseTo(0.4, 9);
      expect(map?.deviation[0]).toBeCloseTo(0.2, 9);
      expect(whole).toMatchObject({ name: "whole", sizes: { training: [[4, 6, 2]] }, mean: [0.5] });
    });

    it("find files that two images share, whichever inputs read them, and none within one image", async () => {
      const { duplicates, alike } = await described({
        training: [
          await withDepth("same", picture(1), picture(1)),
          await withDepth("first", picture(2), picture(3)),
        ],
        validation: [await withDepth("later", picture(3), picture(4))],
        test: [await withDepth("shared", picture(5), picture(4))],
      });
      expect(duplicates.map(names)).toEqual([
        ["training depth depth-first.png", "validation image later.png"],
        ["validation depth depth-later.png", "test depth depth-shared.png"],
      ]);
      expect(alike).toEqual([]);
    });

    it("name the files of any input that cannot be read, and measure the others", async () => {
      const broken = await withDepth("b", flat(4, 6, 100), flat(2, 3, 0));
      const damaged = await folder.bytes("damaged.png", "no");
      const { unreadable, inputs: found } = await described({
        training: [
          { ...broken, layers: { [depth.key]: damaged } },
          await withDepth("t", flat(4, 6, 200), flat(2, 3, 255)),
        ],
        validation: [],
      });
      expect(unreadable).toEqual([damaged]);
      expect(found.map(({ name, mean, sizes }) => [name, sizes.training, mean])).toEqual([
        ["image", [[4, 6, 2]], [expect.closeTo(300 / 510, 9)]],
        ["depth", [[2, 3, 1]], [1]],
        ["whole", [[4, 6, 2]], [expect.closeTo(300 / 510, 9)]],
      ]);
    });
  });
});
