/** Blocks of the standard library that read the feature map they are applied to need neither its name nor its channels. */
import { expect, it } from "vitest";
import { compileNetwork } from "../support/compile-network.ts";

/** Applied to `features`, of 8 channels, named and not. */
const calls = [
  ["std/blocks", "aspp(features, 4)", "aspp(4)"],
  ["std/blocks", "image_level(features, 4)", "image_level(4)"],
  ["std/blocks", "pyramid_pooling(features, 4)", "pyramid_pooling(4)"],
  ["std/blocks", "context_module(8, noise = 0.1)", "context_module(noise = 0.1)"],
  ["std/blocks", "attention_gate(image, features, 4)", "attention_gate(image, 4)"],
  ["std/blocks", "squeeze_excitation(features, reduction = 2)", "squeeze_excitation(reduction = 2)"],
  ["std/blocks", "non_local(features, 4)", "non_local(channels = 4)"],
  ["std/heads", "deeplab_head(features, 2, channels = 4)", "deeplab_head(2, channels = 4)"],
] as const;

const programOf = (from: string, call: string) =>
  `import { ${call.split("(")[0]} } from "${from}"
network N {
  input image [3, 64, 64]
  conv(8, 3x3) as features
  ${call}
  output result
}`;

it.each(calls)("%s: %s is %s after that feature map", (from, named, unnamed) => {
  const [first, second] = [named, unnamed].map((call) =>
    compileNetwork(programOf(from, call)).graph.nodes.map(({ name, operation, attributes, inputs, map }) => ({
      name,
      operation,
      attributes,
      inputs,
      channels: map.channels,
    })),
  );
  expect(second).toEqual(first);
});

// A bottleneck has four times its channels.
it.each([
  ["std/blocks", "basic_residual", 8],
  ["std/encoders", "bottleneck", 2],
] as const)("%s: %s projects its shortcut where channels or resolution change", (from, block, channels) => {
  const convolutions = (call: string) =>
    compileNetwork(programOf(from, call)).graph.nodes.filter(({ operation }) => operation === "conv").length;
  const without = convolutions(`${block}(${channels})`);
  expect(convolutions(`${block}(${channels}, stride = 2)`)).toBe(without + 1);
  expect(convolutions(`${block}(${2 * channels})`)).toBe(without + 1);
  expect(convolutions(`${block}(${channels}, project = true)`)).toBe(without + 1);
});

it("separable_conv convolves each of the channels there are", () => {
  const { graph } = compileNetwork(programOf("std/blocks", "separable_conv(16, 5x5, dilate = 2)"));
  const convolutions = graph.nodes.filter(({ operation }) => operation === "conv").slice(1);
  expect(convolutions.map(({ attributes }) => attributes)).toMatchObject([
    { channels: 8, groups: 8, kernel: [5, 5], dilation: [2, 2] },
    { channels: 16, groups: 1, kernel: [1, 1] },
  ]);
});
