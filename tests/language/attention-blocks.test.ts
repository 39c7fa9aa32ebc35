/** The blocks of `std/blocks` that gate a feature map or attend: sizes, and parameters as their papers count them. */
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";

const programOf = (block: string, body: string, input = "[64, H, W]") =>
  `import { ${block} } from "std/blocks"\nnetwork N {\n  input image ${input}\n  ${body}\n  output result\n}\n`;

function parameters({ nodes }: Graph): number {
  return nodes
    .flatMap(({ weights }) => weights)
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

describe("squeeze and excitation", () => {
  const of = (call: string, channels = 64) =>
    compileNetwork(
      programOf("squeeze_excitation", `${call}\n  expect [${channels}, H, W]`, `[${channels}, H, W]`),
    ).graph;

  it("has 2/r · C² weights (equation 5), of the blocks of SE-ResNet-50 2.5 million", () => {
    expect(parameters(of("squeeze_excitation(image)"))).toBe((2 * 64 ** 2) / 16);
    const stages = [
      [3, 256],
      [4, 512],
      [6, 1024],
      [3, 2048],
    ] as const;
    const added = stages.reduce(
      (sum, [blocks, channels]) => sum + blocks * parameters(of("squeeze_excitation(image)", channels)),
      0,
    );
    expect(added).toBe(2_514_944);
  });

  it("starts from the feature map that is named, and says where the reduction does not divide the channels", () => {
    expect(parameters(of("conv(8, 1x1) relu squeeze_excitation(image, reduction = 4)"))).toBe(
      64 * 8 + 8 + (2 * 64 ** 2) / 4,
    );
    const { diagnostics } = compileText(
      programOf("squeeze_excitation", "squeeze_excitation(image, reduction = 5)"),
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(1);
  });
});

describe("channel attention", () => {
  it("applies the same 2/r · C² weights to the means and the maxima", () => {
    const { graph } = compileNetwork(
      programOf("channel_attention", "channel_attention(image)\n  expect [64, H, W]"),
    );
    expect(parameters(graph)).toBe((2 * 64 ** 2) / 16);
    expect(graph.nodes.filter(({ operation }) => operation === "global_pool")).toHaveLength(2);
    expect(graph.nodes.filter(({ sharesWith }) => sharesWith !== undefined)).toHaveLength(2);
  });
});

describe("the attention gate", () => {
  it("has two 1x1 convolutions, of which the skip's has no bias, and one to the coefficient", () => {
    const body = "conv(32, 1x1) as gate attention_gate(image, gate, 16)\n  expect [64, H, W]";
    const { graph } = compileNetwork(programOf("attention_gate", body));
    expect(parameters(graph) - (64 * 32 + 32)).toBe(64 * 16 + (32 * 16 + 16) + (16 + 1));
  });

  it("takes a gate of half the resolution, as in the paper, and upsamples the coefficients", () => {
    const body =
      "maxpool(2) conv(32, 1x1) as gate attention_gate(image, gate, 16, finer = 2)\n  expect [64, H, W]";
    const { graph } = compileNetwork(programOf("attention_gate", body));
    expect(parameters(graph) - (64 * 32 + 32)).toBe(4 * 64 * 16 + (32 * 16 + 16) + (16 + 1));
  });
});

describe("CBAM", () => {
  const of = (call: string) =>
    compileNetwork(programOf(call.split("(")[0] ?? "", `${call}\n  expect [64, H, W] stride 1`)).graph;

  it("gates positions by a 7x7 convolution of the mean and the maximum over channels", () => {
    const graph = of("spatial_attention()");
    expect(parameters(graph)).toBe(7 * 7 * 2);
    expect(graph.nodes.filter(({ operation }) => operation === "channel_pool")).toHaveLength(2);
  });

  it("is channel attention and then spatial attention", () => {
    expect(parameters(of("cbam()"))).toBe((2 * 64 ** 2) / 16 + 98);
    expect(of("cbam()").nodes.filter(({ operation }) => operation === "multiply")).toHaveLength(2);
  });
});

describe("attention to all positions", () => {
  const of = (call: string) =>
    compileNetwork(programOf(call.split("(")[0] ?? "", `${call}\n  expect [64, H, W] stride 1`)).graph;

  it("a non-local block has four 1x1 convolutions by way of half the channels, the last of zeros", () => {
    const graph = of("non_local()");
    expect(parameters(graph)).toBe(3 * (64 * 32 + 32) + (32 * 64 + 64));
    const last = graph.nodes.findLast(({ operation }) => operation === "conv");
    expect(last?.weights[0]?.initialisation).toEqual({ kind: "constant", value: 0 });
  });

  it("a non-local block pools keys and values, not queries", () => {
    const graph = of("non_local(pooled = 2)");
    expect(graph.nodes.filter(({ operation }) => operation === "maxpool")).toHaveLength(2);
    const attend = graph.nodes.find(({ operation }) => operation === "attend");
    const sources = attend?.inputs.map((id) => graph.nodes[id]?.operation);
    expect(sources).toEqual(["conv", "maxpool", "maxpool"]);
  });

  it("DANet's attentions begin as the identity, by one factor each", () => {
    expect(parameters(of("position_attention()"))).toBe(2 * (64 * 8 + 8) + (64 * 64 + 64) + 1);
    expect(parameters(of("channel_self_attention()"))).toBe(1);
  });

  it("DANet's head is their sum, on a quarter of the channels", () => {
    const { graph } = compileNetwork(programOf("dual_attention", "dual_attention()\n  expect [16, H, W]"));
    const conv = (input: number, output: number) => 9 * input * output + 2 * output;
    const attention = 2 * (16 * 2 + 2) + (16 * 16 + 16) + 1 + 1;
    const running = 2 * 16 * 4;
    expect(parameters(graph) - running).toBe(2 * (conv(64, 16) + conv(16, 16)) + attention);
  });
});

describe("object-contextual representations", () => {
  it("relate pixels to as many regions as there are scores", () => {
    const body =
      "conv(5, 1x1) as regions\n  from image object_context(regions)\n  expect [64, H, W] stride 1";
    const { graph } = compileNetwork(programOf("object_context", body));
    const gathered = graph.nodes.find(({ operation }) => operation === "gather");
    expect(gathered?.map.channels).toBe(64);
    expect(gathered?.attributes).toEqual({ positions: [5, 1], mean: false });
    const attend = graph.nodes.find(({ operation }) => operation === "attend");
    expect(attend?.map.channels).toBe(32);
  });
});

describe("the feature pyramid", () => {
  const program = `import { fpn } from "std/blocks"
network N {
  input image [3, H, W]
  conv(8, 3x3, stride = 2) relu as c2
  conv(16, 3x3, stride = 2) relu as c3
  conv(32, 3x3, stride = 2) relu as c4
  fpn([c2, c3, c4], channels = 12) as pyramid
  expect [12, ceil(H/2), ceil(W/2)] stride 2
  from pyramid.level[1]
  expect [12, ceil(H/4), ceil(W/4)] stride 4
  from pyramid.level[2]
  expect [12, ceil(H/8), ceil(W/8)] stride 8
  output result
}
`;

  it("has a lateral 1x1 and a 3x3 convolution a level, and its levels as members", () => {
    const { graph } = compileNetwork(program);
    const encoder = 9 * (3 * 8 + 8 * 16 + 16 * 32) + 8 + 16 + 32;
    const lateral = 12 * (8 + 16 + 32) + 3 * 12;
    expect(parameters(graph) - encoder).toBe(lateral + 3 * (9 * 12 * 12 + 12));
    expect(graph.nodes.filter(({ operation }) => operation === "add")).toHaveLength(2);
  });
});

describe("the ShuffleNet unit", () => {
  it("shuffles between grouped convolutions, and concatenates where it has a stride", () => {
    const { graph } = compileNetwork(
      programOf(
        "shuffle_unit",
        "shuffle_unit(240, stride = 2)\n  expect [240, ceil(H/2), ceil(W/2)]",
        "[24, H, W]",
      ),
    );
    expect(graph.nodes.map(({ operation }) => operation)).toContain("concat");
    const plain = compileNetwork(
      programOf("shuffle_unit", "shuffle_unit(240)\n  expect [240, H, W]", "[240, H, W]"),
    ).graph;
    const weights = (240 * 60) / 3 + 9 * 60 + (60 * 240) / 3;
    expect(parameters(plain)).toBe(weights + 4 * (60 + 60 + 240));
  });
});
