/**
 * Bilinear initialisation is bilinear interpolation (Long, Shelhamer & Darrell 2015, section 3.3): an odd kernel 2s − 1 with
 * aligned corners, an even kernel 2s with half-pixel centres.
 */
import { describe, expect, it } from "vitest";
import type { TransposedConvolutionAttributes } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { onEachEngine } from "./each-engine.ts";
import { transposedConv } from "./reference/convolution.ts";
import { type Maps, maps, normalMaps, picture, valueAt } from "./reference/map.ts";
import { bilinear } from "./reference/resampling.ts";
import type { Weights } from "./reference/weights.ts";
import { compare, compute } from "./verify.ts";

interface Layer {
  readonly attributes: TransposedConvolutionAttributes;
  readonly weights: Weights;
}

/** A transposed convolution as the language makes it, with its first weights. */
function layerOf(kernel: number, stride: number, padding: number, channels = 2): Layer {
  const { graph } = compileNetwork(`network Up { input image [${channels}, H, W]
    transposed_conv(${channels}, ${kernel}x${kernel}, stride = ${stride}, padding = ${padding}, bias = false, init = bilinear)
    output y }`);
  const node = graph.nodes.find(({ operation }) => operation === "transposed_conv");
  const weight = initialiseWeights(graph, 1).get(`${node?.name}.weight`);
  if (node?.operation !== "transposed_conv" || weight === undefined) throw new Error("no transposed_conv");
  return {
    attributes: node.attributes,
    weights: { weight: { shape: weight.shape, data: Float64Array.from(weight.data) } },
  };
}

const kernelOf = (kernel: number, stride: number, padding: number) => [
  ...(layerOf(kernel, stride, padding, 1).weights.weight?.data ?? []),
];

describe("the bilinear kernel", () => {
  it("of 3 is ¼ ½ ¼ / ½ 1 ½ / ¼ ½ ¼", () => {
    expect(kernelOf(3, 2, 1)).toEqual([0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25]);
  });

  it("of 4 is ¼ ¾ ¾ ¼ on each axis", () => {
    const row = [0.25, 0.75, 0.75, 0.25];
    expect(kernelOf(4, 2, 1)).toEqual(row.flatMap((y) => row.map((x) => y * x)));
  });
});

/** Without the outermost `margin` cells. */
function inner(map: Maps, margin: number): Maps {
  const { batch, channels, height, width } = map;
  return maps(batch, channels, height - 2 * margin, width - 2 * margin, (b, c, y, x) =>
    valueAt(map, [b, c, y + margin, x + margin]),
  );
}

await onEachEngine("bilinear initialisation", (backend) => {
  const input = normalMaps(new Random(31), [2, 2, 4, 5]);
  const run = async ({ attributes, weights }: Layer) => {
    const reference = ([map = picture([])]: readonly Maps[], by: Weights) =>
      transposedConv(attributes, map, by);
    const expected = reference([input], weights);
    const test = { operation: "transposed_conv", attributes, inputs: [input], weights, reference } as const;
    return (await compute(backend, test, expected, expected)).output;
  };

  // n cells become s·(n − 1) + 1.
  it.each([2, 3, 4])(
    "with an odd kernel and stride %i interpolates with aligned corners, everywhere",
    async (stride) => {
      const output = await run(layerOf(2 * stride - 1, stride, stride - 1));
      const expected = bilinear(input, stride * 3 + 1, stride * 4 + 1, true);
      expect([output.height, output.width]).toEqual([expected.height, expected.width]);
      compare("output", output.data, expected.data);
    },
  );

  // n cells become s·n. Beyond the border the interpolation repeats the edge, and the convolution has zeros.
  it.each([2, 4, 8])(
    "with an even kernel and stride %i interpolates between half-pixel centres, off the border",
    async (stride) => {
      const output = await run(layerOf(2 * stride, stride, stride / 2));
      const expected = bilinear(input, stride * 4, stride * 5, false);
      expect([output.height, output.width]).toEqual([expected.height, expected.width]);
      compare("output", inner(output, stride / 2).data, inner(expected, stride / 2).data);
    },
  );
});
