import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DataConfiguration } from "../../compiler/learning/data/registry.ts";
import { digestOfData } from "../../runtime/data/digest.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { readSample } from "../../runtime/data/sample.ts";
import { splitPairs } from "../../runtime/data/split.ts";
import { UserError } from "../../runtime/user-error.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { npyFile } from "../images/array-files.ts";
import { type Folder, flat, masksOf, temporaryFolder } from "./fixture.ts";
import { classes, imageOf } from "./plans.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const masks = masksOf(["a", "b"]);
const tiny = flat(1, 1, 0);

function globs(images: string, labels: string, share = 0): DataConfiguration {
  return {
    kind: "folder",
    path: ".",
    images,
    labels,
    objects: false,
    validation: { kind: "share", share, seed: 1 },
  };
}
const open = (configuration: DataConfiguration | undefined, override?: string) =>
  openDataSet(configuration, masks, { baseDirectory: folder.path, override });

describe("openDataSet", () => {
  it("pairs files by what the star matches, whatever stands around it", async () => {
    await folder.grey("im/x_1.png", tiny);
    await folder.grey("im/x_2.png", tiny);
    await folder.grey("gt/1_L.png", tiny);
    await folder.grey("gt/2_L.png", tiny);
    const { training, validation } = await open(globs("im/x_*.{png,jpg}", "gt/*_L.png"));
    expect(validation).toEqual([]);
    expect(training).toEqual([
      { name: "1", image: join(folder.path, "im/x_1.png"), label: join(folder.path, "gt/1_L.png") },
      { name: "2", image: join(folder.path, "im/x_2.png"), label: join(folder.path, "gt/2_L.png") },
    ]);
  });

  it("pairs by several stars and by folders", async () => {
    await folder.grey("a/images/1.png", tiny);
    await folder.grey("b/deep/images/1.png", tiny);
    await folder.grey("a/masks/1.png", tiny);
    await folder.grey("b/deep/masks/1.png", tiny);
    const { training } = await open(globs("**/images/*.png", "**/masks/*.png"));
    expect(training.map(({ name }) => name)).toEqual(["a/1", "b/deep/1"]);
  });

  it("names images without label and labels without image", async () => {
    await folder.grey("im/1.png", tiny);
    await folder.grey("im/2.png", tiny);
    await folder.grey("gt/2.png", tiny);
    await folder.grey("gt/3.png", tiny);
    await expect(open(globs("im/*.png", "gt/*.png"))).rejects.toThrow(
      /1 image has no label \(.*im\/1\.png\); 1 label has no image \(.*gt\/3\.png\)/,
    );
  });

  it("says that no file matches, and that two files have one name", async () => {
    await folder.grey("im/1.png", tiny);
    await folder.bytes("im/1.jpg", "");
    await folder.grey("gt/1.png", tiny);
    await expect(open(globs("im/*.bmp", "gt/*.png"))).rejects.toThrow(/no file in .* matches "im\/\*\.bmp"/);
    await expect(open(globs("im/*.{png,jpg}", "gt/*.png"))).rejects.toThrow(
      /both match .* with the same name \("1"\)/,
    );
    await expect(open({ ...globs("a/*", "b/*"), path: "nowhere" } as DataConfiguration)).rejects.toThrow(
      /the data folder .*nowhere/,
    );
  });

  it("takes validation pairs from their own globs", async () => {
    for (const name of ["ti/1.png", "tl/1.png", "vi/7.png", "vl/7.png"]) await folder.grey(name, tiny);
    const { training, validation } = await open({
      kind: "folder",
      path: ".",
      images: "ti/*.png",
      labels: "tl/*.png",
      objects: false,
      validation: { kind: "globs", images: "vi/*.png", labels: "vl/*.png" },
    });
    expect(training.map(({ name }) => name)).toEqual(["1"]);
    expect(validation.map(({ name }) => name)).toEqual(["7"]);
  });

  it("sets test pairs aside before it draws those of validation, and reads them from files of their own", async () => {
    for (let i = 0; i < 10; i++) for (const part of ["i", "l"]) await folder.grey(`${part}/${i}.png`, tiny);
    for (const name of ["ti/7.png", "tl/7.png"]) await folder.grey(name, tiny);
    const names = (pairs: readonly { readonly name: string }[] = []) => pairs.map(({ name }) => name);
    const share = (validate: number, seed: number) =>
      open({
        ...globs("i/*.png", "l/*.png", validate),
        test: { kind: "share", share: 0.2, seed },
      } as DataConfiguration);
    const some = await share(0.3, 1);
    expect([some.training, some.validation, some.test].map((pairs) => pairs?.length)).toEqual([5, 3, 2]);
    expect(names([...some.training, ...some.validation, ...(some.test ?? [])]).sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `${i}`),
    );
    expect(names((await share(0.5, 1)).test)).toEqual(names(some.test));
    expect(names((await share(0.3, 2)).test)).not.toEqual(names(some.test));
    const own = await open({
      ...globs("i/*.png", "l/*.png", 0.2),
      test: { kind: "globs", images: "ti/*.png", labels: "tl/*.png" },
    } as DataConfiguration);
    expect([names(own.test), own.training.length, own.validation.length]).toEqual([["7"], 8, 2]);
    await folder.bytes("all.txt", "i/1.png l/1.png\ni/2.png l/2.png");
    await folder.bytes("test.txt", "ti/7.png tl/7.png");
    const listed = await open({
      kind: "list",
      path: "all.txt",
      validation: { kind: "share", share: 0.5, seed: 1 },
      test: { kind: "list", path: "test.txt" },
    });
    expect([names(listed.test), listed.training.length]).toEqual([["ti/7.png"], 1]);
  });

  it("pairs the pages of stacks one by one, whatever holds them", async () => {
    const pages = (count: number, level: number) =>
      Array.from({ length: count }, (_, i) => ({
        width: 2,
        height: 2,
        channels: 1,
        samples: new Uint8Array(4).fill(level * i),
      }));
    await folder.bytes("volume.tif", tiffFile(pages(3, 10)));
    await folder.bytes(
      "labels.npy",
      npyFile(Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1), "|u1", [3, 2, 2]),
    );
    const stack = { ...globs("volume.tif", "labels.npy"), slices: true } as DataConfiguration;
    const { training } = await open(stack);
    expect(training.map(({ name, image, label }) => [name, image, label])).toEqual(
      [0, 1, 2].map((i) => [
        `${i}`,
        join(folder.path, `volume.tif#${i}`),
        join(folder.path, `labels.npy#${i}`),
      ]),
    );
    const plans = [imageOf(1), classes];
    const sample = await readSample(training[2] ?? { name: "", image: "", label: "" }, masks, plans);
    expect([...(sample.layers.get(imageOf(1).key)?.values ?? [])]).toEqual([20, 20, 20, 20]);
    expect([...(sample.layers.get(classes.key)?.values ?? [])]).toEqual([0, 1, 0, 1]);
    const first = await digestOfData({ training, validation: [] });
    const other = await digestOfData({ training: [...training].reverse(), validation: [] });
    expect(first["training images"]?.files).toBe(3);
    expect(first["training images"]?.sha256).not.toBe(other["training images"]?.sha256);
    await folder.bytes("short.tif", tiffFile(pages(2, 1)));
    await expect(open({ ...stack, labels: "short.tif" } as DataConfiguration)).rejects.toThrow(
      /1 image has no label \(.*volume\.tif#2\)/,
    );
  });

  it("reads lists relative to themselves, with comments, tabs and commas", async () => {
    await folder.bytes(
      "lists/train.txt",
      "# pairs\n../im/1.png ../gt/1.png\n\nmy image.png\tmy label.png\r\na.png, b.png\n",
    );
    await folder.bytes("lists/val.txt", "v.png l.png");
    const { training, validation } = await open({
      kind: "list",
      path: "lists/train.txt",
      validation: { kind: "list", path: "lists/val.txt" },
    });
    expect(training.map(({ image }) => image)).toEqual(
      ["im/1.png", "lists/my image.png", "lists/a.png"].map((name) => join(folder.path, name)),
    );
    expect(validation[0]?.label).toBe(join(folder.path, "lists/l.png"));
  });

  it("names file and line of a broken list", async () => {
    await folder.bytes("train.txt", "a.png b.png\nc.png\n");
    const list: DataConfiguration = {
      kind: "list",
      path: "train.txt",
      validation: { kind: "share", share: 0, seed: 1 },
    };
    await expect(open(list)).rejects.toThrow(/train\.txt:2: expected the paths of an image and its label/);
    await expect(open({ ...list, path: "none.txt" })).rejects.toThrow(/the list .*none\.txt cannot be read/);
  });

  it("applies the same patterns to an override, and else recognises its layout and says so", async () => {
    for (const name of ["other/im/1.png", "other/gt/1.png"]) await folder.grey(name, tiny);
    for (const name of ["train/1.png", "trainannot/1.png", "val/2.png", "valannot/2.png"]) {
      await folder.grey(`camvid/${name}`, tiny);
    }
    const configuration = globs("im/*.png", "gt/*.png");
    const same = await open(configuration, join(folder.path, "other"));
    expect(same.training[0]?.image).toBe(join(folder.path, "other/im/1.png"));
    const layout = await open(configuration, join(folder.path, "camvid"));
    expect(layout.source).toContain("train, trainannot, val, valannot");
    expect(layout.validation.map(({ name }) => name)).toEqual(["2"]);
    expect(layout.test).toEqual([]);
    for (const name of ["test/3.png", "testannot/3.png"]) await folder.grey(`camvid/${name}`, tiny);
    const tested = await open(configuration, join(folder.path, "camvid"));
    expect(tested.source).toContain("val, valannot, test, testannot");
    expect(tested.test?.map(({ name }) => name)).toEqual(["3"]);
  });

  it("recognises the usual layouts when the file has no data entry", async () => {
    for (const name of ["images/train/1.png", "labels/train/1.png", "images/val/2.png", "labels/val/2.png"]) {
      await folder.grey(`a/${name}`, tiny);
    }
    for (let i = 0; i < 10; i++) {
      await folder.bytes(`b/image/${i}.jpg`, "");
      await folder.grey(`b/label/${i}.png`, tiny);
    }
    const own = await open(undefined, join(folder.path, "a"));
    expect([own.training.length, own.validation.length]).toEqual([1, 1]);
    const split = await open(undefined, join(folder.path, "b"));
    expect([split.training.length, split.validation.length]).toEqual([8, 2]);
  });

  it("says what it looked for when it knows no layout, and how to name a folder when there is none", async () => {
    await folder.bytes("readme.txt", "");
    await expect(open(undefined, folder.path)).rejects.toMatchObject({
      help: expect.stringContaining("train, trainannot, val, valannot"),
    });
    await expect(open(undefined)).rejects.toThrow(UserError);
  });
});

