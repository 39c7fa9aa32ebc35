/** Parameters, channels and strides of the networks that people missed: UNet++, LinkNet, Attention U-Net and others, as published. */
import { describe, expect, it } from "vitest";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { compileExample } from "../support/compile-source.ts";

type Nodes = ReturnType<typeof compileExample>["graph"]["nodes"];

const nodesOf = (example: string, settings: Readonly<Record<string, string>> = {}): Nodes =>
  compileExample(example, settings).graph.nodes;

function parametersOf(nodes: Nodes): number {
  return nodes
    .flatMap(({ weights }) => weights.filter(({ counted }) => counted))
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

/** Channels of the feature map, and the pixels of an image of 256 for each of its positions along an axis. */
function mapOf({ map }: Nodes[number]): readonly [channels: number, stride: number] {
  return [map.channels, 256 / (sizeAt(map.size[0], 256) ?? Number.NaN)];
}

/** Of a convolution, a bias for each of `to` channels among the `extra` numbers of each. */
const conv = (from: number, to: number, kernel: number, extra: number) => (kernel ** 2 * from + extra) * to;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("UNet++ (Zhou et al. 2018)", () => {
  const nodes = nodesOf("u-net-plus-plus.fcn");

  it("has the 9,041,601 parameters of the authors' network, and those of colour and of more outputs", () => {
    // Theirs is for grey images, and has one output of one channel: here three more inputs of 32 kernels, less one, and four of four.
    const colour = 2 * 9 * 32;
    const outputs = 4 * conv(32, 4, 1, 1) - conv(32, 1, 1, 1);
    expect(parametersOf(nodes)).toBe(9_041_601 + colour + outputs);
  });

  it("has 15 nodes of 32, 64, 128, 256 and 512 channels; row 0 ends in four outputs", () => {
    for (let i = 0; i <= 4; i++)
      for (let j = 0; j <= 4 - i; j++) {
        const last = nodes.findLast(({ name }) => name.includes(`node[${i},${j}].`));
        expect(last && mapOf(last), `${i}, ${j}`).toEqual([32 * 2 ** i, 2 ** i]);
      }
    const { outputs } = compileExample("u-net-plus-plus.fcn").graph;
    expect(outputs.map(({ name }) => name)).toEqual(["labels[1]", "labels[2]", "labels[3]", "labels[4]"]);
  });

  it("joins to what it upsamples all nodes before it in its row", () => {
    const joined = nodes.filter(({ operation }) => operation === "concat");
    // node[i, j]: what is upsampled, and j of its row
    const expected = [1, 2, 3, 4].flatMap((j) =>
      Array.from({ length: 5 - j }, (_, n) => 4 - j - n).map((i) => [(j + 1) * 32 * 2 ** i, 2 ** i]),
    );
    expect(joined.map(mapOf)).toEqual(expected);
  });
});

describe("LinkNet (Chaurasia & Culurciello 2017)", () => {
  const nodes = nodesOf("linknet.fcn", { classes: "21" });

  it("has 11.5 million parameters, as table 2 says: those of ResNet-18, four decoder blocks and the last layers", () => {
    const block = (from: number, to: number) =>
      conv(from, from / 4, 1, 2) + conv(from / 4, from / 4, 3, 2) + conv(from / 4, to, 1, 2);
    const last = conv(64, 32, 3, 3) + conv(32, 32, 3, 3) + conv(32, 21, 2, 1);
    const counted = 11_176_512 + block(512, 256) + block(256, 128) + block(128, 64) + block(64, 64) + last;
    expect(parametersOf(nodes)).toBe(counted);
    expect((counted / 1e6).toFixed(1)).toBe("11.5");
  });

  it("adds to each decoder block the input of the encoder block of its resolution", () => {
    const joins = nodes.filter(({ operation, origin }) => operation === "add" && origin.role === "decoder");
    expect(joins.map(mapOf)).toEqual([
      [256, 16],
      [128, 8],
      [64, 4],
      [64, 4],
    ]);
  });
});

describe("MobileNetV2-U-Net", () => {
  it("has the 6,628,945 parameters of segmentation_models.pytorch with one class", () => {
    expect(parametersOf(nodesOf("mobilenet-u-net.fcn", { classes: "1" }))).toBe(6_628_945);
  });

  it("joins 96, 32, 24 and 16 channels at 1/16, 1/8, 1/4 and 1/2 to 1280, 256, 128 and 64", () => {
    const nodes = nodesOf("mobilenet-u-net.fcn");
    const joins = nodes.filter(({ operation }) => operation === "concat");
    expect(joins.map(mapOf)).toEqual([
      [1280 + 96, 16],
      [256 + 32, 8],
      [128 + 24, 4],
      [64 + 16, 2],
    ]);
  });
});

describe("FC-Siam-diff (Daudt, Le Saux & Boulch 2018)", () => {
  const nodes = nodesOf("siamese-change.fcn");

  it("has the parameters of the authors' siamunet_diff.py, 1.35 million", () => {
    const chain = (from: number, channels: readonly number[]) =>
      sum(channels.map((to, i) => conv(i === 0 ? from : (channels[i - 1] ?? 0), to, 3, 3)));
    const encoder = chain(3, [16, 16, 32, 32, 64, 64, 64, 128, 128, 128]);
    const upsampled = sum([128, 64, 32, 16].map((channels) => conv(channels, channels, 3, 1)));
    const decoder =
      chain(256, [128, 128, 64]) + chain(128, [64, 64, 32]) + chain(64, [32, 16]) + chain(32, [16]);
    const counted = encoder + upsampled + decoder + conv(16, 2, 3, 1);
    expect(parametersOf(nodes)).toBe(counted);
    expect((counted / 1e6).toFixed(2)).toBe("1.35");
  });

  it("has one encoder for both images, and joins the absolute differences at 1/8, 1/4, 1/2 and 1", () => {
    const shared = nodes.filter((node) => "sharesWith" in node && node.sharesWith !== undefined);
    expect(shared.filter(({ operation }) => operation === "conv")).toHaveLength(10);
    const differences = nodes.filter(({ operation }) => operation === "abs");
    expect(differences.map(mapOf)).toEqual([
      [128, 8],
      [64, 4],
      [32, 2],
      [16, 1],
    ]);
  });
});

describe("Panoptic FPN (Kirillov et al. 2019)", () => {
  const nodes = nodesOf("panoptic-fpn.fcn");

  it("has the parameters of ResNet-50, the pyramid, seven convolutions of the semantic branch and three heads", () => {
    // torchvision's resnet50 without its classifier
    const resnet = 23_508_032;
    const pyramid =
      sum([256, 512, 1024, 2048].map((from) => conv(from, 256, 1, 1))) + 4 * conv(256, 256, 3, 1);
    const branch = 4 * conv(256, 128, 3, 3) + 3 * conv(128, 128, 3, 3);
    const heads = conv(128, 4, 1, 1) + conv(128, 1, 1, 1) + conv(128, 2, 1, 1);
    expect(parametersOf(nodes)).toBe(resnet + pyramid + branch + heads);
  });

  it("brings every level to 1/4 by as many upsamplings as lie between (figure 3), and adds the four", () => {
    const added = nodes.filter(({ operation, origin }) => operation === "add" && origin.construct === "fork");
    expect(added.map((node) => [node.inputs.length, ...mapOf(node)])).toEqual([[4, 128, 4]]);
    const units = nodes.filter(({ operation }) => operation === "groupnorm");
    const strides = units.map((unit) => mapOf(unit)[1]);
    expect(strides).toEqual([4, 8, 16, 8, 32, 16, 8]);
  });
});

describe("Attention U-Net (Oktay et al. 2018)", () => {
  const nodes = nodesOf("attention-u-net.fcn");

  it("has the parameters of its U-Net and of three gates", () => {
    const double = (from: number, to: number) => conv(from, to, 3, 2) + conv(to, to, 3, 2);
    const widths = [64, 128, 256, 512];
    const encoder = double(3, 64) + sum([64, 128, 256, 512].map((from) => double(from, 2 * from)));
    const decoder = sum(widths.map((width) => double(3 * width, width)));
    // W_x of 2x2 without a bias, W_g and ψ of 1x1 with one: equation 1
    const gates = sum(
      widths
        .slice(1)
        .map((width) => conv(width, width, 2, 0) + conv(2 * width, width, 1, 1) + conv(width, 1, 1, 1)),
    );
    expect(parametersOf(nodes)).toBe(encoder + decoder + gates + conv(64, 2, 1, 1));
  });

  it("multiplies the skips at 1/8, 1/4 and 1/2 by one coefficient a position, and not the finest (section 2.3)", () => {
    const gated = nodes.filter(({ operation }) => operation === "multiply");
    expect(gated.map(mapOf)).toEqual([
      [512, 8],
      [256, 4],
      [128, 2],
    ]);
    const channels = gated.map(({ inputs }) =>
      inputs.map((id) => nodes[id]?.map.channels).toSorted((a = 0, b = 0) => a - b),
    );
    expect(channels).toEqual([
      [1, 512],
      [1, 256],
      [1, 128],
    ]);
  });
});

describe("the U-Net with deep supervision (nnU-Net, Isensee et al. 2021)", () => {
  it("has the parameters of its layers, normalised by instance, and a convolution for each output", () => {
    const double = (from: number, to: number) => conv(from, to, 3, 3) + conv(to, to, 3, 3);
    const widths = [32, 64, 128, 256];
    const encoder = double(3, 32) + sum(widths.map((from) => double(from, 2 * from)));
    const decoder = sum(widths.map((width) => conv(2 * width, width, 2, 0) + double(2 * width, width)));
    const outputs = sum(widths.map((width) => conv(width, 4, 1, 1)));
    expect(parametersOf(nodesOf("deep-supervision.fcn"))).toBe(encoder + decoder + outputs);
  });

  it("has its outputs at 1/8, 1/4, 1/2 and 1, each upsampled to the image", () => {
    const { graph } = compileExample("deep-supervision.fcn");
    expect(graph.outputs.map(({ name }) => name)).toEqual(["side[3]", "side[2]", "side[1]", "labels"]);
    const ends = graph.outputs.flatMap(({ node }) => graph.nodes[node] ?? []);
    expect(ends.map(mapOf)).toEqual(new Array(4).fill([4, 1]));
  });
});
