/** Measures of emitted packages for PyTorch, with the weights of the package: those of `fcn evaluate`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDataSet } from "../../runtime/data/open.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { evaluate } from "../../runtime/training/evaluate.ts";
import { layerPlans } from "../../runtime/training/output-plans.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { runScript, writePackage } from "../support/python-package.ts";

const torch = await hasTorch();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-measures-"));
  await writeSyntheticScenes(join(folder, "scenes"), { count: 6, size: [70, 91], seed: 3, validate: 0.5 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const several = `network Several(classes = 4) {
  input image [3, H, W]
  conv(8, 3x3) tanh as x
  maxpool(2) conv(8, 3x3) relu
  conv(classes, 1x1)
  output labels by softmax
  from x conv(1, 3x3)
  output edges by sigmoid
  from x conv(1, 3x3) softplus
  output depth
  from x conv(3, 3x3)
  output normals
  from x conv(3, 3x3)
  output picture
  from x conv(2, 3x3)
  output colours
  from x avgpool(global) conv(2, 1x1)
  output split by softmax
  from x conv(1, 3x3)
  output centre by sigmoid
  from x conv(2, 3x3)
  output offset
}
train Several {
  data folder("scenes", images = "images/train/*.png", labels = "labels/train/*.png",
    validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")
  targets labels = labels, edges = boundaries("boundaries/train/*.png", validate = "boundaries/val/*.png"),
    depth = depth("depth/train/*.png", validate = "depth/val/*.png", unit = 1/1000), normals = normals("normals/train/*.png", validate = "normals/val/*.png"),
    picture = image, colours = chroma, split = image_class("val, train"),
    centre = centres("instances/train/*.png", validate = "instances/val/*.png", deviation = 3, threshold = 0.02),
    offset = offsets("instances/train/*.png", validate = "instances/val/*.png", unit = 4)
}`;

it("measures are those of `fcn evaluate`, of every kind of output", async ({ skip }) => {
  if (!torch) skip("python3-torch is not installed");
  const network = compileNetwork(several);
  const { graph, train } = network;
  if (train === undefined) throw new Error("the network is not trained");
  const name = await writePackage(network, folder);
  const trained = await readWeights(join(folder, name, "weights.safetensors"));
  const data = await openDataSet(train.data, train.masks, {
    baseDirectory: folder,
    layers: layerPlans(graph, train),
  });
  const expected = await evaluate(graph, {
    data,
    engine: await loadEngine("wasm"),
    trained: [trained],
    configuration: train,
  });
  const found = await runScript(
    folder,
    `from ${name} import Several, load_weights
from ${name}.data import Normalisation, Samples, collate
from ${name}.metrics import Metrics
network = Several().eval()
load_weights(network, "${name}/weights.safetensors")
samples = Samples("validate", normalisations={"image": Normalisation([0, 0, 0], [1, 1, 1])})
halves = [Metrics(everything=True), Metrics(everything=True)]
with torch.no_grad():
    for index in range(len(samples)):
        inputs, targets = collate([samples[index]])
        halves[index % 2].add(network(**inputs), targets)
metrics = Metrics(everything=True)
metrics.load_sum(halves[0].state() + halves[1].state())
for output, values in metrics.values().items():
    for measure, value in values.items():
        write(f"{output}.{measure}", numpy.nan if value is None else value)
for one in metrics.classes()["labels"]["classes"]:
    write(one["name"], [numpy.nan if one[key] is None else one[key] for key in ("iou", "accuracy", "dice", "pixels")])
`,
  );
  const names: string[] = [];
  for (const [output, measures] of Object.entries(expected.outputs))
    for (const [measure, value] of Object.entries(measures)) {
      const own = found.get(`${output}.${measure}`)?.data[0] ?? Number.POSITIVE_INFINITY;
      names.push(`${output}.${measure}`);
      // float32 outputs of two engines; a pixel at a limit may be counted on either side
      expect(Math.abs(own - (value ?? Number.NaN)), `${output}.${measure}`).toBeLessThan(
        1e-3 * Math.max(1, Math.abs(value ?? 0)),
      );
    }
  expect(names.length).toBeGreaterThan(24);
  for (const { name: label, iou, accuracy, dice, pixels } of expected.classes.labels?.classes ?? []) {
    const own = [...(found.get(label)?.data ?? [])];
    for (const [i, value] of [iou, accuracy, dice, pixels].entries())
      if (value === null) expect(own[i]).toBeNaN();
      else expect(own[i]).toBeCloseTo(value, 6);
  }
}, 120_000);
