/** The data of emitted packages for PyTorch: the same pairs, batches and values as the runtime's. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { DecodePool } from "../../runtime/data/decode-pool.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { runScript, writePackage } from "../support/python-package.ts";
import { ComparedSamples, compiled, rounding } from "../support/pytorch-samples.ts";

const torch = await hasTorch();
const noTorch = "python3-torch is not installed";

let folder: string;
const pool = new DecodePool(1);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-data-"));
  await writeSyntheticScenes(join(folder, "scenes"), { count: 10, size: [36, 44], seed: 3 });
  for (const split of ["train", "val"]) {
    const names = await readdir(join(folder, "scenes", "images", split));
    for (const part of ["points", "half"])
      await mkdir(join(folder, "scenes", part, split), { recursive: true });
    for (const [i, name] of names.entries()) {
      const lines = [`${i + 0.25},${2.5 * i},low`, `44,36,high`, `"20.5", 10 ,low`];
      const file = join(folder, "scenes", "points", split, name.replace(".png", ".csv"));
      await writeFile(file, `X,y,class\n${lines.join("\n")}\n`);
      const random = new Random(5, `${split} ${name}`);
      const data = Uint8Array.from({ length: 18 * 22 }, () => random.integer(256));
      const half = { width: 22, height: 18, channels: 1, fullScale: 255, data } as const;
      await writePng(join(folder, "scenes", "half", split, name), half);
    }
  }
  const images = await Promise.all(
    ["train", "val"].map((split) => readdir(join(folder, "scenes", "images", split))),
  );
  // named with and without the ending
  const lines = [...new Set(images.flat())].map(
    (name, i) => `${i % 2 ? name : name.replace(".png", "")} ;; "${i % 3 ? "day" : "night"}"`,
  );
  await writeFile(join(folder, "scenes", "light.csv"), `\uFEFFIMAGE;more;Class\r\n${lines.join("\r\n")}\r\n`);
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

const scenes = `data folder("scenes", images = "images/train/*.png", labels = "labels/train/*.png",
    validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")`;

let segmentings = 0;
function segmenting(train: string): CompiledNetwork {
  segmentings += 1;
  return compiled(`network N${segmentings}(classes = 4) {
    input image [3, H, W]
    conv(4, 3x3)
    output labels by softmax
  }
  train N${segmentings} {
    ${train}
  }`);
}

const samples = new ComparedSamples(() => ({ folder, pool }));

/** Of an epoch, or of the validation. */
function itCompares(
  title: string,
  cases: readonly { readonly network: CompiledNetwork; readonly epoch: number | undefined }[],
  targetsApart: "nothing" | "rounding" = "nothing",
): void {
  const asked = cases.map((one) => samples.add(one));
  it(title, async ({ skip }) => {
    if (!torch) skip(noTorch);
    for (const compare of asked) {
      const { inputs, targets } = await compare();
      expect(inputs).toBeLessThan(rounding);
      if (targetsApart === "nothing") expect(targets).toBe(0);
      else expect(targets).toBeLessThan(rounding);
    }
  }, 60_000);
}

describe("samples without augmentation are the runtime's", () => {
  itCompares("labels, in the order of the files", [
    { network: segmenting(`${scenes}\n batch 3`), epoch: undefined },
  ]);
});

