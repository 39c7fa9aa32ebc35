/** The losses and optimizers of emitted packages, run by PyTorch in float64: the losses of ten steps are those of the tensor programs. */
import { expect, it } from "vitest";
import { shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { className, identifier } from "../../compiler/targets/pytorch/names.ts";
import { packageFiles } from "../../compiler/targets/pytorch/package/package.ts";
import type { MapBatch, TargetBatch } from "../../runtime/arrays.ts";
import { dropoutMask, dropoutSeed } from "../../runtime/engines/feeds/dropout-mask.ts";
import { sessionTraining } from "../../runtime/training/session-training.ts";
import { referenceSession } from "../../tools/verify/reference-executor.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { emittedPackage } from "../../tools/verify/targets/compare-pytorch.ts";
import { batchAt } from "../../tools/verify/targets/compare-typescript.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import {
  hasTorch,
  runTorch,
  type TorchArray,
  type TorchSubject,
} from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";

const seed = 1;
const steps = 10;
const batch = 2;
const size = [16, 24] as const;
/** Exact in float32, which is how a session feeds it. */
const rate = 2 ** -10;
/** The numbers of a step of Adam are fed in float32. */
const tolerance = 1e-6;

const cases: Readonly<Record<string, string>> = {
  "class weights, dice and sgd": `network A(classes = 3) {
    input image [3, H, W]
    conv(4, 3x3) batchnorm relu as first
    maxpool(2) conv(6, 3x3) leaky_relu(0.2) dropout(0.4)
    upsample(2, learned, channels = 4)
    skip first by concat
    conv(classes, 1x1)
    output labels by softmax
  }
  train A { loss cross_entropy(weights = [1, 2, 3]) + 0.5 * dice  optimizer sgd(0.01, nesterov = true, weight_decay = 1e-3) }`,
  "focal loss of one channel and adamw": `network B(classes = 2) {
    input image [3, H, W]
    conv(6, 3x3) elu(0.5) dropout(0.3, spatial = true) stochastic_depth(0.2)
    conv(1, 3x3)
    output labels by sigmoid
  }
  train B { loss focal + tversky(alpha = 0.2)  optimizer adamw }`,
  "balanced cross entropy, a sum, and adam": `network C(classes = 2) {
    input image [3, H, W]
    conv(4, 3x3) tanh as x
    conv(1, 3x3)
    output edges by sigmoid
    from x
    conv(classes, 3x3)
    output labels by softmax
  }
  train C {
    targets edges = boundaries
    loss edges = balanced_cross_entropy, labels = cross_entropy(reduction = sum) + tversky + focal(gamma = 3)
    optimizer adam(1e-3)
  }`,
  "areas with class weights, smoothed labels": `network E(classes = 3) {
    input image [3, H, W]
    conv(8, 3x3) tanh as x
    conv(classes, 3x3)
    output labels by softmax
    from x conv(1, 3x3)
    output edges by sigmoid
  }
  train E {
    targets edges = boundaries
    loss labels = cross_entropy(weights = [1, 2, 3], label_smoothing = 0.1) + dice(squared, weights = [3, 2, 1])
      + jaccard + generalised_dice + lovasz_softmax(weights = [1, 2, 1]) + ohem_cross_entropy(0.3) + focal(weights = [1, 0.5, 2]) + tversky(weights = [3, 2, 1]),
      edges = cross_entropy(label_smoothing = 0.2) + generalised_dice + dice(squared) + jaccard + lovasz_softmax + total_variation
        + ohem_cross_entropy(count = 20, weights = [1, 2])
    optimizer sgd(0.01)
  }`,
  "gaps between objects": `network H(classes = 3) {
    input image [3, H, W]
    conv(6, 3x3) tanh as x
    conv(classes, 3x3)
    output labels by softmax
    from x conv(1, 3x3)
    output edges by sigmoid
  }
  train H {
    targets edges = boundaries
    loss labels = border_cross_entropy(weights = [1, 2, 0.5]), edges = 0.1 * border_cross_entropy(4, sigma = 2, background = 1, reduction = sum)
    optimizer sgd(0.01)
  }`,
  "heat maps of centres, and offsets": `network G {
    input image [3, H, W]
    conv(6, 3x3) tanh as x
    conv(2, 3x3)
    output centre by sigmoid
    from x conv(2, 3x3)
    output offset
  }
  train G {
    targets centre = centres("*.csv", classes = "cell, debris"), offset = offsets("*.png", unit = 4)
    loss centre = gaussian_focal + 0.5 * gaussian_focal(alpha = 3, beta = 2), offset = 0.1 * l1
    optimizer adam(1e-3)
  }`,
  "classes of the whole image beside those of pixels": `network F(classes = 3) {
    input image [3, H, W]
    conv(6, 3x3) batchnorm relu as x
    conv(classes, 1x1)
    output labels by softmax
    from x avgpool(global) conv(4, 1x1) relu dropout(0.3) as seen conv(2, 1x1)
    output scene by softmax
    from seen conv(1, 1x1)
    output light by sigmoid
  }
  train F {
    targets labels = labels, scene = image_class("indoor, outdoor"), light = image_class("dark, bright")
    loss labels = cross_entropy, scene = 1/300 * cross_entropy(weights = [1, 2]), light = 0.5 * focal
    optimizer adam(1e-3)
  }`,
  "depth, normals and values": `network D {
    input image [3, H, W]
    conv(8, 3x3) tanh as x
    conv(1, 3x3)
    output depth
    from x conv(3, 3x3)
    output normals
    from x conv(3, 3x3)
    output values
  }
  train D {
    targets depth = depth("*.png", unit = 1/1000, log), normals = normals("*.png"), values = image("*.png")
    loss depth = scale_invariant + berhu, normals = cosine, values = huber(0.1) + l1 + 2 * l2 + 0.1 * total_variation
    optimizer rmsprop(0.01, alpha = 0.9, momentum = 0.5, centered, epsilon = 1e-3, weight_decay = 1e-3)
  }`,
};

