/** Emitted TypeScript as its users run it: as a project that trains on a folder of images. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { decode, encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { TargetSubject } from "../../compiler/targets/target.ts";
import { typescript } from "../../compiler/targets/typescript/typescript.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { Random } from "../../runtime/random.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { compileText } from "../support/compile-source.ts";

const run = promisify(execFile);

const program = `network Squares(classes = [ground, square], width = 4) {
  input image [3, H, W]
  conv(width, 3x3) batchnorm relu as level
  maxpool(2) conv(width, 3x3, dilate = 2) relu
  upsample(2, bilinear)
  skip level by concat
  conv(classes, 1x1)
  crf(image, window = 3, iterations = 2, appearance_colour = 20)
  output labels by softmax
}
train Squares {
  masks [ground = 0, square = 200]
  optimizer adam(learning_rate = 1e-2)
  schedule poly(power = 0.9), plateau(4)
  augment flip, flip_vertical(probability = 0.01), rotate(5, probability = 0.01), scale(0.9 .. 1.1, probability = 0.01),
    shift(2, probability = 0.01), shear(5, probability = 0.01), elastic(1, probability = 0.01), brightness(5%), contrast(5%),
    gamma(0.9 .. 1.1), hue(5), saturation(5%), blur(0.5 .. 0.6, probability = 0.01), noise(1%), cutout(2, probability = 0.01)
  epochs 4
  batch 2
}`;

function network(): CompiledNetwork {
  const {
    networks: [compiled],
    diagnostics,
  } = compileText(program);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (compiled === undefined) throw new Error("the test's network does not compile");
  return compiled;
}

async function emitTo(folder: string, subject: TargetSubject): Promise<void> {
  const emission = await typescript.emit({ ...subject, runnable: true });
  if (emission.kind === "refused") throw new Error("refused");
  for (const [name, bytes] of emission.files) writeFileSync(join(folder, name), bytes);
}

/** What fcn predicts of an image, with these weights. */
async function predictedBy(weights: string, image: string): Promise<readonly number[]> {
  const { weights: values, metadata } = await readWeights(weights);
  const predictor = await Predictor.open(network().graph, await loadEngine("cpu"), {
    weights: values,
    ...metadata,
  });
  const data = Uint8Array.from(decode(readFileSync(image)).data);
  const [expected] = await predictor.predict({ width: 30, height: 22, channels: 3, data, fullScale: 255 });
  predictor.close();
  if (expected?.kind !== "classes") throw new Error("no labels");
  return [...expected.labels.data];
}

const tsx = join(packageRoot(), "node_modules", ".bin", "tsx");

describe("a runnable project", () => {
  let folder: string;
  beforeAll(async () => {
    mkdirSync(join(packageRoot(), ".build"), { recursive: true });
    folder = mkdtempSync(join(packageRoot(), ".build", "project-"));
    await emitTo(folder, { ...livelySubject(network()), weights: undefined, normalisations: new Map() });
    for (const kind of ["images", "labels"]) mkdirSync(join(folder, "data", kind), { recursive: true });
    const random = new Random(1, "squares");
    for (let i = 0; i < 6; i += 1) drawSquare(join(folder, "data"), `scene${i}`, random);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("type-checks with its own configuration", async () => {
    const { stdout } = await run(join(packageRoot(), "node_modules", ".bin", "tsc"), ["-p", folder]).catch(
      (error: { readonly stdout: string }) => error,
    );
    expect(stdout).toBe("");
  }, 60_000);

  it("says what is missing before it is trained", async () => {
    const ended = await run(tsx, ["predict.ts", "data/images"], { cwd: folder }).catch(
      (error: { readonly code: number; readonly stderr: string }) => error,
    );
    expect(ended).toMatchObject({
      code: 1,
      stderr: "error: there is no weights.safetensors: train first, or name the file with --weights\n",
    });
  });

  it("trains, so that the loss falls, and predicts what fcn predicts from the weights it wrote", async () => {
    const { stdout } = await run(tsx, ["train.ts", "data", "--epochs", "6"], { cwd: folder });
    expect([...stdout.matchAll(/mean IoU 0\.\d+ of 1 images/g)]).toHaveLength(6);
    const losses = [...stdout.matchAll(/loss (\d+\.\d+)/g)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(6);
    expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));
    await run(tsx, ["predict.ts", "data/images"], { cwd: folder });
    const found = decode(readFileSync(join(folder, "predictions", "scene0.png")));
    const weights = join(folder, "weights.safetensors");
    expect([...found.data]).toEqual(await predictedBy(weights, join(folder, "data/images/scene0.png")));
    const { metadata } = await readWeights(weights);
    expect(metadata.classes).toEqual(["ground", "square"]);
  }, 120_000);

  it("has the weights that it was emitted with, and predicts one image by them", async () => {
    const subject = livelySubject(network());
    await emitTo(folder, subject);
    const { weights } = await readWeights(join(folder, "weights.safetensors"));
    expect(weights.size).toBeGreaterThan(5);
    for (const [name, { data }] of weights) expect(data, name).toEqual(subject.weights?.valuesOf(name).data);
    await run(tsx, ["predict.ts", "data/images/scene1.png", "--output", "one"], { cwd: folder });
    const found = [...decode(readFileSync(join(folder, "one", "scene1.png"))).data];
    const image = join(folder, "data/images/scene1.png");
    expect(found).toEqual(await predictedBy(join(folder, "weights.safetensors"), image));
  }, 60_000);
});

/** 30×22 pixels, whose labels have the values 0 and 200. */
function drawSquare(folder: string, name: string, random: Random): void {
  const [width, height] = [30, 22];
  const [left, top, side] = [random.integer(18), random.integer(10), 6 + random.integer(6)];
  const inside = (i: number): boolean => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < left + side && y >= top && y < top + side;
  };
  const labels = Uint8Array.from({ length: width * height }, (_, i) => (inside(i) ? 200 : 0));
  const image = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
    Math.round((inside(Math.floor(i / 3)) ? 180 : 60) + random.between(-30, 30)),
  );
  writeFileSync(
    join(folder, "labels", `${name}.png`),
    encode({ data: labels, width, height, channels: 1, depth: 8 }),
  );
  writeFileSync(
    join(folder, "images", `${name}.png`),
    encode({ data: image, width, height, channels: 3, depth: 8 }),
  );
}
