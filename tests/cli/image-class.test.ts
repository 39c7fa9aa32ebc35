/** A class of the whole image beside the classes of its pixels: from folders and from a list. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { hasTorch, python } from "../../tools/verify/targets/pytorch-driver.ts";
import { fcn } from "./run-fcn.ts";

let directory: string;
const side = 16;
const kinds = ["dark", "light"] as const;

const program = (
  images: string,
  labels: string,
  list: string,
  by = "softmax",
  channels = 2,
) => `network Both(classes = [background, square]) {
  input image [1, H, W]
  conv(6, 3x3) batchnorm relu as seen
  conv(classes, 1x1)
  output labels by softmax
  from seen
  avgpool(global)
  conv(${channels}, 1x1)
  output scene by ${by}
}

train Both {
  data      folder(".", images = "${images}", labels = "${labels}", validate = 25%)
  masks     [background = 0, square = 1]
  targets   labels = labels, scene = image_class("dark, light"${list})
  loss      labels = cross_entropy, scene = 0.5 * cross_entropy
  augment   flip, crop(12)
  optimizer adam(0.02)
  keep      best by scene.image_accuracy
  epochs    12
  batch     4
}
`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fcn-image-class-"));
  for (const top of ["images", "labels"])
    for (const kind of kinds) mkdirSync(join(directory, top, kind), { recursive: true });
  const lines = ["image;class"];
  for (let i = 0; i < 16; i++) {
    const kind = kinds[i % 2] ?? "dark";
    const random = new Random(4, String(i));
    const ground = kind === "dark" ? 30 : 90;
    const [top, left] = [2 + random.integer(6), 2 + random.integer(6)];
    const inside = (at: number) =>
      Math.abs(Math.floor(at / side) - top - 2) <= 2 && Math.abs((at % side) - left - 2) <= 2;
    const labels = Uint8Array.from({ length: side * side }, (_, at) => (inside(at) ? 1 : 0));
    const image = labels.map((label) => Math.round(ground + 120 * label + 6 * random.normal()));
    const grey = { width: side, height: side, channels: 1, fullScale: 255 } as const;
    await writePng(join(directory, "images", kind, `${i}.png`), { ...grey, data: image });
    await writePng(join(directory, "labels", kind, `${i}.png`), { ...grey, data: labels });
    lines.push(`${i}.png;${kind}`);
  }
  writeFileSync(join(directory, "classes.csv"), `${lines.join("\n")}\n`);
  writeFileSync(join(directory, "folders.fcn"), program("images/*/*.png", "labels/*/*.png", ""));
  const list = ', files = "classes.csv"';
  writeFileSync(
    join(directory, "list.fcn"),
    program("images/*/*.png", "labels/*/*.png", list, "sigmoid", 1).replace("epochs    12", "epochs 1"),
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const engine = ["--engine", "wasm"];
const json = (file: string) => JSON.parse(readFileSync(join(directory, file), "utf8"));

describe("a class of the whole image", () => {
  it("is learned from the folders of the images, beside the pixels", async () => {
    const { status, err } = await fcn(directory, "train", "folders.fcn", "--out", "run", ...engine);
    expect(status, err).toBe(0);
    const { outputs } = json("run/metrics.json");
    expect(outputs.scene.image_accuracy).toBe(1);
    expect(outputs.labels.mean_iou).toBeGreaterThan(0.5);
    const weights = ["--weights", join("run", "weights.safetensors")];
    const again = await fcn(directory, "evaluate", "folders.fcn", ...weights, "--json", ...engine);
    expect(JSON.parse(again.out).outputs.scene.image_accuracy).toBe(1);
  }, 60_000);

  it("is predicted as a table of probabilities, whatever the size of the image", async () => {
    const weights = ["--weights", join("run", "weights.safetensors")];
    const images = [join("images", "dark", "0.png"), join("images", "light", "1.png")];
    const { status, out, err } = await fcn(
      directory,
      ...["predict", "folders.fcn", ...images, ...weights, "--out", "seen", "--tta", "hflip", ...engine],
    );
    expect(status, err).toBe(0);
    expect(out).toContain(join("seen", "0.scene.csv"));
    for (const [i, kind] of kinds.entries()) {
      const [head, first = ""] = readFileSync(join(directory, "seen", `${i}.scene.csv`), "utf8").split("\n");
      expect(head).toBe("class,probability");
      const [name, probability] = first.split(",");
      expect(name).toBe(kind);
      expect(Number(probability)).toBeGreaterThan(0.5);
    }
  }, 30_000);

  it("is learned and predicted by a network whose input has one size", async () => {
    const sized = program("images/*/*.png", "labels/*/*.png", "")
      .replace("[1, H, W]", "[1, 16, 16]")
      .replace(", crop(12)", "");
    writeFileSync(join(directory, "sized.fcn"), sized);
    const { status, err } = await fcn(directory, "train", "sized.fcn", "--out", "sized", ...engine);
    expect(status, err).toBe(0);
    expect(json("sized/metrics.json").outputs.scene.image_accuracy).toBe(1);
    const weights = ["--weights", join("sized", "weights.safetensors")];
    const image = join("images", "light", "1.png");
    const predicted = await fcn(
      directory,
      ...["predict", "sized.fcn", image, ...weights, "--out", "seen-sized", ...engine],
    );
    expect(predicted.status, predicted.err).toBe(0);
    const table = readFileSync(join(directory, "seen-sized", "1.scene.csv"), "utf8");
    expect(table).toMatch(/^class,probability\nlight,/);
  }, 60_000);

  it("is trained by PyTorch, and evaluated and predicted by it as by another engine", async ({ skip }) => {
    if (!(await hasTorch())) skip("python3-torch is not installed");
    vi.stubEnv("FCN_PYTHON", python);
    try {
      const given = ["train", "folders.fcn", "--engine", "torch", "--epochs", "6"];
      const { status, err } = await fcn(directory, ...given, "--out", "torch");
      expect(status, err).toBe(0);
      const trained = json("torch/metrics.json");
      expect(trained.outputs.scene.image_accuracy).toBeGreaterThan(0.5);
      const weights = ["--weights", join("torch", "weights.safetensors")];
      const [ours, theirs] = await Promise.all(
        [engine, ["--engine", "torch"]].map(async (on) => {
          const { out } = await fcn(directory, "evaluate", "folders.fcn", ...weights, "--json", ...on);
          return JSON.parse(out);
        }),
      );
      for (const { outputs } of [ours, theirs]) {
        expect(outputs.scene).toEqual(trained.outputs.scene);
        expect(outputs.labels.mean_iou).toBeCloseTo(trained.outputs.labels.mean_iou, 6);
      }
      expect(theirs.loss).toBeCloseTo(ours.loss, 4);
      const image = join("images", "dark", "0.png");
      for (const [out, on] of [
        ["here", "wasm"],
        ["there", "torch"],
      ] as const)
        await fcn(directory, "predict", "folders.fcn", image, ...weights, "--out", out, "--engine", on);
      const [here, there] = ["here", "there"].map((out) =>
        readFileSync(join(directory, out, "0.scene.csv"), "utf8")
          .split("\n")
          .map((line) => line.split(",")),
      );
      for (const [row, [name, probability]] of (here ?? []).entries()) {
        expect(there?.[row]?.[0]).toBe(name);
        if (row > 0 && name !== "") expect(Number(there?.[row]?.[1])).toBeCloseTo(Number(probability), 4);
      }
    } finally {
      vi.unstubAllEnvs();
    }
  }, 120_000);

  it("is read from a list, of which a missing image is named", async () => {
    const good = await fcn(directory, "train", "list.fcn", "--out", "listed", ...engine);
    expect(good.status, good.err).toBe(0);
    const list = readFileSync(join(directory, "classes.csv"), "utf8");
    writeFileSync(join(directory, "classes.csv"), list.replace("3.png;light\n", ""));
    const bad = await fcn(directory, "train", "list.fcn", "--out", "other", ...engine);
    expect(bad.status).toBe(1);
    expect(bad.err).toMatch(/classes\.csv has no line for .*3\.png/);
    writeFileSync(join(directory, "classes.csv"), list.replace("3.png;light", "3.png;grey"));
    const unknown = await fcn(directory, "train", "list.fcn", "--out", "other", ...engine);
    expect(unknown.err).toMatch(/classes\.csv:5: "grey" is not a class of image_class/);
  }, 60_000);
});
