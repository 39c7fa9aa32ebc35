/** Emitted packages for PyTorch: readable, formatted, typed, and in float64 the numbers of the tensor programs. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { pytorch } from "../../compiler/targets/pytorch/pytorch.ts";
import { decodeSafetensors } from "../../runtime/weights/safetensors.ts";
import { missingCheckers, packageFaults } from "../../tools/verify/targets/check-python.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { comparePyTorch, emittedPackage } from "../../tools/verify/targets/compare-pytorch.ts";
import { exampleSubjects, networkOf } from "../../tools/verify/targets/examples.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import { hasTorch, python } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileText } from "../support/compile-source.ts";

const run = promisify(execFile);
const torch = await hasTorch();
const noTorch = "python3-torch is not installed";

function compiled(text: string): CompiledNetwork {
  const [network] = compileText(text).networks;
  if (network === undefined) throw new Error("the test's network does not compile");
  return network;
}

async function example(name: string): Promise<CompiledNetwork> {
  const subject = exampleSubjects.find((one) => one.example === name);
  if (subject === undefined) throw new Error(`there is no example ${name}`);
  return networkOf(subject);
}

const texts = (files: ReadonlyMap<string, Uint8Array>) =>
  new Map([...files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

/** Inputs in proportion 2:1, and one of one size; objects by their centres, and a class of the whole image. */
const fusion = `network Fusion {
  input image [3, 2*H, 2*W]
  input depth [1, H, W]
  input whole [3, 8, 6]
  from whole
  avgpool(global) as scene
  from image
  conv(6, 3x3, stride = 2) relu
  skip depth by concat as joined
  from scene
  upsample(to = joined, nearest)
  skip joined by concat as seen
  conv(2, 1x1)
  output labels by softmax
  from seen conv(2, 1x1)
  output centre by sigmoid
  from seen conv(2, 1x1)
  output offset
  from scene conv(3, 1x1)
  output room by softmax
}
train Fusion {
  data folder(".", images = "images/*.png", labels = "labels/*.png")
  inputs depth = image("depth/*.png"), whole = image(resize)
  targets labels = labels, centre = centres("points/*.csv", classes = "cell, debris"), offset = offsets("numbers/*.png"),
    room = image_class("kitchen, hall, street", files = "rooms.csv")
  loss labels = border_cross_entropy(sigma = 3), centre = gaussian_focal, offset = l1, room = cross_entropy
  augment crop(16)
}`;

const noCommonImage = `network Apart {
  input image [3, H, W]
  input other [1, K, L]
  from other
  avgpool(global)
  conv(4, 1x1)
  upsample(to = image, nearest)
  skip image by concat
  conv(2, 1x1)
  output labels by softmax
}`;

it("a network whose inputs show no common image is a package without what reads files", async () => {
  const files = texts(await emittedPackage(compiled(noCommonImage)));
  expect(
    [...files.keys()].filter((name) => /(data|fit|metrics|predict|tiles|train)\.py$/.test(name)),
  ).toEqual([]);
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(["apart/model.py", "apart/losses.py", "README.md"]),
  );
  expect(files.get("README.md")).toContain("The sizes of image and other have no fixed ratio");
});

it("a section that shares weights is a second call of one module, with dropout inside too", async () => {
  const model =
    texts(await emittedPackage(await example("siamese-change.fcn"))).get("siamesechange/model.py") ?? "";
  expect(model.match(/self\.a = Features\(\)/g)).toHaveLength(1);
  expect(model).toContain("= self.a(before)");
  expect(model).toContain("= self.a(after)");
  expect(model.match(/nn\.Dropout2d/g)).toHaveLength(1);
});

it("a feature map that is read again is not overwritten, and windows that overlap are no pixel shuffle", async () => {
  const network = compiled(`network Again {
  input image [3, H, W]
  relu
  conv(4, 3x3) as before
  relu
  conv(4, 3x3) relu
  skip before by add
  relu
  transposed_conv(4, 4, stride = 2)
  output labels
}`);
  const model = texts(await emittedPackage(network)).get("again/model.py") ?? "";
  expect(model.match(/F\.relu\(.*\)/g)).toEqual([
    "F.relu(image)",
    "F.relu(before)",
    "F.relu(x, inplace=True)",
    "F.relu(x, inplace=True)",
  ]);
  expect(model).toContain("nn.ConvTranspose2d(");
  expect(model).not.toContain("SubPixel");
});

