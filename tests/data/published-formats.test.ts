import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { DataConfiguration } from "../../compiler/learning/data/registry.ts";
import { runsOfText } from "../../runtime/data/annotations/run-lengths.ts";
import { type Drawing, drawShapes } from "../../runtime/data/annotations/shapes.ts";
import { checkData } from "../../runtime/data/check.ts";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { Random } from "../../runtime/random.ts";
import { configurationOf } from "../learning/train-section.ts";
import { type Folder, flat, masksOf, temporaryFolder } from "./fixture.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const open = (configuration: DataConfiguration, masks: MaskConfiguration) =>
  openDataSet(configuration, masks, { baseDirectory: folder.path });
const names = (pairs: DataSet["test"] = []) => pairs.map(({ name }) => name);
/** Of a program whose network has these classes, the data and the meaning of its label values. */
const opened = (entry: string, classes: readonly string[]) => {
  const { data, masks } = configurationOf(`data ${entry}`, classes);
  if (data === undefined) throw new Error("the program has data");
  return open(data, masks);
};

describe("voc", () => {
  beforeEach(async () => {
    for (const name of ["a", "b", "c", "d"]) {
      await folder.grey(`voc/JPEGImages/${name}.jpg`, flat(2, 2, 9)); // what a file holds counts, not its name
      const palette = Array.from({ length: 256 }, (_, i) => [i, 255 - i, 0]);
      const label = encode({ width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 1, 2, 255), palette });
      await folder.bytes(`voc/SegmentationClass/${name}.png`, label);
    }
    await folder.bytes("voc/ImageSets/Segmentation/train.txt", "a\nb\n");
    await folder.bytes("voc/ImageSets/Segmentation/val.txt", "c\n");
    await folder.bytes("voc/ImageSets/Segmentation/extra.txt", "d\n");
  });
  const classes = ["background", "aeroplane", "bicycle"];

  it("reads the lists of its sets, and ignores the border of objects", async () => {
    const data = await opened('voc("voc", test = "extra")', classes);
    expect([names(data.training), names(data.validation), names(data.test)]).toEqual([
      ["a", "b"],
      ["c"],
      ["d"],
    ]);
    const { problems, classPixels, ignoredPixels } = await checkData(data, { channels: 3, test: true });
    expect(problems).toEqual([]);
    expect([classPixels, ignoredPixels]).toEqual([[2, 2, 2], 2]);
  });

  it("draws a fraction from the set that is trained on, and names the sets where one is missing", async () => {
    const half = await opened('voc("voc", validate = 50%)', classes);
    expect([half.training.length, half.validation.length]).toEqual([1, 1]);
    await expect(opened('voc("voc", validate = "trainval")', classes)).rejects.toMatchObject({
      message: expect.stringMatching(/the list .*trainval\.txt cannot be read/),
      help: expect.stringContaining("the sets are extra, train, val"),
    });
  });
});

describe("cityscapes", () => {
  it("pairs the cities of a set, and gives 19 classes and 7 categories their identifiers", async () => {
    for (const [set, city] of [
      ["train", "aachen"],
      ["train", "bochum"],
      ["val", "lindau"],
    ] as const) {
      await folder.grey(`leftImg8bit/${set}/${city}/${city}_000_leftImg8bit.png`, flat(1, 4, 3));
      await folder.grey(`gtFine/${set}/${city}/${city}_000_gtFine_labelIds.png`, [[7, 26, 0, 29]]);
      await folder.grey(`gtFine/${set}/${city}/${city}_000_gtFine_instanceIds.png`, [[7, 26, 0, 29]]);
    }
    const many = Array.from({ length: 19 }, (_, i) => `c${i}`);
    const data = await opened('cityscapes(".")', many);
    expect([data.training.length, data.validation.length]).toEqual([2, 1]);
    const report = await checkData(data, { channels: 3 });
    expect([report.classPixels[0], report.classPixels[13], report.ignoredPixels]).toEqual([2, 2, 4]);
    const seven = await opened('cityscapes(".", test = "val")', many.slice(0, 7));
    expect((await checkData(seven, { channels: 3 })).classPixels).toEqual([2, 0, 0, 0, 0, 0, 4]);
    expect(seven.test?.length).toBe(1);
  });
});

describe("camvid", () => {
  it("reads the folders of its sets and ignores void", async () => {
    for (const set of ["train", "val", "test"]) {
      await folder.grey(`${set}/1.png`, flat(1, 2, 3));
      await folder.grey(`${set}annot/1.png`, [[2, 11]]);
    }
    const data = await opened('camvid(".", test = "test")', ["sky", "building", "pole"]);
    expect([data.training.length, data.validation.length, data.test?.length]).toEqual([1, 1, 1]);
    const { classPixels, ignoredPixels } = await checkData(data, { channels: 3 });
    expect([classPixels, ignoredPixels]).toEqual([[0, 0, 1], 1]);
  });
});

