/**
 * The encoders of std/encoders that torchvision has too: their parameters, and what torchvision calls their weights. The values
 * and the sizes of all layers are compared with torchvision itself by `npm run verify:encoders`.
 */
import { describe, expect, it } from "vitest";
import { torchvisionEncoders } from "../../compiler/prelude/torchvision/encoders.ts";
import { torchvisionParts } from "../../compiler/prelude/torchvision/weight-names.ts";
import {
  encoderNetwork,
  exampleNetwork,
  parameterCount,
  torchvisionExamples,
} from "../../tools/verify/encoders/compare-encoder.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** torchvision 0.14: all parameters but those of `classifier` and `fc`. */
const parameters: Readonly<Record<string, number>> = {
  vgg11_bn: 9_225_984,
  vgg13_bn: 9_410_880,
  vgg16: 14_714_688,
  vgg16_bn: 14_723_136,
  vgg19_bn: 20_035_392,
  resnet18: 11_176_512,
  resnet34: 21_284_672,
  resnet50: 23_508_032,
  resnet101: 42_500_160,
  resnet152: 58_143_808,
  resnext50_32x4d: 22_979_904,
  resnext101_32x8d: 86_742_336,
  mobilenet_v2: 2_223_872,
  mobilenet_v3_large: 2_971_952,
  mobilenet_v3_small: 927_008,
  efficientnet_b0: 4_007_548,
  efficientnet_b1: 6_513_184,
  efficientnet_b2: 7_700_994,
  efficientnet_b3: 10_696_232,
  efficientnet_b4: 17_548_616,
  densenet121: 6_953_856,
  convnext_tiny: 27_818_592,
};

describe("encoders", () => {
  it("are in the table of torchvision's names", () => {
    expect([...torchvisionEncoders.keys()].toSorted()).toEqual(Object.keys(parameters).toSorted());
  });

  it.each(Object.entries(parameters))(
    "%s has torchvision's %i parameters, each with a name there",
    (name, count) => {
      const { graph } = encoderNetwork(name);
      expect(parameterCount(graph)).toBe(count);
      const [encoder, ...others] = torchvisionParts(graph);
      expect(others).toEqual([]);
      expect(encoder).toMatchObject({ model: name, prefix: "encoder" });
      const own = graph.nodes.flatMap(({ name: layer, weights }) =>
        weights.map((weight) => `${layer}.${weight.name}`),
      );
      expect([...(encoder?.names.keys() ?? [])]).toEqual(own);
      expect(new Set(encoder?.names.values()).size).toBe(own.length);
    },
  );
});

describe("examples that torchvision has too", () => {
  /** As its weights say ("num_params"); DeepLab v3 without its auxiliary head. */
  const counts: Readonly<Record<string, number>> = {
    "FCN-ResNet50": 32_957_013,
    "FCN-ResNet50, auxiliary": 35_322_218,
    "DeepLab v3": 39_638_869,
    "LR-ASPP": 3_221_538,
  };

  it.each(torchvisionExamples.map((example) => [example.name, example] as const))(
    "%s has its parameters, each with a name there",
    async (name, example) => {
      const { graph } = await exampleNetwork(example);
      expect(parameterCount(graph)).toBe(counts[name]);
      const named = torchvisionParts(graph).flatMap(({ names }) => [...names.keys()]);
      const own = graph.nodes.flatMap(({ name: layer, weights }) =>
        weights.map((weight) => `${layer}.${weight.name}`),
      );
      expect(named).toEqual(own);
    },
  );
});

describe("torchvision's names", () => {
  const program = (body: string) =>
    `import { resnet18, resnet50, vgg16, vgg16_bn } from "std/encoders"\nimport { deeplab_head, fcn_head } from "std/heads"\nblock features() { resnet18(width = 8) as inner }\nnetwork N {\n  input image [3, H, W]\n  ${body}\n  output result\n}\n`;
  const named = (body: string) => torchvisionParts(compileNetwork(program(body)).graph);

  it("translate layers and the weights of normalisations", () => {
    const [encoder] = named("resnet50(width = 8) as backbone");
    const some = [
      ["backbone.resnet_stem1.conv1.weight", "conv1.weight"],
      ["backbone.resnet_stem1.batchnorm1.running_variance", "bn1.running_var"],
      ["backbone.stage[1].bottleneck1.shortcut.conv1.weight", "layer2.0.downsample.0.weight"],
      ["backbone.stage[3].bottleneck3.batchnorm3.shift", "layer4.2.bn3.bias"],
    ] as const;
    for (const [ours, theirs] of some) expect(encoder?.names.get(ours), ours).toBe(theirs);
  });

  it("are those of each call, whatever is around it", () => {
    const body = "resnet18(width = 8) as first conv(3, 1x1) vgg16_bn(width = 8) as second conv(4, 1x1)";
    expect(named(body).map(({ model, prefix }) => [model, prefix])).toEqual([
      ["resnet18", "first"],
      ["vgg16_bn", "second"],
    ]);
  });

  it("are found inside a block of the program and in a loop, once for weights that calls share", () => {
    const body =
      "features() as one for i in 0 ..< 2 { features() as more[i] } from image features(weights = one)";
    expect(named(body).map(({ prefix }) => prefix)).toEqual(["one.inner", "more[0].inner", "more[1].inner"]);
  });

  it("are those of the classifier of VGG-16 where its head is convolutional, and of heads with their classes", () => {
    const [vgg] = named("vgg16(head = convolutional, width = 4) as vgg");
    expect(vgg?.names.get("vgg.fc6.weight")).toBe("classifier.0.weight");
    expect(vgg?.names.get("vgg.fc7.bias")).toBe("classifier.3.bias");
    const [, deeplab] = named(
      "resnet18(width = 8) as features deeplab_head(features, 5, channels = 8) as head",
    );
    expect(deeplab).toMatchObject({ kind: "head", model: "DeepLabHead", prefix: "head" });
    const [level] =
      [...(deeplab?.names ?? [])].find(([, theirs]) => theirs === "classifier.0.convs.4.1.weight") ?? [];
    expect(level).toContain("image_level");
    expect([...(deeplab?.classifiers ?? [])]).toEqual(["head.conv1.weight", "head.conv1.bias"]);
  });
});
