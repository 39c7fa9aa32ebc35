/** The losses and optimizers of emitted packages, run by PyTorch in float64: gradients and the losses of ten steps are those of the tensor programs. */
import { expect, it } from "vitest";
import { packageFiles } from "../../compiler/targets/pytorch/package/package.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { comparePyTorch } from "../../tools/verify/targets/compare-pytorch.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";

const training = { learningRate: 2 ** -10, steps: 10 };
/** Gradients come as float32, and so do class weights and the tables of a random field. */
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
  train A {
    loss cross_entropy(weights = [1, 2, 3]) + 0.5 * dice
    optimizer sgd(0.01, nesterov = true, weight_decay = 1e-3)
  }`,
  "focal loss of one channel and adamw": `network B(classes = 2) {
    input image [3, H, W]
    conv(6, 3x3) elu(0.5) dropout(0.3, spatial = true) stochastic_depth(0.2)
    conv(1, 3x3)
    output labels by sigmoid
  }
  train B {
    loss focal + tversky(alpha = 0.2)
    optimizer adamw
  }`,
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
    targets labels = labels, edges = boundaries
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
    targets labels = labels, edges = boundaries
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
    targets labels = labels, edges = boundaries
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
  "a random field over windows, whose guide is the second input": `network R(classes = 3) {
    input image [3, H, W]
    input colours [2, H, W]
    from image conv(4, 3x3) tanh conv(classes, 1x1)
    crf(colours, window = 3x5, iterations = 3, appearance_position = 2, appearance_colour = 60, smoothness_position = 1.5)
    output labels by softmax
  }
  train R {
    inputs colours = image("*.png")
    optimizer sgd(0.01)
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

it("gradients of the loss and the losses of ten steps, with every kind of term, optimizer and masks of dropout", async ({
  skip,
}) => {
  if (!(await hasTorch())) skip("python3-torch is not installed");
  const networks = Object.values(cases).map(compileNetwork);
  const asked = [{ size: [16, 24], batch: 2 }] as const;
  const found = await comparePyTorch(networks.map((network) => ({ network, asked, training })));
  for (const [i, title] of Object.keys(cases).entries()) {
    const compared = found[i]?.training;
    expect(found[i]?.outputs, title).toBeLessThan(tolerance);
    expect(compared?.losses, title).toHaveLength(10);
    for (const [step, distance] of (compared?.losses ?? []).entries())
      expect(distance, `${title}: step ${step}`).toBeLessThan(tolerance);
    expect(compared?.lossGradients, `${title}: ${compared?.lossGradientAt}`).toBeLessThan(tolerance);
  }
}, 120_000);

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
