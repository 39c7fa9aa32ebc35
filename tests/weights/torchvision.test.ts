/** Files under torchvision's names, loaded into the encoders and heads of a network. */
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { torchvisionParts } from "../../compiler/prelude/torchvision/weight-names.ts";
import type { WeightArray } from "../../runtime/arrays.ts";
import { loadTorchvision } from "../../runtime/weights/torchvision/load.ts";
import { elementCount, weightsOf } from "../../runtime/weights/weight-name.ts";
import { compileNetwork } from "../support/compile-network.ts";

const network = (body: string, { channels = 3, before = "" } = {}) =>
  compileNetwork(`import { mobilenet_v3_large, mobilenet_v3_small, resnet18, resnet34, resnet50, vgg16 } from "std/encoders"
import { deeplab_head, fcn_head, lraspp_head } from "std/heads"
block features() { resnet18(width = 4) as inner }
network N(classes = 2) {
  input image [${channels}, H, W]
  ${before}
  ${body}
  output result
}`).graph;

/** What torchvision would have of the parts of a graph: its names, and values that follow from them. */
function fileOf(
  graph: Graph,
  named: (name: string) => string = (name) => name,
  shapes: Readonly<Record<string, readonly number[]>> = {},
): { readonly file: string; readonly weights: Map<string, WeightArray> } {
  const own = new Map(weightsOf(graph).map(({ name, specification }) => [name, specification.shape]));
  const weights = new Map<string, WeightArray>();
  for (const { names } of torchvisionParts(graph))
    for (const [ours, theirs] of names) {
      const shape = shapes[theirs] ?? own.get(ours) ?? [];
      weights.set(named(theirs), tensor(shape, theirs.length));
    }
  return { file: "w.safetensors", weights };
}

function tensor(shape: readonly number[], first = 1): WeightArray {
  return { shape, data: Float32Array.from({ length: elementCount(shape) }, (_, i) => first + i) };
}

function refusal(graph: Graph, file: ReturnType<typeof fileOf>): string {
  try {
    loadTorchvision(graph, file);
  } catch (error) {
    const { message, help } = error as { readonly message: string; readonly help?: string }; // what was thrown is checked by its text
    return `${message}\n${help}`;
  }
  throw new Error("nothing was refused");
}

