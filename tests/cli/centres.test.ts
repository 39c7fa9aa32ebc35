/** Objects found by their centres: trained on discs, predicted as points and as pixels of each. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { fcn } from "./run-fcn.ts";

let directory: string;
const side = 48;

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Discs that do not touch, of 5 to 7 pixels, wholly inside the image. */
function discs(random: Random): readonly Disc[] {
  const found: Disc[] = [];
  for (let tries = 0; found.length < 3 && tries < 100; tries++) {
    const radius = random.between(5, 7);
    const [x, y] = [random.between(radius, side - radius), random.between(radius, side - radius)];
    const apart = (one: Disc) => Math.hypot(one.x - x, one.y - y) > one.radius + radius + 2;
    if (found.every(apart)) found.push({ x, y, radius });
  }
  return found;
}

async function writeScene(name: string): Promise<void> {
  const random = new Random(9, name);
  const objects = discs(random);
  const image = new Uint8Array(side * side);
  const numbers = new Uint8Array(side * side);
  const classes = new Uint8Array(side * side);
  for (let at = 0; at < image.length; at++) {
    const [y, x] = [Math.floor(at / side) + 0.5, (at % side) + 0.5];
    const owner = objects.findIndex((one) => Math.hypot(one.x - x, one.y - y) <= one.radius);
    numbers[at] = owner + 1;
    classes[at] = owner < 0 ? 0 : 1;
    image[at] = Math.round((owner < 0 ? 60 : 170) + 20 * random.normal());
  }
  const grey = { width: side, height: side, channels: 1, fullScale: 255 } as const;
  await writePng(join(directory, "images", `${name}.png`), { ...grey, data: image });
  await writePng(join(directory, "numbers", `${name}.png`), { ...grey, data: numbers });
  await writePng(join(directory, "labels", `${name}.png`), { ...grey, data: classes });
  const rows = objects.map(({ x, y, radius }) => `${x},${y},${radius < 6 ? "small" : "large"}`);
  writeFileSync(join(directory, "points", `${name}.csv`), `${["x,y,class", ...rows].join("\n")}\n`);
}

const body = `  input image [1, H, W]
  conv(12, 5x5) batchnorm relu
  maxpool(2)
  conv(24, 5x5) batchnorm relu
  conv(24, 5x5) batchnorm relu as top`;

const program = `network Discs(classes = [background, disc]) {
${body}
  conv(classes, 1x1)
  upsample(2, bilinear)
  output masks by softmax
  from top
  conv(1, 1x1)
  output centre by sigmoid
  from top
  conv(2, 1x1)
  output offset
}

train Discs {
  data    folder(".", images = "images/*.png", labels = "labels/*.png", validate = 25%)
  masks   [background = 0, disc = 1]
  targets masks = labels, centre = centres("numbers/*.png", deviation = 3, distance = 3),
          offset = offsets("numbers/*.png", unit = 4, distance = 6)
  loss    masks = cross_entropy, centre = gaussian_focal, offset = l1
  augment flip, rotate(90)
  optimizer adam(0.01)
  keep    best by centre.centre_f1
  epochs  20
  batch   4
}
`;

const points = `network Kinds {
${body}
  conv(2, 1x1)
  output centre by sigmoid
}

train Kinds {
  data    folder(".", images = "images/*.png", validate = 25%)
  targets centres("points/*.csv", classes = "small, large", deviation = 3, distance = 3)
  optimizer adam(0.01)
  epochs  2
  batch   4
}
`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fcn-centres-"));
  for (const folder of ["images", "numbers", "labels", "points"]) mkdirSync(join(directory, folder));
  for (let i = 0; i < 24; i++) await writeScene(String(i).padStart(3, "0"));
  writeFileSync(join(directory, "discs.fcn"), program);
  writeFileSync(join(directory, "kinds.fcn"), points);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const engine = ["--engine", "wasm"];
const json = (file: string) => JSON.parse(readFileSync(join(directory, file), "utf8"));
const lines = (file: string) => readFileSync(join(directory, file), "utf8").trim().split("\n");

describe("objects by their centres", () => {
  it("are found after a training on masks of each, at half the resolution of the image", async () => {
    const { status, err } = await fcn(directory, "train", "discs.fcn", "--out", "run", ...engine);
    expect(status, err).toBe(0);
    const { outputs } = json("run/metrics.json");
    expect(outputs.centre.centre_f1).toBeGreaterThan(0.9);
    expect(outputs.offset.endpoint_error).toBeLessThan(2);
  }, 120_000);

  it("are predicted as points and as the number of each pixel's object", async () => {
    const weights = ["--weights", join("run", "weights.safetensors")];
    const image = join("images", "000.png");
    const { status, err } = await fcn(
      directory,
      ...["predict", "discs.fcn", image, ...weights, "--out", "seen", "--geojson", ...engine],
    );
    expect(status, err).toBe(0);
    const [head, ...rows] = lines("seen/000.centre.csv");
    expect(head).toBe("number,x,y,score");
    const truth = lines("points/000.csv")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    const predicted = rows.map((line) => line.split(",").map(Number));
    expect(predicted).toHaveLength(truth.length);
    const owners = await readImage(join(directory, "seen", "000.offset.objects.png"));
    expect([owners.height, owners.width, owners.fullScale]).toEqual([side, side, 65535]);
    const numbers = await readImage(join(directory, "numbers", "000.png"));
    for (const [x = Number.NaN, y = Number.NaN] of truth) {
      const near = predicted.filter((one) => Math.hypot((one[1] ?? 0) - x, (one[2] ?? 0) - y) < 3);
      expect(near).toHaveLength(1);
      const real = numbers.data[Math.floor(y) * side + Math.floor(x)];
      const [number] = near[0] ?? [];
      let [both, either] = [0, 0];
      for (let at = 0; at < owners.data.length; at++) {
        const [inReal, inFound] = [numbers.data[at] === real, owners.data[at] === number];
        if (inReal && inFound) both += 1;
        if (inReal || inFound) either += 1;
      }
      expect(both / either).toBeGreaterThan(0.6);
    }
    const { features } = json("seen/000.centre.geojson");
    expect(features).toHaveLength(truth.length);
    expect(features[0].geometry).toEqual({ type: "Point", coordinates: predicted[0]?.slice(1, 3) });
  });

  it("are read from lists of points with their classes, which predictions name again", async () => {
    const { status, err } = await fcn(directory, "train", "kinds.fcn", "--out", "kinds", ...engine);
    expect(status, err).toBe(0);
    expect(Object.keys(json("kinds/metrics.json").outputs.centre)).toEqual([
      "centre_f1",
      "centre_precision",
      "centre_recall",
    ]);
  }, 60_000);
});