it.each([
  ["optimizer adam(1e-3)", "Adam"],
  ["optimizer adamw(1e-3, weight_decay = 0)", "Adam"],
  ["optimizer adam(1e-3, weight_decay = 0.01)", "AdamW"],
  ['optimizer adam(1e-3)\n  groups weights("conv1", weight_decay = 0.01)', "AdamW"],
])("%s is %s of PyTorch, which calls decoupled decay AdamW", async (entry, name) => {
  const network = compiled(`network N(classes = 2) {
  input image [3, H, W]
  conv(classes, 3x3)
  output labels by softmax
}
train N {
  ${entry}
}`);
  const file = texts(await emittedPackage(network)).get("n/optimizer.py") ?? "";
  expect(file).toContain(`return torch.optim.${name}(\n`);
});

describe("the package of U-Net", () => {
  let files: ReadonlyMap<string, Uint8Array>;
  let model: string;
  beforeAll(async () => {
    files = await emittedPackage(await example("u-net.fcn"));
    model = texts(files).get("unet/model.py") ?? "";
  });

  it("has the program's block as a class, its loops as lists of modules, and the names that `as` gave", () => {
    expect(model).toContain(`class Double(nn.Module):
    """Block \`double\` of the program."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
`);
    expect(model).toContain(`
        self.encoder_level = nn.ModuleList(
            [Double(1, 8), Double(8, 16), Double(16, 32), Double(32, 64)]
        )
`);
    expect(model).toContain(`
        # Encoder
        level: List[Tensor] = []
        x = image
        for i in range(4):
            x = self.encoder_level[i](x)
            level.append(x)
            x = F.max_pool2d(x, 2)
        x = self.encoder_double5(x)
`);
    expect(model).toContain("x = torch.cat([x, level[3 - i]], dim=1)");
  });

  it("rectifies convolutions in place, and computes transposed ones whose windows do not overlap by pixel shuffle", () => {
    expect(model).toContain("x = self.conv1(x)\n        x = F.relu(x, inplace=True)\n");
    expect(model).toContain("SubPixelConvTranspose2d(");
    expect(texts(files).get("unet/layers.py")).toContain("F.pixel_shuffle(");
  });

  it("states the shapes and the accepted sizes", () => {
    expect(model).toContain("image [1, H, W] → labels [2, H, W]\n");
    expect(model).toContain("image accepts H mod 16 = 0 and W mod 16 = 0.\n");
    expect(model).toContain("labels_logits: [2, H, W], before softmax\n");
  });

  it("holds the weights under the program's names", async () => {
    const bytes = files.get("unet/weights.safetensors") ?? new Uint8Array();
    const { weights, metadata } = decodeSafetensors(bytes, "weights");
    const { graph } = await example("u-net.fcn");
    expect(weights).toEqual(livelyWeights(graph, 1));
    expect(metadata.get("format")).toBe("fcn-weights-1");
  });

  it("refuses a size that is not accepted with the nearest that are", async ({ skip }) => {
    if (!torch) skip(noTorch);
    await inFolder(files, async (folder) => {
      const script = `
import torch, unet
network = unet.UNet()
for size in [(1, 1, 100, 64), (1, 1, 64, 8)]:
    try:
        network(torch.zeros(size))
    except ValueError as error:
        print(error)
`;
      const { stdout } = await run(python, ["-c", script], { cwd: folder });
      expect(stdout).toBe(`image does not accept the height 100; the nearest accepted: 96 and 112
image does not accept the width 8; the nearest accepted: 16
`);
    });
  }, 60_000);
});

it("a fully connected crf is refused at its line", async () => {
  const emission = await pytorch.emit(livelySubject(await example("crf-rnn.fcn")));
  expect(emission.kind === "refused" && emission.diagnostics.map(({ code }) => code)).toEqual([
    "targets/crf-without-window",
  ]);
});

