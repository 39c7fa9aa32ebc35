/** A conditional random field at the end of a network, through training in stages, weights files and prediction. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normaliseImage } from "../../runtime/data/normalise-image.ts";
import type { SessionOptions } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { Random } from "../../runtime/random.ts";
import { takeOver } from "../../runtime/training/take-over.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { readSafetensors } from "../../runtime/weights/safetensors.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileExample } from "../support/compile-source.ts";
import { logOf, scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

const network = (name: string, last: string) =>
  compileNetwork(`network ${name}(classes = 2) {
    input image [3, H, W]
    conv(4, 4x4, stride = 2, padding = 1) batchnorm relu
    conv(classes, 3x3) as scores
    upsample(2, bilinear)
    ${last}
    output labels by softmax
  }`);
const front = network("Front", "");
const field = network("Field", "crf(image, iterations = 2, appearance_position = 10) as field");

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
  await trainTiny(folder, "front", { configuration: { ...tinyConfiguration, network: "Front" } }, front);
  const startFrom = await readWeights(join(folder, "front", "weights.safetensors"));
  await trainTiny(folder, "field", { startFrom, configuration: stage }, field);
});
afterAll(() => remove());

const stage = { ...tinyConfiguration, network: "Field", epochs: 2 };
const weightsOf = async (out: string, file = "weights.safetensors") =>
  new Map((await readSafetensors(join(folder, out, file))).weights);

describe("training in stages, the front first and then through the field", () => {
  it("trains the front on and the field's weights with it, and files them all", async () => {
    const [before, after] = [await weightsOf("front"), await weightsOf("field")];
    expect([...after.keys()].filter((name) => !before.has(name))).toEqual([
      "field.appearance",
      "field.smoothness",
      "field.compatibility",
    ]);
    expect(after.get("scores.weight")?.data).not.toEqual(before.get("scores.weight")?.data);
    expect([...(after.get("field.appearance")?.data ?? [])]).not.toEqual([4, 4]);
    expect(after.get("field.compatibility")?.shape).toEqual([2, 2]);
  });

  it("gives, interrupted and resumed, the numbers of an unbroken run", async () => {
    const startFrom = await readWeights(join(folder, "front", "weights.safetensors"));
    const controller = new AbortController();
    await trainTiny(
      folder,
      "broken",
      {
        startFrom,
        configuration: stage,
        signal: controller.signal,
        observer: (event) => {
          if (event.kind === "step" && event.progress.step === 3) controller.abort();
        },
      },
      field,
    );
    await trainTiny(folder, "broken", { mode: "resume", configuration: stage }, field);
    expect(logOf(folder, "broken")).toEqual(logOf(folder, "field"));
    expect(await weightsOf("broken", "checkpoint.safetensors")).toEqual(
      await weightsOf("field", "checkpoint.safetensors"),
    );
  });
});

describe("examples/crf-rnn.fcn", () => {
  it("takes over every weight of FCN-8s, and begins the field's own", () => {
    const fcn8s = initialiseWeights(compileExample("fcn-8s.fcn", { width: "2" }).graph, 1);
    const { graph } = compileExample("crf-rnn.fcn", { width: "2" });
    const { mismatch } = takeOver(graph, { file: "w", weights: fcn8s });
    expect(mismatch.missing.map(({ name }) => name)).toEqual([
      "field.appearance",
      "field.smoothness",
      "field.compatibility",
    ]);
    expect({ ...mismatch, missing: [] }).toEqual({ missing: [], reshaped: [], unreadable: [], extra: [] });
  });
});

describe("prediction", () => {
  it("compares colours in grey levels, whatever the training images' normalisation", async () => {
    const { weights, metadata } = await readWeights(join(folder, "field", "weights.safetensors"));
    const { normalisation } = metadata;
    const random = new Random(5, "noise");
    const data = Uint8Array.from({ length: 24 * 20 * 3 }, () => random.integer(256));
    const image: Raster = { width: 24, height: 20, channels: 3, fullScale: 255, data };
    const engine = await loadEngine("wasm");
    const predictor = await Predictor.open(field.graph, engine, { weights, ...metadata });
    const [prediction] = await predictor.predict(image);
    predictor.close();
    if (prediction?.kind !== "classes") throw new Error("labels are predicted");
    const from = async (options: SessionOptions): Promise<readonly number[]> => {
      const session = await engine.open(field.graph, options);
      await session.writeWeights(weights);
      const maps = await session.predict(new Map([["image", normaliseImage(image, normalisation)]]));
      session.close();
      return [...(maps.get("labels")?.data ?? [])];
    };
    const found = [...prediction.probabilities().data];
    expect(found).toEqual(await from({ seed: 0, normalisations: new Map([["image", normalisation]]) }));
    expect(found).not.toEqual(await from({ seed: 0 }));
  });
});