describe("weights of torchvision", () => {
  it("go into the encoder by their names; the message names what is normalised, initialised and not used", () => {
    const graph = network("resnet18(width = 4) as features conv(classes, 1x1)");
    const file = fileOf(graph);
    file.weights.set("fc.weight", tensor([10, 32])).set("fc.bias", tensor([10]));
    const { weights, normalisations, message } = loadTorchvision(graph, file);
    expect(weights.get("features.resnet_stem1.batchnorm1.scale")?.data[0]).toBe("bn1.weight".length);
    expect(weights.size).toBe(file.weights.size - 2);
    expect(normalisations.get("image")).toEqual({
      mean: [0.485, 0.456, 0.406],
      deviation: [0.229, 0.224, 0.225],
    });
    expect(message.split("\n")).toEqual([
      "100 weights of torchvision loaded from w.safetensors: resnet18 into features",
      "  image: RGB from 0 to 1, normalised as ImageNet: mean 0.485, 0.456, 0.406, standard deviation 0.229, 0.224, 0.225",
      "  2 weights of 1 layer of the program are initialised",
      "  2 weights of the file are not used: fc (2)",
    ]);
  });

  it("are summed over the input channels for one, and repeated and scaled for more", () => {
    for (const channels of [1, 4]) {
      const graph = network("resnet18(width = 4) as features", { channels });
      const file = fileOf(graph, undefined, { "conv1.weight": [4, 3, 7, 7] });
      const { weights, normalisations, message } = loadTorchvision(graph, file);
      const given = file.weights.get("conv1.weight")?.data ?? [];
      const { data, shape } = weights.get("features.resnet_stem1.conv1.weight") ?? tensor([]);
      expect(shape).toEqual([4, channels, 7, 7]);
      const at = (c: number) => given[3 * 49 + c * 49 + 5] ?? Number.NaN; // of the second output
      if (channels === 1) expect(data[49 + 5]).toBe(at(0) + at(1) + at(2));
      else
        expect([0, 1, 2, 3].map((c) => data[4 * 49 + c * 49 + 5])).toEqual(
          [0, 1, 2, 0].map((c) => Math.fround((at(c) * 3) / 4)),
        );
      expect(normalisations.size).toBe(0);
      const changed = channels === 1 ? "summed to 1" : "repeated to 4 and scaled by 3/4";
      expect(message).toContain(
        `  features.resnet_stem1.conv1: torchvision's 3 input channels are ${changed}\n`.trimEnd(),
      );
      expect(message).toContain(
        `image: ${channels} channel${channels === 1 ? "" : "s"} instead of RGB, normalised by the training images`,
      );
    }
  });

  it.each([
    ["resnet50(width = 4, stride_in = first) as features", ["stages have their stride in the first 1x1"]],
    [
      "encoder features = resnet50(width = 4, stride_in = first) dilated to 1/8",
      ["stages have their stride in the first 1x1"],
    ],
    ["resnet50(width = 4, ceil = true) as features", ["pools round sizes up"]],
    [
      "vgg16(width = 4, border = 100) as features",
      ["pools round sizes up", "the first convolution pads by 100 pixels, torchvision's by 1"],
    ],
    ["resnet50(width = 4) as features", []],
    ["encoder features = resnet50(width = 4) dilated to 1/8", []],
    ["resnet18(width = 4) as features", []],
  ])("come with a line where %s is not torchvision's network, whose shapes it has", (body, expected) => {
    const graph = network(body);
    const lines = loadTorchvision(graph, fileOf(graph)).message.split("\n");
    const found = lines.filter((line) => / stages | pools | pads /.test(line));
    expect(found).toHaveLength(expected.length);
    for (const [i, text] of expected.entries()) expect(found[i]).toContain(`  features: ${text}`);
  });

  it("go into every call of the encoder, inside blocks and loops, and once where calls share their weights", () => {
    const graph = network("features() as one for i in 0 ..< 2 { conv(3, 1x1) features() as more[i] }");
    const { weights, message } = loadTorchvision(graph, fileOf(graph));
    for (const prefix of ["one", "more[0]", "more[1]"])
      expect(weights.get(`${prefix}.inner.resnet_stem1.conv1.weight`)).toBeDefined();
    expect(message).toContain("more[1].inner: reads conv2, a feature map");
    const shared = network("features() as one from image features(weights = one)");
    expect(loadTorchvision(shared, fileOf(shared)).weights.size).toBe(100);
  });

  it("leave an encoder that the file does not hold as it is, and name it", () => {
    const graph = network("resnet18(width = 4) as first conv(3, 1x1) mobilenet_v3_small() as second");
    const alone = network("resnet18(width = 4) as first");
    const { weights, message } = loadTorchvision(graph, fileOf(alone));
    expect([...weights.keys()].every((name) => name.startsWith("first."))).toBe(true);
    expect(message).toContain("\n  second: the file has no mobilenet_v3_small; it is initialised\n");
  });

  it("normalise an image that is padded or cropped before, and no feature map", () => {
    const padded = network("resnet18(width = 4) as features", { before: "pad(3)" });
    expect([...loadTorchvision(padded, fileOf(padded)).normalisations.keys()]).toEqual(["image"]);
    const changed = network("resnet18(width = 4) as features", { before: "conv(3, 1x1)" });
    const { normalisations, message } = loadTorchvision(changed, fileOf(changed));
    expect(normalisations.size).toBe(0);
    expect(message).toContain("features: reads conv1, a feature map");
  });

  it("are found below the name of DistributedDataParallel, without counts of batches", () => {
    const graph = network("resnet18(width = 4) as features");
    const file = fileOf(graph, (name) => `module.${name}`);
    file.weights.set("module.bn1.num_batches_tracked", tensor([]));
    const { weights, message } = loadTorchvision(graph, file);
    expect(weights.size).toBe(100);
    expect(message).not.toContain("not used");
  });

  it("make VGG's fully connected layers convolutions", () => {
    const graph = network("vgg16(head = convolutional, width = 1) as vgg");
    const file = fileOf(graph, undefined, {
      "classifier.0.weight": [64, 8 * 49],
      "classifier.3.weight": [64, 64],
    });
    const { weights } = loadTorchvision(graph, file);
    expect(weights.get("vgg.fc6.weight")).toEqual({
      shape: [64, 8, 7, 7],
      data: file.weights.get("classifier.0.weight")?.data,
    });
  });
});