describe("coco", () => {
  const annotations = {
    images: [
      { id: 7, file_name: "one.png", height: 4, width: 6 },
      { id: 8, file_name: "two.png", height: 4, width: 6 },
    ],
    categories: [
      { id: 3, name: "Traffic light" },
      { id: 5, name: "car" },
      { id: 9, name: "dog" },
    ],
    annotations: [
      { id: 1, image_id: 7, category_id: 3, area: 4, iscrowd: 0, segmentation: [[1, 1, 3, 1, 3, 3, 1, 3]] },
      { id: 2, image_id: 7, category_id: 5, area: 12, iscrowd: 0, segmentation: [[0, 0, 6, 0, 6, 2, 0, 2]] },
      // two pixels of the first column, then the whole last one
      {
        id: 3,
        image_id: 7,
        category_id: 9,
        area: 6,
        iscrowd: 1,
        segmentation: { size: [4, 6], counts: [2, 2, 16, 4] },
      },
    ],
  };
  const write = (content: unknown) => folder.bytes("a.json", JSON.stringify(content));
  beforeEach(async () => {
    for (const name of ["one", "two"]) await folder.grey(`images/${name}.png`, flat(4, 6, 50));
    await write(annotations);
  });
  const entry = 'coco(".", annotations = "a.json", images = "images", validate = 0)';
  const rows = (data: DataSet): readonly string[] => {
    const drawing = data.training[0]?.drawing;
    if (drawing === undefined) throw new Error("the pair is drawn");
    const { values } = drawShapes(drawing);
    return Array.from({ length: 4 }, (_, y) => values.slice(6 * y, 6 * y + 6).join(""));
  };

  it("draws polygons and run lengths, smaller objects over larger ones and those over groups", async () => {
    expect(rows(await opened(entry, ["background", "car", "traffic_light"]))).toEqual([
      "555555",
      "533555",
      "933009",
      "900009",
    ]);
  });

  it("takes classes by the names of categories; the others are background, or ignored where there is none", async () => {
    const data = await opened(entry, ["background", "car", "traffic_light"]);
    const report = await checkData(data, { channels: 3 });
    expect([report.classPixels, report.ignoredPixels]).toEqual([[24 + 10, 10, 4], 0]);
    const without = await checkData(await opened(entry, ["car", "traffic_light"]), { channels: 3 });
    expect([without.classPixels, without.ignoredPixels]).toEqual([[10, 4], 24 + 10]);
    const numbered = await opened(`${entry}\n masks [no = 0, yes = [3, 5, 9]]`, ["no", "yes"]);
    expect((await checkData(numbered, { channels: 3 })).classPixels).toEqual([24 + 6, 18]);
  });

  it("names a class that is no category, and a file that is none of annotations", async () => {
    await expect(opened(entry, ["background", "cat"])).rejects.toMatchObject({
      message: expect.stringMatching(/a\.json has no category cat/),
      help: expect.stringContaining("traffic_light, car, dog"),
    });
    await write({ images: [] });
    await expect(opened(entry, ["background", "car"])).rejects.toThrow('has no list "annotations"');
    await folder.bytes("a.json", "{");
    await expect(opened(entry, ["background", "car"])).rejects.toThrow("cannot be read as COCO annotations");
    await write({ ...annotations, annotations: [{ id: 4, image_id: 7, category_id: 3, segmentation: "x" }] });
    await expect(opened(entry, ["background", "car"])).rejects.toThrow(
      "annotation 4 has a segmentation that is neither",
    );
  });
});

describe("shapes", () => {
  const grid = (drawing: Drawing) => {
    const { values } = drawShapes(drawing);
    return Array.from({ length: drawing.height }, (_, y) =>
      [...values.slice(y * drawing.width, (y + 1) * drawing.width)].join(""),
    );
  };

  it("contain the pixels whose centres are inside a polygon, whatever is outside the image", () => {
    const random = new Random(4);
    for (let i = 0; i < 40; i++) {
      const polygon = Array.from({ length: 2 * (3 + random.integer(5)) }, () => random.between(-3, 13));
      const found = grid({ height: 9, width: 10, shapes: [{ value: 1, polygons: [polygon] }] });
      for (let y = 0; y < 9; y++)
        for (let x = 0; x < 10; x++)
          expect(found[y]?.[x], `${polygon} at ${y}, ${x}`).toBe(
            inside(polygon, x + 0.5, y + 0.5) ? "1" : "0",
          );
    }
  });

  /** Whether a ray to the left crosses an odd number of edges. */
  function inside(corners: readonly number[], x: number, y: number): boolean {
    let odd = false;
    for (let i = 0, before = corners.length - 2; i < corners.length; before = i, i += 2) {
      const [x1 = 0, y1 = 0, x0 = 0, y0 = 0] = [
        corners[i],
        corners[i + 1],
        corners[before],
        corners[before + 1],
      ];
      if (y1 > y !== y0 > y && x > x1 + ((y - y1) * (x0 - x1)) / (y0 - y1)) odd = !odd;
    }
    return odd;
  }

  it("have compressed run lengths, of which the later are differences", () => {
    const random = new Random(1);
    for (let i = 0; i < 50; i++) {
      const runs = Array.from({ length: 1 + random.integer(12) }, () =>
        random.integer(random.integer(3) === 0 ? 9 : 5000),
      );
      expect(runsOfText(textOfRuns(runs))).toEqual(runs);
    }
  });

  /** As maskApi.c writes them: five bits a character, the sixth where more follow. */
  function textOfRuns(runs: readonly number[]): string {
    let text = "";
    for (const [i, run] of runs.entries()) {
      let rest = i > 2 ? run - (runs[i - 2] ?? 0) : run;
      for (let more = true; more; ) {
        const bits = rest & 0x1f;
        rest >>= 5;
        more = bits & 0x10 ? rest !== -1 : rest !== 0;
        text += String.fromCharCode((more ? bits | 0x20 : bits) + 48);
      }
    }
    return text;
  }
});

it("masks that a program gives stand before those of the format", async () => {
  const { masks } = configurationOf('data voc("voc")\n masks indices', ["a", "b"]);
  expect(masks).toEqual(masksOf(["a", "b"]));
  expect(configurationOf('data voc("voc")', ["a", "b"]).masks.ignore).toEqual([255]);
});
