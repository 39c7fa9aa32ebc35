import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

const program = `network Tasks(width = 4) {
  input image [3, H, W]
  input range [1, H, W]
  skip image by concat
  conv(width, 3x3) batchnorm relu as seen
  conv(4, 1x1)
  output labels by softmax
  from seen
  conv(1, 1x1)
  output depth
  from seen
  conv(3, 1x1)
  output normals
  from seen
  conv(1, 1x1)
  output edges by sigmoid
}

train Tasks {
  data      folder("data", images = "images/train/*.png", labels = "labels/train/*.png",
                   validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")
  inputs    range = image("depth/train/*.png", validate = "depth/val/*.png")
  targets   labels = labels,
            depth = depth("depth/train/*.png", validate = "depth/val/*.png", unit = 1/20000),
            normals = normals("normals/train/*.png", validate = "normals/val/*.png"),
            edges = boundaries("boundaries/train/*.png", validate = "boundaries/val/*.png")
  augment   flip
  optimizer adam(learning_rate = 1e-2)
  epochs    2
  keep      best by depth.rel
}
`;

const enlarge = `network Enlarge {
  input image [3, H, W]
  conv(12, 3x3)
  pixel_shuffle(2)
  output large
}

train Enlarge {
  data      folder("data", images = "images/train/*.png", validate = 25%)
  inputs    image(shrink = 2)
  targets   image
  epochs    1
}
`;

const directory = workingDirectory();
beforeAll(async () => {
  writeFileSync(join(directory, "tasks.fcn"), program);
  writeFileSync(join(directory, "enlarge.fcn"), enlarge);
  const made = await fcn(directory, "data", "synth", "data", "--count", "10", "--size", "24x20");
  expect(made.err).toContain("10 scenes");
  const trained = await fcn(directory, "train", "tasks.fcn", "--out", "run", "--engine", "wasm");
  expect(trained.err).toMatch(
    /epoch 2\/2 .* labels mean IoU 0\.\d{3} {2}depth rel \d\.\d{3} {2}normals mean angle/,
  );
  expect(trained.status).toBe(0);
}, 60_000);

const json = (file: string) => JSON.parse(readFileSync(join(directory, file), "utf8"));
const weights = ["--weights", join("run", "weights.safetensors")];