describe("weights of torchvision's segmentation networks", () => {
  const below = (name: string) => (/^(aux_)?classifier\./.test(name) ? name : `backbone.${name}`);
  const withHead = "resnet18(width = 4) as features fcn_head(classes) as head";

  it("go into the head too, but for a last layer of other classes", () => {
    const graph = network(withHead);
    const file = fileOf(graph, below, { "classifier.4.weight": [21, 8, 1, 1], "classifier.4.bias": [21] });
    const { weights, message } = loadTorchvision(graph, file);
    expect(weights.has("head.conv_bn1.conv1.weight")).toBe(true);
    expect(weights.has("head.conv1.weight")).toBe(false);
    expect(message).toContain("resnet18 into features, FCNHead into head\n");
    expect(message).toContain("\n  head.conv1: 2 classes, torchvision's 21; it is initialised\n");
    expect(message).not.toContain("not used");
    const same = loadTorchvision(graph, fileOf(graph, below));
    expect(same.weights.has("head.conv1.weight")).toBe(true);
  });

  it("tell the auxiliary head from the other by its shapes", () => {
    const graph = network(`resnet18(width = 4) as features fcn_head(classes) as head
      from features.stage[2] fcn_head(classes) as earlier output second`);
    const own = new Map(weightsOf(graph).map(({ name, specification }) => [name, specification.shape]));
    const { weights } = fileOf(network(withHead), below);
    for (const [ours, theirs] of torchvisionParts(graph)[2]?.names ?? [])
      weights.set(`aux_${theirs}`, tensor(own.get(ours) ?? [], 7));
    const loaded = loadTorchvision(graph, { file: "w.safetensors", weights });
    expect(loaded.weights.get("earlier.conv1.weight")?.data[0]).toBe(7);
    expect(loaded.weights.size).toBe(own.size);
    for (const name of [...weights.keys()]) if (name.startsWith("aux_")) weights.delete(name);
    expect(loadTorchvision(graph, { file: "w.safetensors", weights }).message).toContain(
      "earlier: the file has no FCNHead; it is initialised",
    );
  });

  it("refuse a head of other channels by name and shape", () => {
    const graph = network(
      "resnet18(width = 4) as features deeplab_head(features, classes, channels = 8) as head",
    );
    const text = refusal(graph, fileOf(graph, below, { "classifier.1.weight": [16, 8, 3, 3] }));
    expect(text).toContain("w.safetensors does not fit the head head, torchvision's DeepLabHead:");
    expect(text).toContain(
      '"classifier.1.weight" has shape [16, 8, 3, 3] in the file, head.conv_bn1.conv1.weight [8, 8, 3, 3] in the network',
    );
  });

  it("have an encoder of one sequence without its name", () => {
    const graph = network(`mobilenet_v3_large(width = 2, dilate = 2) as features
      lraspp_head(features.stage[3], classes, channels = 4) as head`);
    const file = fileOf(graph, (name) => below(name).replace("backbone.features.", "backbone."));
    expect(loadTorchvision(graph, file).weights.size).toBe(weightsOf(graph).length);
  });
});

describe("a file of torchvision's weights is refused", () => {
  const graph = network("resnet18(width = 4) as features");

  it("where it is of another network, which is named", () => {
    const other = fileOf(network("resnet34(width = 4) as features"));
    const text = refusal(graph, other);
    expect(text).toContain("w.safetensors does not fit the encoder features, torchvision's resnet18:");
    expect(text).toContain('"layer1.2.conv1.weight" [4, 4, 3, 3] is not in torchvision\'s resnet18');
    expect(text).toContain("and 72 more");
    expect(text).toContain("the file holds torchvision's resnet34: call it from std/encoders");
    const none = refusal(graph, fileOf(network("mobilenet_v3_small() as features")));
    expect(none).toContain("has no weight of torchvision's resnet18: it holds mobilenet_v3_small");
  });

  it("where a weight has another shape, or is missing", () => {
    const file = fileOf(graph, undefined, { "layer1.0.conv1.weight": [4, 4, 1, 1] });
    file.weights.delete("layer4.1.bn2.running_var");
    const text = refusal(graph, file);
    expect(text).toContain(
      '"layer1.0.conv1.weight" has shape [4, 4, 1, 1] in the file, features.stage[0].basic_residual1.conv1.weight [4, 4, 3, 3] in the network',
    );
    expect(text).toContain(
      '"layer4.1.bn2.running_var" is missing from the file: features.stage[3].basic_residual2.batchnorm2.running_variance [32]',
    );
  });

  it("where it has no name of torchvision, or the network no encoder", () => {
    const strange = { file: "w.safetensors", weights: new Map([["stem.weight", tensor([2])]]) };
    expect(refusal(graph, strange)).toContain(
      'has no weight of torchvision\'s resnet18: its first is "stem.weight"',
    );
    expect(refusal(network("conv(2, 3x3)"), strange)).toContain("N has no encoder of torchvision");
  });
});
