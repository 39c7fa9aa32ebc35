/** The blocks of `std/blocks` that gate a feature map: sizes, and parameters as their papers count them. */
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
