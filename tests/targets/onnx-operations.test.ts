/** Every operation and its pitfalls as ONNX, run by ONNX Runtime and compared with the engine. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { modelType } from "../../compiler/onnx/schema.ts";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { compareOnnx, livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { modelOf } from "../../tools/verify/targets/emit-model.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** One operator or a few in float32: some units in the last place of the largest value. */
const tolerance = 5e-6;

const body = (text: string): string => `network Page {\ninput image [3, H, W]\n${text}\noutput result\n}\n`;

const cases: Readonly<Record<string, string>> = {
  "conv: stride, dilation, margins that differ":
    "conv(4, 3x5, stride = 2x1, padding = 1) conv(4, 3x3, dilate = 2)",
  "conv: groups, depthwise, no bias": "conv(6, 3x3, groups = 3, bias = false) conv(6, 3x3, groups = 6)",
  "conv: an even kernel with same padding": "conv(4, 2x4)",
  "transposed_conv: same, valid, groups":
    "transposed_conv(6, 4, stride = 2) transposed_conv(6, 3, stride = 2, padding = valid, groups = 3)",
  "transposed_conv: one row more before than after": "transposed_conv(4, 5x3, stride = 2x1)",
  "dense: over the whole feature map": "maxpool(bins = 3x2) dense(5)",
  "maxpool: floor": "maxpool(3x2, stride = 2)",
  "maxpool: ceil with padding": "maxpool(3, stride = 2, padding = 1, ceil = true)",
  "maxpool: ceil where the last window is dropped": "maxpool(2, stride = 3, padding = 1, ceil = true)",
  "maxpool: ceil without padding and with gaps": "maxpool(2, stride = 5, ceil = true)",
  "maxpool: dilated, with more padding than a kernel": "maxpool(2, stride = 1, dilate = 4, padding = 3)",
  "avgpool: padding does not count": "avgpool(3, stride = 2, padding = 1)",
  "avgpool: ceil": "avgpool(3, stride = 2, ceil = true)",
  "avgpool: ceil where the last window is dropped": "avgpool(2, stride = 3, padding = 1, ceil = true)",
  "avgpool: dilated": "avgpool(3, stride = 2, dilate = 2, padding = 2)",
  "adaptive pooling: bins that overlap":
    "conv(3, 1x1) as near maxpool(bins = 3x4) as most from near avgpool(bins = 3x4) skip most by concat",
  "adaptive pooling: one bin along an axis": "avgpool(bins = 1x3)",
  "global pooling":
    "conv(3, 1x1) as near maxpool(global = true) as most from near avgpool(global = true) skip most by concat",
  "unpool: windows side by side": "maxpool(2) as pool conv(3, 1x1) unpool(pool)",
  "unpool: windows that overlap add": "maxpool(3, stride = 1, padding = 1) as pool conv(3, 1x1) unpool(pool)",
  "unpool: ceil": "maxpool(2, stride = 2, ceil = true) as pool conv(3, 1x1) unpool(pool)",
  "unpool: ceil where the last window is dropped":
    "maxpool(2, stride = 3, padding = 1, ceil = true) as pool conv(3, 1x1) unpool(pool)",
  "unpool: dilated, with more padding than a kernel":
    "maxpool(2, stride = 2, dilate = 4, padding = 3) as pool conv(3, 1x1) unpool(pool)",
  "unpool: two from one pool":
    "maxpool(2) as pool conv(3, 1x1) unpool(pool) as first from pool unpool(pool) skip first by concat",
  "bed of nails": "unpool(bed_of_nails, 2x3)",
  "resize: nearest": "upsample(3x2, nearest)",
  "resize: bilinear": "upsample(2x3, bilinear)",
  "resize: bilinear with aligned corners": "upsample(2x3, bilinear, align_corners = true)",
  "resize_to: bilinear, in no whole ratio":
    "conv(3, 1x1) as fine conv(3, 3x3, stride = 3) upsample(bilinear, to = fine)",
  "resize_to: aligned corners":
    "conv(3, 1x1) as fine conv(3, 3x3, stride = 2) upsample(bilinear, to = fine, align_corners = true)",
  "resize_to: nearest, in no whole ratio":
    "conv(3, 1x1) as fine conv(3, 3x3, stride = 3) upsample(nearest, to = fine)",
  "resize_to: nearest, to fewer positions":
    "conv(3, 3x3, stride = 2) as coarse from image conv(3, 5x5, padding = valid) upsample(nearest, to = coarse)",
  "resize_to: one position for the whole image":
    "conv(3, 1x1) as fine avgpool(global = true) upsample(bilinear, to = fine)",
  "resize_to: in a whole ratio": "conv(3, 1x1) as fine maxpool(2) upsample(bilinear, to = fine)",
  "pixel_shuffle: square and not": "conv(24, 1x1) pixel_shuffle(2) pixel_shuffle(3x2)",
  "pixel_unshuffle: square and not":
    "upsample(4, nearest) conv(3, 3x3) pixel_unshuffle(2) pixel_unshuffle(2x1)",
  "batchnorm: with and without scale and shift":
    "conv(4, 1x1) batchnorm batchnorm(scale = false) batchnorm(shift = false, epsilon = 0.01)",
  instancenorm: "conv(4, 1x1) instancenorm instancenorm(scale = false, shift = false)",
  groupnorm:
    "conv(6, 1x1) groupnorm(3) groupnorm(2, scale = false) groupnorm(2, shift = false) groupnorm(6, scale = false, shift = false)",
  "lrn: the window over channels": "conv(8, 1x1) lrn(5, 0.5, 0.75, 2) lrn(3, 1.5)",
  activations:
    "conv(4, 1x1) leaky_relu(0.2) conv(4, 1x1) elu(0.7) conv(4, 1x1) prelu conv(4, 1x1) relu6 conv(4, 1x1) tanh conv(4, 1x1) sigmoid conv(4, 1x1) relu",
  "activations by their formulas":
    "conv(4, 1x1) swish conv(4, 1x1) gelu conv(4, 1x1) hard_swish conv(4, 1x1) hard_sigmoid conv(4, 1x1) softplus",
  "softmax over channels": "conv(5, 1x1) softmax",
  "dropout as the last layer": "conv(4, 3x3) dropout(0.5)",
  "joins of three":
    "conv(3, 3x3) as a from image conv(3, 1x1) as b skip a by add skip b by multiply skip image by concat",
  "crop and pad": "crop(top = 1, left = 2) pad(2x1) pad(1, reflect) pad(top = 3, right = 2, edge)",
  "crop to: aligned, by one number":
    "conv(3, 3x3, padding = valid) as small from image crop to small, aligned",
  "crop to: centred, by the same for every size":
    "conv(3, 5x5, padding = valid) as small from image crop to small, centred",
  "crop to: centred, by what depends on the size":
    "maxpool(4) upsample(4, nearest) as blocks from image crop to blocks, centred",
  "crf: over a window":
    "conv(4, 3x3) crf(image, window = 5x3, iterations = 3, appearance_colour = 40, appearance_position = 2)",
  "crf: no iterations": "conv(4, 3x3) crf(image, window = 3, iterations = 0)",
  "weights used twice":
    "conv(3, 3x3) as first conv(3, 3x3, weights = first) prelu as slopes prelu(weights = slopes)",
  "no operation at all": "",
};

