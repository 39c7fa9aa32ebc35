/** A node's call has all that its operation was made from: written as a program, it makes the same node again. */
import { expect, it } from "vitest";
import { activations } from "../../compiler/ops/activations/registry.ts";
import { joinNames } from "../../compiler/ops/joining.ts";
import { operationNames, operationOf } from "../../compiler/ops/registry.ts";
import { callText } from "../../compiler/ops/said.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** Calls on a feature map of 8 channels, `pool`, beside an image, `image`, and what was gathered for 8 channels, `gathered`. */
const calls = [
  "conv(8, 3x3)",
  "conv(4, 3x5, stride = 2x1, dilate = 1x2, padding = valid, bias = false, init = normal(0.1), frozen)",
  "conv(16, 1x1, groups = 4, padding = 2, init = xavier)",
  "conv(8, 3x3, init = identity(8, 0.001))",
  "transposed_conv(4, 4x4, stride = 2)",
  "transposed_conv(8, 3x3, stride = 2, padding = valid, groups = 2, init = bilinear, bias = false)",
  "maxpool(2)",
  "avgpool(3x2, stride = 2, padding = 1, ceil)",
  "maxpool(3, stride = 1, dilate = 2, padding = same)",
  "maxpool(bins = 2x3)",
  "avgpool(global)",
  "unpool(pool)",
  "unpool(bed_of_nails, 2x3)",
  "upsample(2, nearest)",
  "upsample(3x2, bilinear, align_corners)",
  "upsample(bilinear, to = pool)",
  "pixel_shuffle(2)",
  "pixel_unshuffle(2)",
  "batchnorm",
  "batchnorm(momentum = 0.99, epsilon = 0.001, scale = false, shift = false, frozen)",
  "instancenorm(epsilon = 0.001, shift = false)",
  "groupnorm(4, scale = false, frozen)",
  "layernorm",
  "layernorm(epsilon = 0.001, shift = false, frozen)",
  "layer_scale",
  "layer_scale(0.1)",
  "layer_scale(0.1, shared)",
  "prelu(0.1, shared)",
  "lrn(3, 0.5, 0.5, 2)",
  "prelu",
  "prelu(0.1)",
  "leaky_relu(0.2)",
  "elu(0.5)",
  "softmax",
  "softmax(over = space)",
  "maxpool(over = channels)",
  "avgpool(over = channels)",
  "channel_shuffle(4)",
  "attend(key = pool, value = pool)",
  "attend(key = pool, value = pool, heads = 2)",
  "gather(regions = pool)",
  "gather(regions = pool, mean)",
  "distribute(gathered = gathered)",
  "downsample(to = pool, area)",
  "dropout(0.3, spatial)",
  "stochastic_depth(0.2)",
  "crf(guide = image, window = 5x3, iterations = 3, appearance_weight = 2, frozen)",
  "crf(guide = image)",
  "crop(1)",
  "crop(top = 1, left = 2)",
  "pad(1x2, reflect)",
  "pad(top = 3, edge)",
  "pad(2, constant, value = -0.5)",
  "transposed_conv(4, 3x3, stride = 2, padding = 1, output_padding = 1)",
  "transposed_conv(4, 3x3, stride = 2x3, padding = 1x2, output_padding = 1x2)",
  "maxpool(3x3, stride = 2, top = 1, left = 1)",
  "avgpool(3x3, stride = 2, padding = 1, bottom = 2)",
  ...Object.keys(activations),
];

const around = (call: string): string =>
  `network One {\ninput image [3, 24, 24]\nconv(8, 1x1) as before maxpool(1) as pool gather(pool) as gathered from pool ${call} as made\noutput result\n}`;

const seen = new Set<string>();

it.each(calls)("%s", (call) => {
  const made = nodeOf(call);
  seen.add(made.operation);
  const said = callText(operationOf(made).say(made.attributes), true);
  const names: Readonly<Record<string, string>> = { crf: "image", distribute: "gathered" };
  const again = nodeOf(said.replaceAll("…", names[made.operation] ?? "pool"));
  expect(again.operation).toBe(made.operation);
  expect(again.attributes).toEqual(made.attributes);
});

function nodeOf(call: string) {
  const { graph } = compileNetwork(around(call));
  const node = graph.nodes.find(({ origin }) => origin.label === "made");
  if (node === undefined) throw new Error(`${call} makes no node`);
  return node;
}

it("has a call for every operation that a call makes", () => {
  // Statements make an input, a crop to another feature map, and joins; a dense layer wants the only feature map.
  const others = ["input", "dense", "crop_to", ...joinNames];
  expect([...seen, ...others].toSorted()).toEqual([...operationNames].toSorted());
});