describe("splitPairs", () => {
  const pairs = Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, image: `${i}`, label: `${i}` }));

  it("gives the same split for the same seed and another for another", () => {
    const first = splitPairs(pairs, { share: 0.2, seed: 1 });
    expect(first.validation).toHaveLength(10);
    expect(first.training).toHaveLength(40);
    expect(splitPairs(pairs, { share: 0.2, seed: 1 })).toEqual(first);
    expect(splitPairs(pairs, { share: 0.2, seed: 2 }).validation).not.toEqual(first.validation);
  });

  it("moves at most one pair when one is added", () => {
    const before = new Set(splitPairs(pairs, { share: 0.2, seed: 1 }).validation.map(({ name }) => name));
    const more = [...pairs, { name: "new", image: "new", label: "new" }];
    const after = splitPairs(more, { share: 0.2, seed: 1 }).validation.map(({ name }) => name);
    expect(after.filter((name) => !before.has(name)).length).toBeLessThanOrEqual(1);
  });

  it("keeps a pair on each side of a small set", () => {
    expect(splitPairs(pairs.slice(0, 2), { share: 0.01, seed: 1 }).validation).toHaveLength(1);
    expect(splitPairs(pairs.slice(0, 2), { share: 0.99, seed: 1 }).training).toHaveLength(1);
    expect(splitPairs(pairs.slice(0, 1), { share: 0.5, seed: 1 }).training).toHaveLength(1);
    expect(splitPairs(pairs, { share: 0, seed: 1 }).validation).toHaveLength(0);
  });
});
