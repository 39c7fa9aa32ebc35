/** A network with numbered outputs (`output side[i]`), from training to predictions, comparison and emitted programs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { trainTiny, writeTiny } from "./tiny-run.ts";

/** Deep supervision: two side outputs that learn the labels, too, and one of two indices. */
const program = `network Deep(classes = [background, disc], width = 2) {
  input image [3, H, W]
  for i in 1 .. 2 {
    conv(2 * width, 3x3) batchnorm relu as level[i]
    conv(classes, 1x1)
    upsample(to = image, bilinear)
    output side[i] by softmax
    from level[i]
    maxpool(2)
  }
  conv(width, 3x3) relu
  conv(1, 1x1)
  upsample(to = image, bilinear)
  output node[0, 1] by sigmoid
  from level[1]
  conv(classes, 1x1)
  output labels by softmax
}

train Deep {
  data      folder("data", images = "images/train/*.png", labels = "labels/train/*.png", validate = 25%)
  loss      labels = cross_entropy, side = 0.5 * cross_entropy, side[1] = dice, node = cross_entropy
  optimizer adam(learning_rate = 1e-2)
  epochs    2
  batch     4
  seed      1
  keep      best by side[1].mean_iou
}
`;

const names = ["side[1]", "side[2]", "node[0,1]", "labels"];
const directory = workingDirectory();
const run = (...words: readonly string[]) => fcn(directory, ...words);
const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(directory, ...path), "utf8"));
/** What `fcn train` printed. */
let trained = "";
const weights = ["--weights", "run/weights.safetensors", "--engine", "wasm"];

beforeAll(async () => {
  await writeTiny(directory, program);
  const { out, err, status } = await run(
    ...["train", "tiny.fcn", "--engine", "wasm", "--out", "run", "--tensorboard"],
  );
  expect(status, err).toBe(0);
  trained = out;
}, 60_000);

describe("a network with numbered outputs", () => {
  it("is trained, and its measures are named as the outputs are", () => {
    const metrics = json("run", "metrics.json");
    expect(Object.keys(metrics.outputs)).toEqual(names);
    expect(Object.keys(metrics.losses)).toEqual(names);
    expect(trained).toMatch(/^best: epoch \d, side\[1\] mean IoU [\d.]+ on the validation images$/m);
    const lines = readFileSync(join(directory, "run", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    const epochs = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "epoch");
    expect(epochs).toHaveLength(2);
    const kept = epochs.filter(({ best }) => best).at(-1);
    expect(kept.outputs["side[1]"].mean_iou).toBe(metrics.outputs["side[1]"].mean_iou);
    expect(kept.outputs["side[1]"].mean_iou).toBe(
      Math.max(...epochs.map(({ outputs }) => outputs["side[1]"].mean_iou)),
    );
  });

  it("has its outputs in the report and in TensorBoard", () => {
    const report = readFileSync(join(directory, "run", "report.html"), "utf8");
    for (const name of names) expect(report).toContain(name);
    const [events = ""] = readdirSync(join(directory, "run", "tensorboard"));
    const tags = readFileSync(join(directory, "run", "tensorboard", events), "latin1");
    for (const name of names) expect(tags).toContain(`${name} mean_iou/validation`);
  });

  it("continues from its checkpoint, and is compared by the names of its outputs", async () => {
    await trainTiny(directory, "--out", "longer");
    const resumed = await run(
      "train",
      "tiny.fcn",
      "--engine",
      "wasm",
      "--out",
      "longer",
      "--resume",
      "--epochs",
      "3",
    );
    expect(resumed, resumed.err).toMatchObject({ status: 0 });
    const compared = await run("compare", "run", "longer");
    expect(compared, compared.err).toMatchObject({ status: 0 });
    expect(compared.out).toContain("side[1] mean_iou");
    expect(compared.out).toContain("node[0,1] mean_iou");
  });

  it("is evaluated, each output by itself", async () => {
    const evaluated = await run("evaluate", "tiny.fcn", ...weights, "--per-image", "images.csv");
    expect(evaluated, evaluated.err).toMatchObject({ status: 0 });
    for (const name of names) expect(evaluated.out).toContain(name);
    const [titles] = readFileSync(join(directory, "images.csv"), "utf8").split("\r\n");
    expect(titles).toContain("side[1].mean_iou");
    expect(titles).toContain('"node[0,1].mean_iou"');
    const { out } = await run("evaluate", "tiny.fcn", ...weights, "--json");
    expect(Object.keys(JSON.parse(out).outputs)).toEqual(names);
  });

  it("predicts to files without brackets, which a shell would take for a pattern", async () => {
    const image = "data/images/train/00000.png";
    const predicted = await run(
      "predict",
      "tiny.fcn",
      ...weights,
      image,
      "--out",
      "p",
      "--coco",
      "--gallery",
    );
    expect(predicted, predicted.err).toMatchObject({ status: 0 });
    expect(readdirSync(join(directory, "p")).sort()).toEqual(
      ["labels", "node_0_1", "side_1", "side_2"]
        .flatMap((name) => [
          `00000.${name}.labels.png`,
          `00000.${name}.overlay.png`,
          `${name}.annotations.json`,
        ])
        .concat("index.html")
        .sort(),
    );
    expect(predicted.out).toContain("p/00000.side_1.labels.png\n");
  });

  it("is emitted with outputs of the same names, or what the other language takes for one", async () => {
    const files = { onnx: "deep.onnx", typescript: "deep.ts", pytorch: "package" };
    for (const [target, file] of Object.entries(files)) {
      const emitted = await run("emit", "tiny.fcn", "--to", target, "-o", file, ...weights.slice(0, 2));
      expect(emitted, emitted.err).toMatchObject({ status: 0 });
    }
    const session = await InferenceSession.create(join(directory, files.onnx));
    expect(session.outputNames).toEqual(names);
    const read = (...path: readonly string[]) => readFileSync(join(directory, ...path), "utf8");
    for (const name of ["side1", "side2", "node01", "labels"])
      expect(read(files.typescript)).toContain(`readonly ${name}: tf.Tensor4D;`);
    for (const name of ["side_1", "side_2", "node_0_1", "labels"])
      expect(read("package", "deep", "model.py")).toContain(`    ${name}: Tensor`);
    expect(read("package", "deep", "predict.py")).toContain('"side_1"');
  });
});
