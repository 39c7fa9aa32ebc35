import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainingBatches } from "../../runtime/data/batches.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { inputPlans, outputPlans, targetPlans } from "../../runtime/training/output-plans.ts";
import { type SeenSample, seenSamples } from "../../runtime/training/seen-samples.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { scratch } from "./tiny-run.ts";

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder.remove());

const palette = [
  [0, 0, 0],
  [255, 0, 0],
  [255, 255, 255],
] as const;
const network = compileNetwork(`network Two(classes = [background, disc]) {
  input image [3, H, W]
  conv(4, 3x3) relu as seen
  conv(classes, 1x1)
  output labels by softmax
  from seen
  conv(1, 1x1)
  output depth
}

train Two {
  data    folder("data", images = "images/train/*.png", labels = "labels/train/*.png", validate = 25%, test = 25%)
  targets labels = labels, depth = depth("depth/train/*.png", unit = 0.001)
  augment flip, rotate(20), crop(24), hue(40), noise(0.02)
  loss    labels = cross_entropy, depth = l1
  batch   3
}`);

async function seen(split: "training" | "validation" | "test", count: number): Promise<SeenSample[]> {
  const { train: configuration, graph } = network;
  if (configuration === undefined) throw new Error("the network is trained");
  const layers = [...inputPlans(graph, configuration), ...outputPlans(graph, configuration)].map(
    ({ layer }) => layer,
  );
  const data = await openDataSet(configuration.data, configuration.masks, {
    baseDirectory: folder.path,
    layers,
  });
  const samples: SeenSample[] = [];
  const options = { data, configuration, split, epoch: 2, count, palette };
  for await (const sample of seenSamples(graph, options)) samples.push(sample);
  if (split !== "training") return samples;
  // what a step of that epoch is given, with any normalisation
  const normalisation = { mean: [0.3, 0.4, 0.5], deviation: [0.2, 0.3, 0.4] };
  const batches = trainingBatches(data, {
    ...configuration,
    epoch: 2,
    inputs: inputPlans(graph, configuration).map((input) => ({ ...input, normalisation })),
    targets: targetPlans(outputPlans(graph, configuration)),
  });
  const { value: batch } = await batches.next();
  await batches.return();
  const input = batch?.inputs.get("image");
  const truth = batch?.targets.get("labels");
  if (batch === undefined || input === undefined || truth?.kind !== "labels")
    throw new Error("a batch has them");
  expect(samples.slice(0, 3).map(({ name }) => name)).toEqual(batch.names);
  const [first, labels] = samples[0]?.pictures ?? [];
  first?.picture.data.forEach((value, i) => {
    const given =
      (input.data[i] ?? 0) * (normalisation.deviation[i % 3] ?? 1) + (normalisation.mean[i % 3] ?? 0);
    expect(value).toBeCloseTo(Math.min(1, Math.max(0, given)), 5); // float32, shown from black to white
  });
  labels?.picture.data.forEach((value, i) => {
    const known = truth.data[Math.floor(i / 3)] ?? 0;
    const colour = palette[known < 0 ? 2 : known]?.[i % 3] ?? 0;
    const image = Math.round(255 * (first?.picture.data[i] ?? 0));
    expect(Math.abs(value - (image + colour) / 2)).toBeLessThanOrEqual(0.5);
  });
  return samples;
}

describe("the samples that are shown", () => {
  it("are those of a training step: augmented, the normalisation undone, the labels over them in their colours", async () => {
    const samples = await seen("training", 5);
    expect(samples).toHaveLength(5);
    for (const { pictures } of samples) {
      expect(pictures.map(({ title }) => title)).toEqual(["image", "labels", "depth"]);
      for (const { picture } of pictures) expect([picture.height, picture.width]).toEqual([24, 24]);
    }
  });

  it("of the other parts are as they are, and no more than there are", async () => {
    const [validation, test] = [await seen("validation", 100), await seen("test", 2)];
    expect(validation.length).toBeGreaterThan(2);
    expect(test).toHaveLength(2);
    for (const { pictures } of [...validation, ...test]) expect(pictures[0]?.picture.height).toBe(32);
    const names = new Set(validation.map(({ name }) => name));
    expect(test.some(({ name }) => names.has(name))).toBe(false);
  });
});
