/** Every format of data in emitted packages: the splits, samples and classes of each image are the runtime's. */
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataFormats } from "../../compiler/learning/data/registry.ts";
import { DecodePool } from "../../runtime/data/decode-pool.ts";
import { Random } from "../../runtime/random.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { type Folder, temporaryFolder } from "../data/fixture.ts";
import { niftiFile, npyFile } from "../images/array-files.ts";
import { type Apart, compareSamples, compiled, rounding } from "../support/pytorch-samples.ts";

const [height, width] = [8, 12] as const;
const palette = Array.from({ length: 256 }, (_, i) => [i, 255 - i, (7 * i) % 256]);
let folder: Folder;

/** What a format needs on disk, and how a train section names it. */
interface Case {
  readonly entries: string;
  readonly channels?: 1 | 3;
  readonly classes?: string;
  /** The classes of its objects, whose centres and offsets are read too; "": they have none. */
  readonly objects?: string;
  readonly write: () => Promise<unknown>;
}

/** Levels that differ from file to file. */
function noise(name: string, count: number, below = 256): number[] {
  const random = new Random(1, name);
  return Array.from({ length: count }, () => Math.floor(below * random.uniform()));
}

function picture(name: string): Promise<string> {
  const data = Uint8Array.from(noise(name, 3 * height * width));
  return folder.bytes(name, encode({ width, height, channels: 3, data }));
}

/** A grey PNG of the values, drawn at random. */
function labels(name: string, values: readonly number[]): Promise<string> {
  return folder.bytes(name, encode({ width, height, channels: 1, data: drawn(name, values) }));
}

function paletted(name: string, values: readonly number[]): Promise<string> {
  const data = drawn(name, values);
  return folder.bytes(name, encode({ width, height, channels: 1, data, palette }));
}

function drawn(name: string, values: readonly number[], count: number = height * width): Uint8Array {
  return Uint8Array.from(noise(name, count, values.length), (place) => values[place] ?? 0);
}

async function pairs(names: readonly string[], image: string, label: string, values: readonly number[]) {
  for (const name of names) {
    await picture(image.replace("*", name));
    await labels(label.replace("*", name), values);
  }
}

const letters = ["a", "b", "c", "d", "e"] as const;

