import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { describeData } from "../../runtime/data/statistics/describe-data.ts";
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
  describeData({ source: "", masks: masksOf(["a", "b"], [0, 1], [9]), ...data }, imageOf(1), { channels: 1 });
const pairOf = async (name: string, rows: number[][], label?: number[][]) => ({
  name,
  image: await folder.grey(`${name}.png`, rows),
  label: await folder.grey(`${name}-label.png`, label ?? flat(rows.length, rows[0]?.length ?? 0, 0)),
});

describe("statistics of a data set", () => {
  it("count classes, ignored pixels and sizes of each part", async () => {
    const label = flat(2, 4, 0).map(() => [0, 1, 1, 9]);
    const { parts, mean, deviation } = await statisticsOf({
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
    expect([mean, deviation]).toEqual([[0.5], [0.5]]);
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
});