describe("a network of several tasks and two inputs", () => {
  it("logs the measures and the loss of every output, and keeps the best by one of them", () => {
    const epochs = readFileSync(join(directory, "run", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === "epoch");
    const best = json("run/metrics.json");
    expect(Object.keys(best.outputs)).toEqual(["labels", "depth", "normals", "edges"]);
    expect(Object.keys(best.classes)).toEqual(["labels"]);
    const errors: number[] = epochs.map(({ outputs }) => outputs.depth.rel);
    expect(best.outputs.depth.rel).toBe(Math.min(...errors));
    const parts: number[] = Object.values(best.losses);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(best.loss, 9);
  });

  it("measures the same again by fcn evaluate", async () => {
    const { out, status } = await fcn(
      directory,
      "evaluate",
      "tasks.fcn",
      ...weights,
      "--engine",
      "wasm",
      "--json",
    );
    expect(status).toBe(0);
    expect(JSON.parse(out).outputs).toMatchObject(json("run/metrics.json").outputs);
    const table = await fcn(directory, "evaluate", "tasks.fcn", ...weights);
    expect(table.out).toMatch(/^labels: mean IoU .*\n[\s\S]*\ndepth: rel \d\.\d{3} {3}rms/);
  });

  it("continues with a run as if it had not ended", async () => {
    const short = await fcn(
      directory,
      "train",
      "tasks.fcn",
      "--out",
      "short",
      "--epochs",
      "1",
      "--engine",
      "wasm",
    );
    expect(short.status).toBe(0);
    const more = await fcn(directory, "train", "tasks.fcn", "--out", "short", "--resume", "--engine", "wasm");
    expect(more.status).toBe(0);
    expect(json("short/metrics.json")).toEqual(json("run/metrics.json"));
  });

  it("shows every target in the report beside its prediction", () => {
    const page = readFileSync(join(directory, "run", "report.html"), "utf8");
    for (const words of ["depth predicted", "normals predicted", "edges predicted"])
      expect(page).toContain(`alt="${words}"`);
    expect(page).toContain("<h3>depth</h3>");
  });

  it("predicts labels, depth in its unit, normals and edges as images of the image's size", async () => {
    const image = join("data", "images", "val", "00000.png");
    const predict = ["predict", "tasks.fcn", image, ...weights, "--out", "seen"];
    const without = await fcn(directory, ...predict);
    expect(without.err).toContain(
      'no folder is given for the input "range", which the network has beside "image"',
    );
    expect(without.err).toContain("--input range=DIR");
    const { out, status } = await fcn(
      directory,
      ...predict,
      "--input",
      `range=${join("data", "depth", "val")}`,
    );
    expect(status).toBe(0);
    expect(out.trim().split("\n")).toEqual(
      ["labels.labels", "depth", "normals", "edges"].map((name) => join("seen", `00000.${name}.png`)),
    );
    const depth = await readImage(join(directory, "seen", "00000.depth.png"));
    expect([depth.height, depth.width, depth.channels, depth.fullScale]).toEqual([24, 20, 1, 65535]);
    const normals = await readImage(join(directory, "seen", "00000.normals.png"));
    expect(normals.channels).toBe(3);
    const [x = 0, y = 0, z = 0] = [...normals.data].map((value) => value / 127.5 - 1);
    expect(Math.hypot(x, y, z)).toBeCloseTo(1, 1); // of 8 bits
    const wrong = await fcn(directory, ...predict, "--input", "rnge=data");
    expect(wrong.err).toContain("--input rnge: the network has no other input of that name");
  });
});

describe("a network whose output is finer than its input", () => {
  it("learns from shrunk images, and enlarges whole ones", async () => {
    const trained = await fcn(directory, "train", "enlarge.fcn", "--out", "large", "--engine", "wasm");
    expect(trained.err).toMatch(/epoch 1\/1 {2}loss .* psnr -?\d+\.\d{3}/);
    expect(trained.out).toMatch(/^best: epoch 1, loss \d/);
    const { out } = await fcn(
      directory,
      ...["predict", "enlarge.fcn", join("data", "images", "val", "00000.png")],
      ...["--weights", join("large", "weights.safetensors"), "--out", "seen"],
    );
    expect(out.trim()).toBe(join("seen", "00000.large.png"));
    const picture = await readImage(join(directory, "seen", "00000.large.png"));
    expect([picture.height, picture.width, picture.channels]).toEqual([48, 40, 3]);
  });
});

it("an only input may come from files of its own, beside a target that is the data's image", async () => {
  writeFileSync(
    join(directory, "restore.fcn"),
    `network Restore {
  input image [3, H, W]
  conv(3, 3x3)
  output clean
}

train Restore {
  data    folder("data", images = "images/train/*.png", validate_images = "images/val/*.png")
  inputs  image("blemished/train/*.png", validate = "blemished/val/*.png")
  targets image
  augment flip, noise(0.1, probability = 0.5)
  schedule warm_up(2), cosine
  optimizer adamw(1e-2)
  epochs  2
}
`,
  );
  const options = ["--out", "restored", "--engine", "wasm"];
  const trained = await fcn(directory, "train", "restore.fcn", ...options);
  expect(trained.err).toMatch(/epoch 2\/2 {2}loss .* psnr -?\d+\.\d{3} {2}mae/);
  expect(trained.status).toBe(0);
  const given = ["restored", "weights.safetensors"].join("/");
  const { out } = await fcn(
    directory,
    "evaluate",
    "restore.fcn",
    "--weights",
    given,
    ...options.slice(2),
    "--json",
  );
  expect(JSON.parse(out).outputs).toMatchObject(json("restored/metrics.json").outputs);
  expect(readFileSync(join(directory, "restored", "report.html"), "utf8")).toContain("warm_up(steps = 2");
});