const cases: Readonly<Record<string, Case>> = {
  "folder, with values and ignored ones": {
    entries: `data folder("folder", images = "images/*.png", labels = "labels/*.png", validate = 40%, validate_seed = 3)
      masks [background = [0, 7], cell = 3, ignore = 255]`,
    classes: "[background, cell]",
    write: () => pairs(letters, "folder/images/*.png", "folder/labels/*.png", [0, 3, 7, 255]),
  },
  "folder, a file for each object": {
    entries: `data folder("objects", images = "*/image/*.png", labels = "*/masks/*.png", objects, border = 1, validate = 40%)
      masks [membrane = [0, 2, 3], cell = 1]`,
    classes: "[membrane, cell]",
    objects: "",
    write: async () => {
      for (const name of letters) {
        await picture(`objects/${name}/image/${name}.png`);
        for (const number of [0, 1]) await rectangle(`objects/${name}/masks/${number}.png`, number);
      }
    },
  },
  "folder, numbered objects": {
    entries: `data folder("numbered", images = "images/*.png", labels = "labels/*.png", instances, border = 1, validate = 40%)
      masks [outside = 0, cell = 1, touching = 2, border = 3]`,
    classes: "[outside, cell, touching, border]",
    objects: "",
    write: () => pairs(letters, "numbered/images/*.png", "numbered/labels/*.png", [0, 1, 1, 1, 9]),
  },
  "folder, pages of TIFF files": {
    entries: `data folder("pages", images = "image-*.tif", labels = "label-*.tif", slices, validate = 40%)
      masks [background = 0, cell = 255]`,
    classes: "[background, cell]",
    channels: 1,
    write: async () => {
      for (const name of ["x", "y", "z"]) {
        const pages = (file: string, values?: readonly number[]) =>
          [0, 1, 2].map((number) => {
            const levels = noise(`${file} ${number}`, height * width);
            const samples =
              values === undefined ? Uint8Array.from(levels) : drawn(`${file} ${number}`, values);
            return { width, height, channels: 1, samples };
          });
        await folder.bytes(`pages/image-${name}.tif`, tiffFile(pages(`image ${name}`)));
        await folder.bytes(`pages/label-${name}.tif`, tiffFile(pages(`label ${name}`, [0, 255])));
      }
    },
  },
  "folder, arrays of NumPy": {
    entries: `data folder("arrays", images = "image-*.npy", labels = "label-*.npy", slices, validate = 40%)`,
    classes: "3",
    channels: 1,
    write: async () => {
      for (const name of ["x", "y", "z"]) {
        const values = Float32Array.from(noise(name, 2 * height * width), (level) => level / 100 - 1);
        await folder.bytes(`arrays/image-${name}.npy`, npyFile(values, "<f4", [2, height, width]));
        const classes = drawn(`label ${name}`, [0, 1, 2], 2 * height * width);
        await folder.bytes(`arrays/label-${name}.npy`, npyFile(classes, "|u1", [2, height, width]));
      }
    },
  },
  list: {
    entries: `data list("list/pairs.txt", validate = "list/other.txt")`,
    classes: "3",
    write: async () => {
      await pairs(letters, "list/*-image.png", "list/*-label.png", [0, 1, 2]);
      const lines = (names: readonly string[], between: string) =>
        `# pairs\n\n${names.map((name) => `${name}-image.png${between}${name}-label.png\n`).join("")}`;
      await folder.bytes("list/pairs.txt", lines(["d", "a", "b"], "\t"));
      await folder.bytes("list/other.txt", lines(["e", "c"], ", "));
    },
  },
  voc: {
    entries: `data voc("voc")`,
    classes: "[background, aeroplane, bicycle]",
    write: async () => {
      for (const name of letters) {
        await picture(`voc/JPEGImages/${name}.jpg`); // what a file holds counts, not its name
        await paletted(`voc/SegmentationClass/${name}.png`, [0, 1, 2, 255]);
      }
      await folder.bytes("voc/ImageSets/Segmentation/train.txt", "c\na\nb\n");
      await folder.bytes("voc/ImageSets/Segmentation/val.txt", "e\nd\n");
    },
  },
  cityscapes: {
    entries: `data cityscapes("city")`,
    classes: "7",
    write: async () => {
      for (const [set, name] of [
        ["train", "aachen"],
        ["train", "bochum"],
        ["val", "lindau"],
      ] as const)
        await pairs(
          ["000", "001"],
          `city/leftImg8bit/${set}/${name}/${name}_*_leftImg8bit.png`,
          `city/gtFine/${set}/${name}/${name}_*_gtFine_labelIds.png`,
          [0, 7, 11, 17, 21, 23, 24, 26, 33],
        );
    },
  },
  camvid: {
    entries: `data camvid("camvid")`,
    classes: "11",
    write: async () => {
      for (const set of ["train", "val"])
        await pairs(letters, `camvid/${set}/*.png`, `camvid/${set}annot/*.png`, [0, 3, 10, 11]);
    },
  },
  "coco, with polygons, runs and groups": {
    entries: `data coco("coco", annotations = "a.json", images = "images", validate = 40%)`,
    classes: "[background, car, traffic_light]",
    objects: "Traffic light, car",
    write: writeCoco,
  },
  "coco, without a background": {
    entries: `data coco("coco", annotations = "a.json", images = "images", validate = 40%)`,
    classes: "[car, traffic_light]",
    write: writeCoco,
  },
  "nnunet, images": {
    entries: `data nnunet("nnunet", validate = 40%)`,
    classes: "[background, cell_border, cell]",
    write: async () => {
      await pairs(letters, "nnunet/imagesTr/*_0000.png", "nnunet/labelsTr/*.png", [0, 7, 3, 9]);
      const names = { background: 0, Cell: 7, "Cell border": 3, ignore: 9 };
      await folder.bytes(
        "nnunet/dataset.json",
        JSON.stringify({ channel_names: { 0: "R" }, labels: names, file_ending: ".png" }),
      );
    },
  },
  "nnunet, volumes slice by slice": {
    entries: `data nnunet("volumes", validate = 40%)`,
    classes: "2",
    channels: 1,
    write: async () => {
      const size = [width, height, 3] as const;
      const count = width * height * 3;
      for (const name of letters) {
        const values = Int16Array.from(noise(name, count), (level) => 10 * level - 1000);
        const compressed = { compressed: true };
        await folder.bytes(`volumes/imagesTr/${name}_0000.nii.gz`, niftiFile(values, size, compressed));
        const classes = drawn(`label ${name}`, [0, 1], count);
        await folder.bytes(`volumes/labelsTr/${name}.nii.gz`, niftiFile(classes, size, compressed));
      }
      const labelled = { modality: { 0: "CT" }, labels: { 0: "background", 1: "liver" }, training: [] };
      await folder.bytes("volumes/dataset.json", JSON.stringify(labelled));
    },
  },
};

