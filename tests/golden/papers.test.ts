/** Figures that papers print, for networks whose layers specs/golden does not list. */
import { describe, expect, it } from "vitest";
import { isAccepted } from "../../compiler/network/nearest-accepted.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileExample } from "../support/compile-source.ts";

type Nodes = ReturnType<typeof compileExample>["graph"]["nodes"];

function parametersOf(nodes: Nodes): number {
  return nodes
    .flatMap(({ weights }) => weights.filter(({ counted }) => counted))
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

describe("FC-DenseNet (Jégou et al. 2017)", () => {
  const network = (settings: Record<string, string>) => compileExample("fc-densenet.fcn", settings).graph;
  const deep = { growth: "16", layers: "[4, 5, 7, 10, 12]", bottom: "15" };

  /** Convolutions, transposed ones too: what the paper's names count. */
  const layersOf = (settings: Record<string, string>) =>
    network(settings).nodes.filter(
      ({ operation }) => operation === "conv" || operation === "transposed_conv",
    );

  it("has 56 and 103 layers, as named", () => {
    expect(layersOf({})).toHaveLength(56);
    expect(layersOf(deep)).toHaveLength(103);
  });

  it("has the maps of table 2: 48, 112, 192, 304, 464, 656 down, and 1088, 816, 578, 384, 256 up", () => {
    const { nodes } = network(deep);
    const at = (name: string) => nodes.find((node) => node.name === name)?.map.channels;
    const levels = [0, 1, 2, 3, 4].map((i) =>
      nodes.filter(({ name }) => name.startsWith(`encoder.level[${i}].`)),
    );
    expect([at("encoder.conv1"), ...levels.map((level) => level.at(-1)?.map.channels)]).toEqual([
      48, 112, 192, 304, 464, 656,
    ]);
    // What a block up there begins with, and 16 for each of its layers. 578 is a slip of the paper: 160 upsampled, 304
    // skipped and 7 layers of 16 make 576.
    const joined = nodes.filter(({ origin }) => origin.role === "decoder" && origin.construct === "skip");
    expect(joined.map(({ map }, i) => map.channels + 16 * ([12, 10, 7, 5, 4][i] ?? 0))).toEqual([
      1088, 816, 576, 384, 256,
    ]);
    expect(nodes.findLast(({ operation }) => operation === "concat")?.map.channels).toBe(256);
  });

  it("has 9.4 million parameters as FC-DenseNet103, within 1%", () => {
    expect(Math.abs(parametersOf(network(deep).nodes) / 9.4e6 - 1)).toBeLessThan(0.01);
  });
});

describe("U-Net with batch normalisation, bilinear (milesial/Pytorch-UNet, bilinear=True)", () => {
  const { nodes } = compileExample("u-net-batchnorm.fcn", { upsampling: "bilinear" }).graph;
  const channels = nodes.filter(({ operation }) => operation === "conv").map(({ map }) => map.channels);

  it("passes half of each level's channels up, as its definition divides them", () => {
    const down = [64, 64, 128, 128, 256, 256, 512, 512, 512, 512];
    const up = [512, 256, 256, 128, 128, 64, 64, 64];
    expect(channels).toEqual([...down, ...up, 2]);
  });

  it("has 17,263,042 parameters", () => {
    // Of the definition: 9 · in · out a convolution and 2 · out its normalisation; 64 · 2 + 2 at the end.
    const inputs = [3, 64, 64, 128, 128, 256, 256, 512, 512, 512, 1024, 512, 512, 256, 256, 128, 128, 64];
    const counted = inputs.reduce(
      (sum, from, i) => sum + (9 * from + 2) * (channels[i] ?? Number.NaN),
      64 * 2 + 2,
    );
    expect(counted).toBe(17_263_042);
    expect(parametersOf(nodes)).toBe(counted);
  });
});

describe("residual U-Net (Zhang, Liu & Wang 2018)", () => {
  it("has 7.8 million parameters outside its shortcuts", () => {
    const { nodes } = compileExample("residual-u-net.fcn").graph;
    const bodies = nodes.filter(({ name }) => !name.includes(".shortcut."));
    expect((parametersOf(bodies) / 1e6).toFixed(1)).toBe("7.8");
  });

  it("has the maps of table 1 at 224×224: 64 at 1, 128 at 1/2, 256 at 1/4, 512 at 1/8, and back", () => {
    const { nodes } = compileExample("residual-u-net.fcn").graph;
    const sums = nodes.filter(({ operation }) => operation === "add");
    const strideOf = (geometry: Nodes[number]["map"]["geometry"][0]) =>
      geometry.kind === "grid" ? geometry.stride.numerator : Number.NaN;
    expect(sums.map(({ map }) => [map.channels, strideOf(map.geometry[0])])).toEqual([
      [64, 1],
      [128, 2],
      [256, 4],
      [512, 8],
      [256, 4],
      [128, 2],
      [64, 1],
    ]);
  });
});

describe("AutoRetouch (Shafaei, Little & Schmidt 2021)", () => {
  const { nodes, accepts } = compileExample("retouching.fcn").graph;

  it("goes down once, from 64 to 128 channels, and back to every pixel with the first features added", () => {
    const convolutions = nodes.flatMap((node) => (node.operation === "conv" ? [node] : []));
    const shapes = convolutions.map(({ attributes: { kernel, stride, channels } }) => [
      kernel[0],
      stride[0],
      channels,
    ]);
    const residual = new Array(30).fill([3, 1, 128]);
    expect(shapes).toEqual([[7, 1, 64], [4, 2, 128], ...residual, [3, 1, 64], [7, 1, 3]]);
    expect(nodes.filter(({ operation }) => operation === "add")).toHaveLength(15 + 1);
    const set = accepts.get("H");
    expect([0, 1, 2, 3, 100, 101].map((height) => set && isAccepted(set, height))).toEqual([
      ...[false, false, true, false],
      ...[true, false],
    ]);
  });
});

describe("Let there be Color! (Iizuka, Simo-Serra & Ishikawa 2016)", () => {
  const { graph, train } = compileExample("iizuka-colourisation.fcn");
  const { nodes, accepts } = graph;
  const layers = nodes.flatMap((node) =>
    node.operation === "conv" || node.operation === "dense" || node.operation === "resize" ? [node] : [],
  );
  const rows = layers.map(({ operation, attributes, map }) =>
    operation === "conv"
      ? [attributes.kernel[0], attributes.stride[0], map.channels]
      : [operation, map.channels],
  );
  const low = [
    [3, 2, 64],
    [3, 1, 128],
    [3, 2, 128],
    [3, 1, 256],
    [3, 2, 256],
    [3, 1, 512],
  ];

  it("has the layers of table 1: kernel, stride and outputs of each network", () => {
    const middle = [
      [3, 1, 512],
      [3, 1, 256],
    ];
    const global = [
      [3, 2, 512],
      [3, 1, 512],
      [3, 2, 512],
      [3, 1, 512],
      ["dense", 1024],
      ["dense", 512],
      ["dense", 256],
    ];
    const colourisation = [
      [1, 1, 256], // fusion
      [3, 1, 128],
      ["resize", 128],
      [3, 1, 64],
      [3, 1, 64],
      ["resize", 64],
      [3, 1, 32],
      [3, 1, 2],
    ];
    // section 3.4: of the 512 outputs of the second to last layer, 256 and as many as there are kinds of scenes
    const classification = [
      ["dense", 256],
      ["dense", 3],
    ];
    expect(rows).toEqual([...low, ...middle, ...low, ...global, ...colourisation, ...classification]);
  });

  it("learns the kind of scene beside the colours, by the published share of its loss", () => {
    const dense = nodes.filter(({ operation }) => operation === "dense");
    const [, , , hidden] = dense;
    const read = nodes[hidden?.inputs[0] ?? -1];
    expect(read?.map.channels).toBe(512);
    const kind = train?.outputs.find(({ name }) => name === "kind");
    expect(kind?.loss.map(({ factor, term }) => [factor, term.kind])).toEqual([[1 / 300, "cross_entropy"]]);
  });

  it("has one low-level network for both resolutions (section 3.1)", () => {
    const shared = layers.filter(({ sharesWith }) => sharesWith !== undefined);
    expect(shared.map(({ sharesWith }) => layers.findIndex(({ id }) => id === sharesWith))).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
    expect(shared.map((node) => node.weights)).toEqual(new Array(6).fill([]));
  });

  it("fuses a vector of 256 with 256 mid-level channels, and takes every size", () => {
    const fusion = nodes.find(({ operation }) => operation === "concat");
    const joined = fusion?.inputs.map((id) => nodes[id]);
    expect(joined?.map((node) => node?.map.channels)).toEqual([256, 256]);
    expect(accepts.get("H")).toMatchObject({ prefix: [false], cycle: [true] });
    const scene = nodes.filter(({ operation }) => operation === "dense");
    expect(scene[0]?.weights[0]?.shape).toEqual([1024, 512, 7, 7]);
  });

  it("has the parameters of those layers, each convolution and dense layer with two of its normalisation a channel", () => {
    const chain = (inputs: number, channels: readonly number[], kernel = 9) =>
      channels.reduce(({ sum, from }, to) => ({ sum: sum + (kernel * from + 3) * to, from: to }), {
        sum: 0,
        from: inputs,
      }).sum;
    const expected =
      chain(1, [64, 128, 128, 256, 256, 512]) +
      chain(512, [512, 256]) +
      chain(512, [512, 512, 512, 512]) +
      (49 * 512 + 3) * 1024 +
      chain(1024, [512, 256], 1) +
      chain(512, [256], 1) +
      chain(256, [128, 64, 64, 32]) +
      (9 * 32 + 1) * 2 + // the outputs are not normalised
      chain(512, [256], 1) +
      (256 + 1) * 3;
    expect(parametersOf(nodes)).toBe(expected);
  });
});

describe("colours as classes (Zhang, Isola & Efros 2016)", () => {
  const { nodes, accepts } = compileExample("zhang-colourisation.fcn").graph;
  const layers = nodes.flatMap((node) =>
    node.operation === "conv" || node.operation === "transposed_conv" ? [node] : [],
  );

  it("has the blocks of figure 2: channels, strides and dilations of conv1 to conv8, as the authors' network has them", () => {
    // figure 2 names the blocks; their convolutions stand in the authors' colorization_deploy_v2.prototxt
    const c = (channels: number, stride = 1, dilation = 1) => [3, channels, stride, dilation];
    expect(
      layers.map(({ attributes }) => [
        attributes.kernel[0],
        attributes.channels,
        attributes.stride[0],
        "dilation" in attributes ? attributes.dilation[0] : 1,
      ]),
    ).toEqual([
      ...[c(64), c(64, 2)],
      ...[c(128), c(128, 2)],
      ...[c(256), c(256), c(256, 2)],
      ...[c(512), c(512), c(512)],
      ...[c(512, 1, 2), c(512, 1, 2), c(512, 1, 2)],
      ...[c(512, 1, 2), c(512, 1, 2), c(512, 1, 2)],
      ...[c(512), c(512), c(512)],
      ...[[4, 256, 2, 1], c(256), c(256)],
      [1, 313, 1, 1],
    ]);
    expect(layers.at(-4)?.operation).toBe("transposed_conv");
  });

  it("normalises after the last relu of each of seven blocks, and nowhere else", () => {
    const before = nodes.flatMap(({ operation, inputs }) =>
      operation === "batchnorm" ? [nodes[inputs[0] ?? 0]?.operation] : [],
    );
    expect(before).toEqual(new Array(7).fill("relu"));
  });

  it("is 56 cells of 313 bins at 224 pixels, and takes every size", () => {
    const { size, channels } = nodes.at(-1)?.map ?? { size: [undefined], channels: 0 };
    expect([channels, size[0] && sizeAt(size[0], 224)]).toEqual([313, 56]);
    expect(accepts.get("H")).toMatchObject({ cycle: [true] });
  });

  it("has as many parameters as its layers have", () => {
    // kernel² · in · out + out, one after the other
    const chain = [1, 64, 64, 128, 128, 256, 256, 256, ...new Array(12).fill(512), 256, 256, 256, 313];
    const kernels = [...new Array(19).fill(3), 4, 3, 3, 1];
    const expected = kernels.reduce(
      (sum, kernel, i) => sum + kernel ** 2 * (chain[i] ?? 0) * (chain[i + 1] ?? 0) + (chain[i + 1] ?? 0),
      0,
    );
    expect(parametersOf(nodes)).toBe(expected);
  });
});

describe("DeepLab v3+ with separable convolutions (Chen et al. 2018)", () => {
  it("takes every 3×3 of pyramid and decoder apart: each channel in space, then 1×1 across channels", () => {
    const heads = (separable: string) =>
      compileExample("deeplab-v3-plus.fcn", { separable }).graph.nodes.flatMap((node) =>
        node.operation === "conv" && !node.name.startsWith("resnet.") ? [node] : [],
      );
    const wide = (separable: string) =>
      heads(separable).filter(({ attributes }) => attributes.kernel[0] === 3);
    expect(wide("false").map(({ attributes }) => attributes.groups)).toEqual([1, 1, 1, 1]);
    expect(
      wide("true").map(({ attributes: { groups, channels, dilation } }) => [groups, channels, dilation[0]]),
    ).toEqual([
      [2048, 2048, 6],
      [2048, 2048, 12],
      [2048, 2048, 18],
      [304, 304, 1],
    ]);
    expect(parametersOf(heads("true"))).toBeLessThan(parametersOf(heads("false")) / 4);
  });
});

describe("the context module (Yu & Koltun 2016, table 1)", () => {
  const layersOf = (widths: readonly number[]) =>
    compileNetwork(`import { context_module } from "std/blocks"
      network Context { input image [21, H, W] context_module(21, widths = [${widths.join(", ")}]) output y }`).graph.nodes.flatMap(
      (node) => (node.operation === "conv" ? [node] : []),
    );
  const [basic, large] = [layersOf([1, 1, 1, 1, 1, 1, 1]), layersOf([2, 2, 4, 8, 16, 32, 32])];

  it("has its dilations and fields: 3, 5, 9, 17, 33, 65, 67, 67", () => {
    for (const layers of [basic, large]) {
      expect(layers.map(({ attributes }) => attributes.dilation[0])).toEqual([1, 1, 2, 4, 8, 16, 1, 1]);
      const fields = layers.map(({ map: { geometry } }) => {
        const field = geometry[0].kind === "grid" ? geometry[0].fields[0] : undefined;
        return field === undefined ? undefined : field.high - field.low + 1;
      });
      expect(fields).toEqual([3, 5, 9, 17, 33, 65, 67, 67]);
    }
  });

  it("has its channels: C in every layer, or 2C, 2C, 4C, 8C, 16C, 32C, 32C, C", () => {
    const channels = (layers: typeof basic) => layers.map(({ map }) => map.channels / 21);
    expect(channels(basic)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(channels(large)).toEqual([2, 2, 4, 8, 16, 32, 32, 1]);
  });

  it("has about 64C² parameters in its basic form, as section 3 counts", () => {
    // seven of 9C² and one of C², and 8C biases
    expect(parametersOf(basic)).toBe(64 * 21 ** 2 + 8 * 21);
  });
});
