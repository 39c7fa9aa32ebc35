import { afterAll, beforeAll, expect, it } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { classWeightsOf, trainingOf } from "../../runtime/training/output-plans.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

it("an output at a coarser stride learns the labels at its own cells, and both label the whole image", async () => {
  const network = compileNetwork(`network Two(classes = 2) {
    input image [3, H, W]
    conv(4, 3x3, stride = 2) relu as half
    conv(classes, 1x1)
    output coarse by softmax
    from half
    upsample(2, learned, channels = 4) relu
    conv(classes, 1x1)
    output fine by softmax
  }`);
  const result = await trainTiny(
    folder,
    "two",
    {
      configuration: {
        ...tinyConfiguration,
        epochs: 1,
        keep: { best: "fine.mean_iou", bestClass: undefined, patience: undefined },
      },
    },
    network,
  );
  expect(result.steps).toBe(4);
  const { weights, metadata } = await readWeights(
    result.best === undefined ? "" : `${folder}/two/weights.safetensors`,
  );
  const { normalisation } = metadata;
  const predictor = await Predictor.open(network.graph, await loadEngine("wasm"), { weights, normalisation });
  try {
    const image = { width: 21, height: 10, channels: 3, fullScale: 255, data: new Uint8Array(630) } as const;
    const predictions = await predictor.predict(image);
    expect(
      predictions.map((one) => [one.output, one.kind === "classes" ? one.labels.shape : undefined]),
    ).toEqual([
      ["coarse", [1, 10, 21]],
      ["fine", [1, 10, 21]],
    ]);
    expect(
      predictions.map((one) => (one.kind === "classes" ? one.probabilities().shape : undefined)),
    ).toEqual([
      [1, 10, 21, 2],
      [1, 10, 21, 2],
    ]);
  } finally {
    predictor.close();
  }
});

it("an output with class weights of its own leaves those measured for another as they are", () => {
  const { train } = compileNetwork(`network Two(classes = 2) {
    input image [3, H, W]
    conv(classes, 1x1)
    output first by softmax
    conv(classes, 1x1)
    output second by softmax
  }
  train Two {
    data folder("d", images = "*.png", labels = "*.png")
    loss first = cross_entropy(weights = [1, 9]), second = cross_entropy(weights = median_frequency)
  }`);
  if (train === undefined) throw new Error("the program has a train section");
  expect(classWeightsOf(train)).toBe("median_frequency");
  const measured = { classWeights: [0.5, 2], binWeights: {} };
  const weights = train.outputs.map((output) => trainingOf(output, measured).loss[0]?.term);
  expect(weights).toMatchObject([{ weights: [1, 9] }, { weights: [0.5, 2] }]);
});