it("the losses of ten steps, with every kind of term, optimizer and masks of dropout", async ({ skip }) => {
  if (!(await hasTorch())) skip("python3-torch is not installed");
  const networks = Object.values(cases).map(compiled);
  const found = await runTorch(await Promise.all(networks.map(subjectOf)));
  for (const [i, title] of Object.keys(cases).entries()) {
    const network = networks[i];
    if (network === undefined) throw new Error("a network is missing");
    const expected = await referenceLosses(network);
    const losses = found[i]?.[0]?.get("losses")?.data ?? [];
    expect(losses, title).toHaveLength(steps);
    for (const [step, loss] of expected.entries())
      expect(Math.abs((losses[step] ?? Number.NaN) - loss) / loss, `${title}: step ${step}`).toBeLessThan(
        tolerance,
      );
  }
}, 120_000);

function compiled(text: string): CompiledNetwork {
  const { networks, diagnostics } = compileText(text);
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return network;
}

async function referenceLosses(network: CompiledNetwork): Promise<readonly number[]> {
  const session = referenceSession(network.graph, { seed, training: sessionTraining(network) });
  await session.writeWeights(livelyWeights(network.graph, seed));
  const { inputs, targets } = batchAt(network, size, batch);
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) losses.push((await session.step(inputs, targets, rate)).loss);
  session.close();
  return losses;
}

async function subjectOf(network: CompiledNetwork): Promise<TorchSubject> {
  const { inputs, targets } = batchAt(network, size, batch);
  const masks = new Map<string, TorchArray>();
  const shaped = shapeAt(network.graph, size);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  for (const { id, name, attributes } of network.graph.nodes) {
    if (!("rate" in attributes)) continue;
    const { rate: share, drops } = attributes;
    const [channels = 0, height = 0, width = 0] = shaped.shapes[id] ?? [];
    const [rows, columns] = drops === "values" ? [height, width] : [1, 1];
    const shape = [batch, drops === "images" ? 1 : channels, rows, columns] as const;
    for (let step = 0; step < steps; step += 1) {
      const mask = dropoutMask({ name, rate: share, shape }, dropoutSeed(seed, step));
      masks.set(`${step} ${name}`, { shape, data: Float64Array.from(mask) });
    }
  }
  const settings = new Map([
    ["rate", { shape: [], data: Float64Array.of(rate) }],
    ["count", { shape: [], data: Float64Array.of(steps) }],
  ]);
  const job = {
    kind: "steps" as const,
    inputs: new Map([...inputs].map(([name, map]) => [identifier(name), channelsFirst(map)])),
    targets: new Map([...targets].map(([name, target]) => [identifier(name), targetArray(target)])),
    masks,
    settings,
  };
  return { files: await emittedPackage(network), className: className(network.name), jobs: [job] };
}

function targetArray(target: TargetBatch): TorchArray {
  if (target.kind === "labels") return { shape: target.shape, data: Float64Array.from(target.data) };
  const { shape, valid } = target;
  const data = target.data.map((value, i) => (valid[Math.floor(i / shape[3])] === 0 ? Number.NaN : value));
  return channelsFirst({ data, shape });
}

function channelsFirst({ data, shape: [images, height, width, channels] }: MapBatch): TorchArray {
  const positions = height * width;
  const values = Float64Array.from({ length: data.length }, (_, i) => {
    const image = Math.floor(i / (channels * positions));
    const channel = Math.floor(i / positions) % channels;
    return data[(image * positions + (i % positions)) * channels + channel] ?? 0;
  });
  return { shape: [images, channels, height, width], data: values };
}

it("the training step of the readme clips as the train section says, and tells of batches that are accumulated", async () => {
  const network = compileNetwork(`network N(classes = 2) {
    input image [3, H, W]
    conv(classes, 3x3)
    output labels by softmax
  }
  train N { clip value(0.5), norm(1)
  accumulate 4
  average ema(0.99) }`);
  const readme = String(packageFiles(livelySubject(network)).get("README.md"));
  expect(readme).toContain(
    "value.backward()\n    torch.nn.utils.clip_grad_value_(network.parameters(), 0.5)\n    torch.nn.utils.clip_grad_norm_(network.parameters(), 1)\n    update.step()",
  );
  expect(readme).toContain("makes each update from 4 batches");
  expect(readme).toContain("of decay 0.99");
});