const networks = new Map(Object.entries(cases).map(([title, text]) => [title, compileNetwork(body(text))]));

describe("ONNX gives what the engine gives", () => {
  for (const [title, network] of networks) {
    it(title, async () => {
      const subject = livelySubject(network);
      const model = modelOf(subject);
      expect(unused(model), "initialisers that no node reads").toEqual([]);
      const found = await compareOnnx(subject, model, [
        { size: [17, 23], batch: 1 },
        // At a height of 24, ⌊o · n / results⌋ by a rounded quotient would be one position off.
        { size: [24, 29], batch: 2 },
      ]);
      for (const { difference, spread, size } of found) {
        expect(spread, `${size}: the output shows something`).toBeGreaterThan(1e-3);
        expect(difference, `${size}`).toBeLessThan(tolerance);
      }
    });
  }

  it("for every operation there is", () => {
    const seen = new Set<OperationName>();
    for (const { graph } of networks.values()) for (const { operation } of graph.nodes) seen.add(operation);
    expect(Object.keys(operations).filter((name) => !seen.has(name as OperationName))).toEqual([]); // the registry's keys
  });
});

it("an output is a copy where it is an input's, another's or has an input's name", async () => {
  const network = compileNetwork(`network Page {
    input image [3, H, W]
    conv(3, 1x1) dropout(0.5)
    output first
    output second
    from image
    output image
  }`);
  const subject = livelySubject(network);
  const { graph } = modelType.toObject(modelType.decode(modelOf(subject)));
  const names: readonly string[] = graph.output.map(({ name }: { readonly name: string }) => name);
  expect(names).toEqual(["first", "second", "image_2"]);
  expect(graph.output[2].doc_string).toBe('the output "image", whose name an input has');
  const session = await InferenceSession.create(modelOf(subject), { logSeverityLevel: 3 });
  const data = Float32Array.from({ length: 12 }, (_, i) => i);
  const outputs = await session.run({ image: new Tensor("float32", data, [1, 3, 2, 2]) });
  await session.release();
  expect(outputs.image_2?.data).toEqual(data);
  expect(outputs.first?.data).toEqual(outputs.second?.data);
});

/** Runtimes warn of them. */
function unused(model: Uint8Array): readonly string[] {
  const { graph } = modelType.toObject(modelType.decode(model));
  const read = new Set(graph.node.flatMap(({ input }: { readonly input: readonly string[] }) => input));
  return (graph.initializer ?? [])
    .map(({ name }: { readonly name: string }) => name)
    .filter((name: string) => !read.has(name));
}