describe("augmented samples are the runtime's, drawn from the same stream of random numbers", () => {
  const cases: Readonly<Record<string, string>> = {
    "flips, quarter turns of whole batches, an order": "augment flip, flip_vertical, rotate(90)",
    "flips, a crop within the image": "augment flip, flip_vertical, crop(24, 28)",
    "flips, a crop beyond the image": "augment flip, flip_vertical, crop(50, 28)",
    "a rotation, a scale, a crop": "augment rotate(20), scale(0.7 .. 1.3), crop(24, 28)",
    "a shift, a shear, windows of rare classes": "augment shift(4), shear(10), crop(24, rare = 50%)",
    "a perspective, an elastic deformation, a blur": "augment perspective(10%), elastic(3), blur(0.5 .. 1.5)",
    "tones, hues, rectangles":
      "augment brightness(0.2), contrast(0.3), gamma(0.7 .. 1.4), hue(30), saturation(0.3), cutout(8, count = 2, probability = 0.5)",
  };
  for (const [title, augment] of Object.entries(cases))
    itCompares(title, [{ network: segmenting(`${scenes}\n${augment}\n batch 3`), epoch: 2 }]);

  const lit = compiled(`network Lit(classes = 4) {
      input image [3, H, W]
      conv(4, 3x3) as x
      conv(classes, 1x1) output labels by softmax
      from x avgpool(global) as seen conv(2, 1x1) output split by softmax
      from seen conv(1, 1x1) output light by sigmoid
    }
    train Lit {
      ${scenes}
      targets labels = labels, split = image_class("val, train"), light = image_class("night, day", files = "light.csv")
      loss labels = cross_entropy, split = 0.1 * cross_entropy, light = 0.1 * cross_entropy
      augment flip, crop(24, 28)
      batch 3
    }`);
  itCompares(
    "a class of the whole image: of the folder of the image, and of a line of a list",
    [1, undefined].map((epoch) => ({ network: lit, epoch })),
  );

  const moved: Readonly<Record<string, string>> = {
    "flipped, turned and cropped": "augment flip, rotate(90), rotate(20), scale(0.8 .. 1.2), crop(24, 28)",
    warped: "augment elastic(2), perspective(8%), crop(28)",
  };
  for (const [i, [title, augment]] of Object.entries(moved).entries()) {
    const network = compiled(`network Found${i} {
        input image [3, H, W]
        conv(4, 3x3) as x
        maxpool(2) conv(1, 1x1) output centre by sigmoid
        from x conv(2, 1x1) output kind by sigmoid
        from x conv(2, 1x1) output offset
      }
      train Found${i} {
        data folder("scenes", images = "images/train/*.png", labels = "instances/train/*.png", instances,
          validate_images = "images/val/*.png", validate_labels = "instances/val/*.png")
        targets centre = centres(deviation = 2), kind = centres("points/train/*.csv", validate = "points/val/*.csv", classes = "low, high", deviation = 1.5),
          offset = offsets(unit = 4)
        ${augment}
        batch 3
      }`);
    // offsets of up to 20 pixels by a linear map, in float32
    itCompares(
      `centres of objects and offsets to them, ${title}`,
      [1, undefined].map((epoch) => ({ network, epoch })),
      "rounding",
    );
  }

  const many = compiled(`network M {
      input image [3, H, W]
      conv(4, 3x3) as x
      conv(1, 1x1) output edges by sigmoid
      from x conv(1, 1x1) output depth
      from x conv(3, 1x1) output normals
      from x conv(3, 1x1) output picture
      from x conv(2, 1x1) output colours
    }
    train M {
      data folder("scenes", images = "images/train/*.png", validate_images = "images/val/*.png")
      targets edges = boundaries("boundaries/train/*.png", validate = "boundaries/val/*.png"),
        depth = depth("depth/train/*.png", validate = "depth/val/*.png", unit = 1/1000, log),
        normals = normals("normals/train/*.png", validate = "normals/val/*.png"), picture = image, colours = chroma
      augment flip, rotate(20), scale(0.8 .. 1.2), crop(24, 28), brightness(0.2)
      batch 3
    }`);
  itCompares(
    "targets of every kind, turned and enlarged with their images",
    [{ network: many, epoch: 1 }],
    "rounding",
  );
});

