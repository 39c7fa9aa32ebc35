import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DataConfiguration } from "../../compiler/learning/data/registry.ts";
import { checkData } from "../../runtime/data/check.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { readPairLabel } from "../../runtime/data/read-pair-label.ts";
import { layerOf, readSample } from "../../runtime/data/sample.ts";
import { UserError } from "../../runtime/user-error.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { type Folder, flat, masksOf, temporaryFolder } from "./fixture.ts";
import { classes, imageOf } from "./plans.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const masks = masksOf(["background", "thing", "meeting"]);
const open = (images: string, labels: string, path = ".", layers: "boundaries" | undefined = undefined) => {
  const validation = { kind: "share", share: 0, seed: 1 } as const;
  const data: DataConfiguration = { kind: "folder", path, images, labels, objects: true, validation };
  const boundaries = { key: "b", source: { kind: "boundaries" }, from: "labels" } as const;
  const planned = layers === undefined ? [classes] : [classes, boundaries];
  return openDataSet(data, masks, { baseDirectory: folder.path, layers: planned });
};

/** An object of 255 in rows and columns `from` up to `to`, on 4×6 cells of 0. */
const object = (rows: readonly [number, number], columns: readonly [number, number]) =>
  flat(4, 6, 0).map((row, y) =>
    row.map((_, x) => (y >= rows[0] && y < rows[1] && x >= columns[0] && x < columns[1] ? 255 : 0)),
  );

