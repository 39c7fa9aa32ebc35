import { it } from "vitest";
import type { ConvolutionAttributes } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { conv } from "./reference/convolution.ts";
import { normalMaps, picture } from "./reference/map.ts";
import { normalWeight, type Weights } from "./reference/weights.ts";
import { compare, compute, verify } from "./verify.ts";

const none = { before: 0, after: 0 };
type Shape = readonly [batch: number, channels: number, height: number, width: number];

const shapes: readonly Shape[] = [
  [2, 3, 4, 5],
  [1, 6, 1, 1],
  [3, 1, 2, 7],
];

function weightsFor(channels: number, [, inputs, height, width]: Shape, bias: boolean): Weights {
  const weight = normalWeight(new Random(82), [channels, inputs, height, width]);
  return bias ? { weight, bias: normalWeight(new Random(83), [channels]) } : { weight };
}

/** The valid convolution whose kernel is the whole map. */
function wholeMap(channels: number, kernel: readonly [number, number], bias: boolean): ConvolutionAttributes {
  return {
    channels,
    kernel,
    stride: [1, 1],
    dilation: [1, 1],
    groups: 1,
    padding: [none, none],
    bias,
    init: { kind: "he" },
    frozen: false,
  };
}

await onEachEngine("a dense layer", (backend) => {
  it.each(shapes)("on [%i, %i, %i, %i] is the valid convolution of the map's size", async (...shape) => {
    for (const bias of [true, false]) {
      const weights = weightsFor(4, shape, bias);
      const input = normalMaps(new Random(81), shape);
      const convolution = wholeMap(4, [shape[2], shape[3]], bias);
      const attributes = { channels: 4, bias, init: { kind: "he" }, frozen: false } as const;
      const differentiableWeights = Object.keys(weights);
      const common = { inputs: [input], weights, differentiableWeights };
      const reference = ([map]: readonly (typeof input)[], by: Weights) =>
        conv(convolution, map ?? picture([]), by);
      await verify(backend, { operation: "dense", attributes, ...common, reference });
      // The engine's own convolution with the same weights, gradients too.
      const cotangent = normalMaps(new Random(84), [shape[0], 4, 1, 1]);
      const dense = await compute(
        backend,
        { operation: "dense", attributes, ...common, reference },
        cotangent,
        cotangent,
      );
      const slid = await compute(
        backend,
        { operation: "conv", attributes: convolution, ...common, reference },
        cotangent,
        cotangent,
      );
      compare("output", dense.output.data, slid.output.data);
      compare("input gradient", dense.inputGradients[0]?.data ?? [], slid.inputGradients[0]?.data ?? []);
      compare(
        "weight gradient",
        dense.weightGradients.weight?.data ?? [],
        slid.weightGradients.weight?.data ?? [],
      );
    }
  });
});