const manyHelpers = `network Odd(classes = 3) {
  input image [3, H, W]
  conv(4, 2x4) batchnorm(scale = false)
  conv(4, 3x3) as first conv(4, 3x3, stride = 2, weights = first)
  maxpool(2, stride = 1, dilate = 4, padding = 3) avgpool(3, stride = 1, dilate = 2, padding = 2)
  upsample(3x2, nearest) unpool(bed_of_nails, 2x3) conv(24, 1x1) pixel_shuffle(3x2) pixel_unshuffle(2x1)
  batchnorm(frozen = true)
  upsample(to = image, nearest)
  conv(classes, 1x1)
  output labels by softmax
}`;

it("packages are formatted as black does, and valid for Python", async ({ skip }) => {
  const missing = await missingCheckers();
  if (missing.length > 0) skip(`not installed: ${missing.join(", ")}`);
  // Examples are checked by `npm run verify:targets -- --target pytorch`, and their types, for which mypy reads all of PyTorch.
  const files = new Map(await emittedPackage(compiled(manyHelpers)));
  for (const [path, bytes] of await emittedPackage(compiled(fusion))) files.set(path, bytes);
  expect(await packageFaults(files, new Set())).toEqual([]);
}, 240_000);

async function inFolder(
  files: ReadonlyMap<string, Uint8Array>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-test-"));
  try {
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("outputs, gradients and running statistics in float64 are those of the tensor program", () => {
  const wrap = (text: string) => `network Page {\ninput image [3, H, W]\n${text}\noutput result\n}\n`;
  /** Sums of thousands of float64 values in another order; batch normalisation divides by what is left of them. */
  const tolerance = 1e-9;
  /** PyTorch's gradient of the hard sigmoid has 1/6 in float32. */
  const loose: Readonly<Record<string, number>> = { activations: 1e-7 };
  const cases: Readonly<Record<string, string>> = {
    "margins that differ, groups, dilation":
      "conv(4, 3x5, stride = 2x1, padding = 1) conv(4, 2x4) conv(8, 3x3, dilate = 2, groups = 2) conv(8, 3x3, groups = 8, bias = false)",
    "transposed convolution":
      "transposed_conv(6, 4, stride = 2) transposed_conv(6, 3, stride = 2, padding = valid, groups = 3) transposed_conv(4, 5x3, stride = 2x1)",
    "the whole feature map": "conv(4, 3x3) maxpool(bins = 3x2) dense(5)",
    "max pooling":
      "conv(4, 3x3) maxpool(3, stride = 2, padding = 1, ceil = true) maxpool(2, stride = 3, padding = 1, ceil = true) maxpool(2, stride = 1, dilate = 4, padding = 3)",
    "average pooling":
      "conv(4, 3x3) avgpool(3, stride = 2, padding = 1) avgpool(3, stride = 1, dilate = 2, padding = 2) avgpool(2, stride = 3, padding = 1, ceil = true)",
    "bins that overlap":
      "conv(3, 1x1) as near maxpool(bins = 3x4) as most from near avgpool(bins = 3x4) skip most by concat",
    unpooling:
      "conv(3, 3x3) maxpool(3, stride = 1, padding = 1) as a conv(3, 1x1) maxpool(2, stride = 2, dilate = 4, padding = 3) as b conv(3, 1x1) unpool(b) unpool(a)",
    resampling:
      "conv(3, 3x3) upsample(3x2, nearest) upsample(2x3, bilinear) upsample(2, bilinear, align_corners = true) maxpool(3) unpool(bed_of_nails, 2x3)",
    "padding and smaller feature maps":
      "conv(3, 3x3) pad(2x1, constant, value = -0.5) transposed_conv(4, 3, stride = 2, padding = 1, output_padding = 1) maxpool(3, stride = 2, top = 1, left = 2) avgpool(3, stride = 1, bottom = 1, right = 2, count_padding = true) upsample(3, nearest) conv(3, 3x3) downsample(2x3, bilinear) downsample(2, nearest)",
    "resampling to another": `conv(3, 1x1) as fine conv(3, 3x3, stride = 3) as coarse upsample(bilinear, to = fine) as a
      from coarse upsample(nearest, to = fine) skip a by add as b from coarse upsample(bilinear, to = fine, align_corners = true) skip b by add`,
    "pixel shuffles":
      "conv(24, 1x1) pixel_shuffle(2) pixel_shuffle(3x2) upsample(4, nearest) conv(3, 3x3) pixel_unshuffle(2) pixel_unshuffle(2x1)",
    normalisation: `conv(6, 1x1) batchnorm batchnorm(scale = false, momentum = 0.8) batchnorm(shift = false, epsilon = 0.01) instancenorm
      instancenorm(scale = false, shift = false) groupnorm(3) groupnorm(2, scale = false) groupnorm(2, shift = false)
      layernorm layernorm(scale = false, epsilon = 0.01) layernorm(scale = false, shift = false) layer_scale(0.5) lrn(5, 0.5, 0.75, 2)`,
    activations: `conv(4, 1x1) leaky_relu(0.2) conv(4, 1x1) elu(0.7) conv(4, 1x1) prelu prelu(0.3, shared) conv(4, 1x1) relu6 conv(4, 1x1) tanh
      conv(4, 1x1) sigmoid conv(4, 1x1) relu conv(4, 1x1) swish conv(4, 1x1) gelu conv(4, 1x1) hard_swish conv(4, 1x1) hard_sigmoid
      conv(4, 1x1) softplus conv(4, 1x1) softmax`,
    joins: `conv(3, 3x3) dropout(0.3) as a from image conv(3, 1x1) dropout(0.3, spatial = true) stochastic_depth(0.2) as b skip a by add skip b by multiply
      skip image by concat crop(top = 1, left = 2) pad(2x1) pad(1, reflect) pad(top = 3, right = 2, edge)`,
    "crops to another": `conv(3, 5x5, padding = valid) as small from image conv(3, 1x1) crop to small, centred as a
      from image conv(3, 1x1) maxpool(4) upsample(4, nearest) as blocks from image conv(3, 3x3) crop to blocks, centred`,
    "weights used twice":
      "conv(3, 3x3) as first conv(3, 3x3, weights = first) prelu as slopes prelu(weights = slopes)",
    "weights of another kind of layer":
      "conv(3, 3x3) as first conv(3, 3x3, stride = 2, weights = first) conv(3, 3x3, dilate = 2, weights = first)",
    attention: `conv(6, 3x3) channel_shuffle(3) as x maxpool(2) as coarse conv(4, 1x1) as key from coarse conv(6, 1x1) as value
      from x conv(4, 1x1) attend(key, value, heads = 2) layer_scale(0.5, shared) skip x by add as seen
      conv(3, 1x1) softmax(over = space) as regions from seen gather(regions) conv(4, 1x1) as gathered
      from seen gather(regions, mean) as found from seen attend(found, found) conv(3, 1x1) softmax distribute(gathered) as context
      from seen fork by concat { path { maxpool(over = channels) } path { avgpool(over = channels) } } conv(1, 3x3) skip context by multiply
      as gated from image conv(4, 3x3, stride = 3) as small from gated downsample(area, to = small)`,
    "rectifiers in place, windows that do not overlap": `conv(4, 3x3) as a relu conv(4, 3x3) batchnorm relu skip a by add relu
      upsample(2, learned, channels = 3) relu transposed_conv(4, 3, stride = 3, bias = false) relu6`,
    "frozen layers": "conv(4, 3x3, frozen = true) batchnorm(frozen = true) relu conv(3, 3x3)",
  };

  it("of every operation", async ({ skip }) => {
    if (!torch) skip(noTorch);
    const networks = Object.values(cases).map((text) => compiled(wrap(text)));
    const asked = [
      { size: [17, 23], batch: 1 },
      { size: [24, 29], batch: 2 },
    ] as const;
    const found = await comparePyTorch(networks.map((network) => ({ network, asked })));
    for (const [i, title] of Object.keys(cases).entries()) {
      expect(found[i]?.outputs, `${title}: outputs`).toBeLessThan(tolerance);
      expect(found[i]?.gradients, `${title}: ${found[i]?.gradientAt}`).toBeLessThan(
        loose[title] ?? tolerance,
      );
      expect(found[i]?.statistics, `${title}: statistics`).toBeLessThan(tolerance);
    }
  }, 120_000);
});
