/** Emitted TypeScript bundled by esbuild and run in Chromium on `webgl` and `webgpu`: the numbers of `cpu` in Node. */
import { describe, expect, it } from "vitest";
import { encodeSafetensors } from "../../runtime/weights/safetensors.ts";
import {
  batchAt,
  difference,
  emittedModule,
  furthestGradient,
  plain,
  plainTargets,
  withDriver,
} from "../../tools/verify/targets/compare-typescript.ts";
import { type Exercise, exercised, type JsonArrays, json } from "../../tools/verify/targets/exercise.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import { exerciseInBrowser, hasChromium } from "../../tools/verify/targets/run-in-browser.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { short } from "../support/short.ts";

/**
 * Rounding in float32 alone: each backend adds in another order. The furthest gradients seen, 4e-4, are those of biases before a
 * normalisation, 0 but for rounding; of other weights 6e-6. Training multiplies what the gradients differ by.
 */
const tolerance = { outputs: 1e-5, gradients: 1e-3, losses: 1e-5, trained: 1e-4 };

const cases: readonly (readonly [string, string])[] = [
  [
    "a U-Net with batch normalisation",
    `network A(classes = 3, width = 4, depth = 2) {
      input image [3, H, W]
      block double(channels) {
        conv(channels, 3x3, bias = false) batchnorm relu
        conv(channels, 3x3, bias = false) batchnorm relu
      }
      for i in 0 ..< depth {
        double(width * 2^i) as level[i]
        maxpool(2)
      }
      double(width * 2^depth)
      for i in reversed(0 ..< depth) {
        upsample(2, learned, channels = width * 2^i)
        skip level[i] by concat
        double(width * 2^i)
      }
      conv(classes, 1x1)
      output labels by softmax
    }
    train A { loss cross_entropy + 0.5 * dice }`,
  ],
  [
    "dilation, stride, groups and half-pixel bilinear",
    `network B(classes = 2) {
      input image [3, H, W]
      conv(6, 3x3, stride = 2) elu(0.5)
      conv(6, 3x3, groups = 2, dilate = 2) prelu
      conv(6, 3x3, groups = 6, dilate = 2) groupnorm(2) relu6
      avgpool(3, stride = 1, padding = 1)
      conv(4, 3x3, dilate = 3, stride = 2) swish
      upsample(to = image, bilinear)
      conv(1, 3x3)
      output labels by sigmoid
    }
    train B { loss focal
      optimizer adamw }`,
  ],
  [
    "unpooling, maxima that are negative, and a sum of ten feature maps",
    `network C(classes = 2) {
      input image [3, H, W]
      conv(4, 3x3)
      maxpool(3, stride = 2, ceil) as pool
      conv(4, 3x3)
      maxpool(3, stride = 1, padding = same, dilate = 2) instancenorm
      conv(4, 3x3) as map
      fork by concat {
        path { conv(4, 1x1) }
        path { maxpool(global) conv(4, 1x1) upsample(to = map, nearest) }
      }
      fork by add { ${"path { conv(4, 1x1) } ".repeat(10)} }
      unpool(pool)
      conv(classes, 3x3)
      output labels by softmax
    }
    train C { optimizer sgd(0.01, nesterov = true) }`,
  ],
  [
    "pixel shuffle, bins, margins, and a loss of ten terms",
    `network D(classes = 2) {
      input image [3, H, W]
      conv(8, 3x3) lrn
      pixel_shuffle(2)
      pad(1, mode = reflect) avgpool(4, stride = 2) as small
      pad(2, mode = edge)
      skip image by concat, crop = centred
      transposed_conv(6, 4, stride = 2) gelu
      maxpool(2) as map
      fork by concat {
        path { conv(4, 1x1) }
        path { avgpool(bins = 3x2) conv(4, 1x1) upsample(to = map, bilinear) }
        path { maxpool(bins = 2x3) conv(4, 1x1) upsample(to = map, nearest) }
      }
      conv(classes, 1x1)
      output labels by softmax
    }
    train D { loss ${Array.from({ length: 5 }, (_, i) => `${i + 1} * focal(gamma = ${i + 1}) + tversky(alpha = ${i + 1})`).join(" + ")} }`,
  ],
];

const steps = 4;

// SwiftShader compiles a shader for each shape: a minute for each network
describe.for(short ? cases.slice(0, 1) : cases)("%s", ([, text]) => {
  it.for(["webgl", "webgpu"] as const)(
    "in Chromium on %s: outputs, every weight's gradient and training steps are those of cpu in Node",
    { timeout: 300_000 },
    async (backend, { skip }) => {
      if (!(await hasChromium())) skip("chromium is not installed");
      const network = compileNetwork(text);
      const module = await emittedModule(network);
      const weights = livelyWeights(network.graph, 1);
      const file = Buffer.concat(encodeSafetensors({ weights, metadata: new Map() }));
      const { inputs, targets } = batchAt(network, [24, 20], 2);
      const exercise: Exercise = {
        inputs: json(plain(inputs)),
        targets: json(plainTargets(targets)),
        learningRate: 1e-3,
        steps,
      };
      const expected = await withDriver(network, module, "cpu", (driver) =>
        exercised(driver, file, exercise),
      );
      const found = await exerciseInBrowser(module, backend, file, exercise);

      const { labels } = expected.outputs;
      expect(new Set(labels?.data).size).toBeGreaterThan(10);
      expect(difference(labels?.data ?? [], found.outputs.labels?.data)).toBeLessThan(tolerance.outputs);
      const furthest = furthestGradient(byName(expected.gradients), byName(found.gradients));
      const trainable = [...weights.keys()].filter((name) => !name.includes(".running_"));
      expect(Object.keys(found.gradients).toSorted()).toEqual(trainable.toSorted());
      expect(furthest.distance, furthest.name).toBeLessThan(tolerance.gradients);
      expect(found.losses).toHaveLength(steps);
      expect(difference(expected.losses, found.losses)).toBeLessThan(tolerance.losses);
      expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0] ?? 0);
      const trained = difference(expected.trained.labels?.data ?? [], found.trained.labels?.data);
      expect(trained).toBeLessThan(tolerance.trained);
      expect(found.leaked).toBe(0);
    },
  );
});

function byName(arrays: JsonArrays): ReadonlyMap<string, { readonly data: readonly number[] }> {
  return new Map(Object.entries(arrays));
}