describe("inputs of their own size show what the runtime's show", () => {
  const half = '"half/train/*.png", validate = "half/val/*.png"';
  /** Margins of two positions of the coarser input are lost, so that images are padded. */
  const fused = `input image [3, 2*H, 2*W]
    input depth [1, H, W]
    from image conv(4, 3x3, stride = 2) relu
    skip depth by concat
    conv(4, 5x5, padding = valid) maxpool(2) conv(4, 3x3)
    upsample(2, bilinear) conv(classes, 1x1)`;
  const copied = `input image [3, H, W]
    input whole [3, 8, 6]
    input wide [1, 5, 50]
    from whole avgpool(global) as a
    from wide avgpool(global) skip a by concat
    upsample(to = image, nearest) skip image by concat conv(classes, 1x1)`;
  const cases: Readonly<Record<string, readonly [body: string, inputs: string]>> = {
    "of half the size, from files of half the size": [fused, `image = image, depth = image(${half})`],
    "of half the size, shrunk from the images": [fused, "image = image, depth = image(shrink = 2)"],
    "both shrunk": [fused, `image = image(shrink = 2), depth = image(${half}, shrink = 2)`],
    "resized: the images, and files of another size": [
      copied,
      `image = image, whole = image(resize), wide = image(${half}, resize)`,
    ],
  };
  const augments = {
    "as they are": undefined,
    "turned and cropped":
      "augment flip, rotate(90), rotate(15), scale(0.8 .. 1.3), crop(24, 28), contrast(0.3)",
    "warped, windows of rare classes": "augment elastic(2), crop(24, rare = 50%)",
  };
  for (const [place, [title, [body, inputs]]] of Object.entries(cases).entries())
    itCompares(
      title,
      Object.values(augments).map((augment, i) => ({
        epoch: augment === undefined ? undefined : 1,
        network: compiled(`network Sized${place}${i}(classes = 4) {
          ${body}
          output labels by softmax
        }
        train Sized${place}${i} { ${scenes}\n inputs ${inputs}\n ${augment ?? ""}\n batch 3 }`),
      })),
    );
});

it("files are decoded once while there is room in memory, and workers, which end with their epoch, keep nothing", async ({
  skip,
}) => {
  if (!torch) skip(noTorch);
  const name = await writePackage(segmenting(`${scenes}\n augment flip\n batch 3`), folder);
  const script = `
from torch.utils.data import DataLoader
from ${name} import data, sources

read = []
decode = sources.read_label
sources.read_label = lambda path: (read.append(path), decode(path))[1]
samples = data.Samples("train", augment=True)
for epoch in range(3):
    for index in range(len(samples)):
        samples[epoch, index]
write("all", [len(read), len(samples), len(samples.kept), samples.room])
small = data.Samples("train", augment=True)
small.room = 5 * 36 * 44 * (3 + 2)
for index in [*range(8), 0, 7]:
    small[1, index]
write("some", [len(read) - 8, len(small.kept)])
apart = data.Samples("train", augment=True)
kept_there = lambda _: len(apart.kept)
write("in a worker", list(DataLoader(apart, batch_size=4, collate_fn=kept_there, num_workers=1)))
`;
  const found = await runScript(folder, script);
  // three bytes of an image and two of its classes
  const sample = 36 * 44 * (3 + 2);
  expect([...(found.get("all")?.data ?? [])]).toEqual([8, 8, 8, 512 * 2 ** 20 - 8 * sample]);
  expect([...(found.get("some")?.data ?? [])]).toEqual([9, 5]);
  expect([...(found.get("in a worker")?.data ?? [])]).toEqual([0, 0]);
}, 60_000);

it("a class of the whole image takes the memory of one number, and what two inputs read counts once", async ({
  skip,
}) => {
  if (!torch) skip(noTorch);
  const network = compiled(`network Whole(classes = 4) {
    input image [3, H, W]
    input again [3, H, W]
    skip image by add
    conv(classes, 1x1)
    output labels by softmax
    avgpool(global) conv(2, 1x1)
    output scene by softmax
  }
  train Whole {
    ${scenes}
    inputs image = image(), again = image()
    targets labels = labels, scene = image_class("train, val")
  }`);
  const name = await writePackage(network, folder);
  const found = await runScript(
    folder,
    `
from ${name} import data

samples = data.Samples("train")
before = samples.room
samples[0]
write("taken", [before - samples.room])
`,
  );
  // three bytes of an image, two of its classes; a class of 16 bits
  expect([...(found.get("taken")?.data ?? [])]).toEqual([36 * 44 * (3 + 2) + 2]);
}, 60_000);