/** White on black; the two rectangles touch. */
function rectangle(name: string, number: number): Promise<string> {
  const data = Uint8Array.from({ length: height * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const inside = row > 1 && row < 7 && Math.floor(column / 5) === number;
    return inside ? 255 : 0;
  });
  return folder.bytes(name, encode({ width, height, channels: 1, data }));
}

async function writeCoco(): Promise<void> {
  const images = letters.map((name, id) => ({ id: 10 + id, file_name: `${name}.png`, height, width }));
  for (const { file_name } of images) await picture(`coco/images/${file_name}`);
  const categories = ["Traffic light", "car", "dog"].map((name, place) => ({ id: 3 + 2 * place, name }));
  const annotations = images.flatMap(({ id }, place) => {
    const at = place / 2;
    return [
      { category_id: 3, area: 4, segmentation: [[1 + at, 1, 4 + at, 1.5, 3.2, 4 + at, 1, 3]] },
      { category_id: 5, area: 20, segmentation: [[0, 0, 8, 0, 8, 3 + at, 0, 2]] },
      {
        category_id: 7,
        area: 6,
        iscrowd: 1,
        segmentation: { size: [height, width], counts: [2 + place, 3, 50, 20, 21 - place] },
      },
    ].map((one, number) => ({ id: 10 * id + number, image_id: id, iscrowd: 0, ...one }));
  });
  await folder.bytes("coco/a.json", JSON.stringify({ images, categories, annotations }));
}

const torch = await hasTorch();
const titles = Object.keys(cases);
let found: readonly Apart[] = [];

describe.runIf(torch)("samples of an emitted package equal the runtime's", () => {
  const pool = new DecodePool(1);
  beforeAll(async () => {
    folder = await temporaryFolder();
    for (const { write } of Object.values(cases)) await write();
    const compared = Object.values(cases).flatMap(({ entries, channels = 3, classes, objects }, place) => {
      const named = objects === undefined || objects === "" ? "" : `, classes = "${objects}"`;
      const found =
        objects === undefined
          ? ""
          : `from image conv(${objects.split(",").length}, 3x3) output centre by sigmoid from image conv(2, 3x3) output offset`;
      const network = compiled(`network Case${place}(classes = ${classes}) {
        input image [${channels}, H, W]
        conv(classes, 3x3)
        output labels by softmax
        ${found}
      }
      train Case${place} {
        ${entries}
        ${found === "" ? "" : `targets labels = labels, centre = centres(deviation = 1${named}), offset = offsets`}
        batch 2
      }`);
      return [{ network, epoch: 1 }, { network }];
    });
    found = await compareSamples({ folder: folder.path, pool }, compared);
  }, 240_000);
  afterAll(async () => {
    await pool.close();
    await folder.remove();
  });

  it.each(titles.map((title, place) => ({ title, place })))("$title", ({ title, place }) => {
    for (const one of [found[2 * place], found[2 * place + 1]]) {
      expect(one?.inputs).toBeLessThan(rounding);
      expect(one?.targets).toBeLessThanOrEqual(cases[title]?.objects === undefined ? 0 : rounding);
    }
  });

  it("with every format of the catalogue", () => {
    const tested = Object.values(cases).map(({ entries }) => /data (\w+)/.exec(entries)?.[1]);
    expect(dataFormats.map(({ name }) => name).filter((name) => !tested.includes(name))).toEqual([]);
  });
});