describe("files of one object each", () => {
  it("make one label image: inside, and where two touch or lie over each other", async () => {
    await folder.grey("a/images/a.png", flat(4, 6, 9));
    await folder.grey("a/masks/one.png", object([0, 3], [0, 2]));
    await folder.grey("a/masks/two.png", object([1, 4], [2, 4]));
    const { training } = await open("*/images/*.png", "*/masks/*.png");
    const [pair] = training;
    if (pair === undefined) throw new Error("no pair");
    expect(pair.label).toBe(join(folder.path, "a/masks"));
    const { values } = await readPairLabel(pair);
    expect(Array.from({ length: 4 }, (_, y) => [...values.subarray(6 * y, 6 * y + 6)])).toEqual([
      [1, 2, 0, 0, 0, 0],
      [1, 2, 2, 1, 0, 0],
      [1, 2, 2, 1, 0, 0],
      [0, 0, 2, 1, 0, 0],
    ]);
    await folder.grey("a/masks/over.png", object([0, 1], [0, 1]));
    const [again] = (await open("*/images/*.png", "*/masks/*.png")).training;
    expect((await readPairLabel(again ?? pair)).values[0]).toBe(2);
  });

  it("have edges of a value of their own, as wide as is asked for", async () => {
    const owner = Array.from({ length: 9 }, (_, y) =>
      Array.from({ length: 11 }, (_, x) =>
        y < 1 || y > 7 ? 0 : x > 0 && x < 8 ? 5 : x >= 8 && y < 4 ? 700 : 0,
      ),
    );
    const numbers = Uint16Array.from(owner.flat());
    const bytes = encode({ width: 11, height: 9, channels: 1, depth: 16, data: numbers });
    const label = await folder.bytes("numbers.png", bytes);
    for (const border of [0, 1, 2]) {
      const { values } = await readPairLabel({ name: "n", image: "", label, numbered: true, border });
      const wanted = owner.map((row, y) =>
        row.map((own, x) => {
          if (own === 0) return 0;
          const within = (reach: number) =>
            owner
              .slice(Math.max(0, y - reach), y + reach + 1)
              .flatMap((line) => line.slice(Math.max(0, x - reach), x + reach + 1));
          if (within(1).some((other) => other !== 0 && other !== own)) return 2;
          return border > 0 && within(border).some((other) => other !== own) ? 3 : 1;
        }),
      );
      expect(Array.from({ length: 9 }, (_, y) => [...values.subarray(11 * y, 11 * y + 11)])).toEqual(wanted);
    }
  });

  it("are read as classes, by masks", async () => {
    await folder.grey("a/images/a.png", flat(4, 6, 9));
    await folder.grey("a/masks/one.png", object([0, 4], [0, 3]));
    const { training } = await open("*/images/*.png", "*/masks/*.png");
    const [pair] = training;
    if (pair === undefined) throw new Error("no pair");
    const sample = await readSample(pair, masks, [imageOf(1), classes]);
    expect([...layerOf(sample, classes).values.subarray(0, 6)]).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it("belong to the image whose first stars they match", async () => {
    for (const name of ["x", "y"]) {
      await folder.grey(`images/${name}.png`, flat(4, 6, 9));
      await folder.grey(`objects/${name}/1.png`, object([0, 1], [0, 1]));
      await folder.grey(`objects/${name}/2.png`, object([2, 3], [2, 3]));
    }
    const { training } = await open("images/*.png", "objects/*/*.png");
    expect(training.map(({ name, objects }) => [name, objects?.map((file) => dirname(file))])).toEqual([
      ["x", Array(2).fill(join(folder.path, "objects/x"))],
      ["y", Array(2).fill(join(folder.path, "objects/y"))],
    ]);
  });

  it("are refused without an image, and an image without them, with the way out", async () => {
    await folder.grey("a/images/a.png", flat(4, 6, 9));
    await folder.grey("b/masks/1.png", object([0, 1], [0, 1]));
    const opened = open("*/images/*.png", "*/masks/*.png");
    await expect(opened).rejects.toThrow(/a\/images\/a\.png has no object files/);
    await folder.grey("a/masks/1.png", object([0, 1], [0, 1]));
    await expect(open("*/images/*.png", "*/masks/*.png")).rejects.toThrow(
      /objects in .*b\/masks have no image/,
    );
    await folder.grey("b/images/b.png", flat(4, 6, 9));
    await folder.grey("b/images/c.png", flat(4, 6, 9));
    await expect(open("*/images/*.png", "*/masks/*.png")).rejects.toThrow(/c\.png have the same objects/);
    await expect(open("*/images/*.png", "a/masks/*.png")).rejects.toThrow(/has one star/);
  });

  it("are thought of where there are more labels than images, and nothing says so", async () => {
    await folder.grey("a/images/a.png", flat(4, 6, 9));
    for (const name of ["1", "2"]) await folder.grey(`a/masks/${name}.png`, object([0, 1], [0, 1]));
    const validation = { kind: "share", share: 0, seed: 1 } as const;
    const patterns = { images: "*/images/*.png", labels: "*/masks/*.png" };
    const data = { kind: "folder", path: ".", ...patterns, objects: false, validation } as const;
    const error = await openDataSet(data, masks, { baseDirectory: folder.path }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).help).toMatch(/has a file of its own, add `objects` to folder\(…\)$/); // seen above
  });

  it("must have their image's size, and damage in any of them is found", async () => {
    await folder.grey("a/images/a.png", flat(4, 6, 9));
    await folder.grey("a/masks/1.png", object([0, 1], [0, 1]));
    await folder.grey("a/masks/2.png", flat(4, 5, 255));
    const small = await checkData(await open("*/images/*.png", "*/masks/*.png"), { channels: 1 });
    expect(small.problems[0]?.message).toMatch(/2\.png has 4×5 pixels, and .*1\.png has 4×6/);
    await folder.bytes("a/masks/2.png", "no image");
    const damaged = await checkData(await open("*/images/*.png", "*/masks/*.png"), { channels: 1 });
    expect(damaged.problems[0]?.code).toBe("data/unreadable");
    expect(damaged.problems[0]?.message).toContain("2.png");
  });

  it("are no label images, of which boundaries could be read", async () => {
    await folder.grey("a/images/a.png", flat(4, 6, 9));
    await folder.grey("a/masks/1.png", object([0, 1], [0, 1]));
    await expect(open("*/images/*.png", "*/masks/*.png", ".", "boundaries")).rejects.toThrow(
      "boundaries are computed from label images, and this data shows single objects",
    );
  });
});

const nuclei = join(packageRoot(), "..", "shared", "data", "nuclei");

it.skipIf(!existsSync(nuclei))(
  "nuclei, one file each, become label images (skipped where ../shared/data/nuclei is not there)",
  async () => {
    const set = await open("*/images/*.png", "*/masks/*.png", nuclei);
    expect(set.training).toHaveLength(48);
    const some = { ...set, training: set.training.slice(0, 4) };
    const report = await checkData(some, { channels: 3 });
    expect(report.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const [background = 0, thing = 0] = report.classPixels;
    expect(thing).toBeGreaterThan(0);
    expect(background).toBeGreaterThan(thing);
  },
);
