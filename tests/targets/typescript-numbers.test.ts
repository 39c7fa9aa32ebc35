/** What emitted TypeScript computes when it predicts and trains: the engine's numbers. */
import { describe, expect, it } from "vitest";
import { compareTypeScript, plainModule } from "../../tools/verify/targets/compare-typescript.ts";
import { compileNetwork } from "../support/compile-network.ts";

const sizes = [
  { size: [32, 48], batch: 1 },
  { size: [41, 29], batch: 2 },
] as const;
const smaller = [
  { size: [16, 24], batch: 1 },
  { size: [21, 15], batch: 2 },
] as const;

/** Where every position reads many others. */
const fewer: Readonly<Record<string, typeof smaller>> = {
  "attention over positions, regions and channels": smaller,
  "a conditional random field over windows, in a block": smaller,
};

describe("predictions, gradients and the losses of ten steps are the engine's, and no tensor is left over", () => {
  // Up to 20 layers in float32, each rounding its sums in another order; Adam divides small gradients by their own size.
  const tolerance = { outputs: 1e-5, gradients: 1e-3, losses: 1e-4 };
  const cases: readonly (readonly [string, string])[] = [
    [
      "a class of the whole image beside those of pixels",
      `network Whole(classes = 3) {
        input image [3, H, W]
        conv(4, 3x3) relu as x
        conv(classes, 1x1)
        output labels by softmax
        from x avgpool(global) conv(2, 1x1)
        output scene by softmax
      }
      train Whole {
        targets labels = labels, scene = image_class("indoor, outdoor")
        loss labels = cross_entropy, scene = 1/300 * cross_entropy
      }`,
    ],
    [
      "skips, dropout and class weights",
      `network A(classes = 3) {
        input image [3, H, W]
        conv(4, 3x3) relu as first
        maxpool(2) conv(6, 3x3) leaky_relu(0.2) dropout(0.4)
        upsample(2, learned, channels = 4)
        skip first by concat
        conv(classes, 1x1)
        output labels by softmax
      }
      train A {
        loss cross_entropy(weights = [1, 2, 3]) + 0.5 * dice
        optimizer sgd(0.01, nesterov = true, weight_decay = 1e-3)
      }`,
    ],
    [
      "dilation, stride, groups and half-pixel bilinear",
      `network B(classes = 2) {
        input image [3, H, W]
        conv(6, 3x3, stride = 2) elu(0.5)
        conv(6, 3x3, groups = 2, dilate = 2) prelu
        conv(6, 3x3, groups = 6, dilate = 2, stride = 2) relu6
        conv(4, 3x3, dilate = 3, stride = 2) tanh
        upsample(to = image, bilinear)
        conv(1, 3x3)
        output labels by sigmoid
      }
      train B {
        loss focal
        optimizer adamw
      }`,
    ],
    [
      "unpooling from overlapping windows, in ceil mode",
      `network C(classes = 2) {
        input image [3, H, W]
        conv(4, 3x3) relu
        maxpool(3, stride = 2, ceil) as pool
        conv(4, 3x3) groupnorm(2) layernorm layer_scale(0.5) prelu(shared)
        unpool(pool)
        instancenorm
        avgpool(3, stride = 1, top = 2, left = 2)
        conv(classes, 3x3)
        output labels by softmax
      }`,
    ],
    [
      "maxima that are negative, of windows and of the whole feature map",
      `network E(classes = 2) {
        input image [3, H, W]
        conv(4, 3x3)
        maxpool(2)
        conv(4, 3x3)
        maxpool(3, stride = 2, padding = 1)
        conv(4, 3x3) as map
        fork by concat {
          path { conv(4, 1x1) }
          path { maxpool(global) conv(4, 1x1) upsample(to = map, nearest) }
        }
        conv(classes, 1x1)
        upsample(to = image, bilinear)
        output labels by softmax
      }`,
    ],
    [
      "attention over positions, regions and channels",
      `network E(classes = 2) {
        input image [3, H, W]
        conv(6, 3x3) relu channel_shuffle(3) as x
        maxpool(2) as coarse
        conv(4, 1x1) as key
        from coarse conv(6, 1x1) as value
        from x conv(4, 1x1) attend(key, value, heads = 2) layer_scale(0.5, shared)
        skip x by add as seen
        conv(3, 1x1) softmax(over = space) as regions
        from seen gather(regions) conv(4, 1x1) as gathered
        from seen gather(regions, mean) as found
        from seen attend(found, found)
        conv(3, 1x1) softmax distribute(gathered) as context
        from seen
        fork by concat { path { maxpool(over = channels) } path { avgpool(over = channels) } }
        conv(1, 3x3) sigmoid
        skip context by multiply as gated
        downsample(area, to = coarse) conv(classes, 1x1)
        upsample(to = image, bilinear)
        output labels by softmax
      }`,
    ],
    [
      "areas with class weights, smoothed labels",
      `network E(classes = 3) {
        input image [3, H, W]
        conv(8, 3x3) tanh as x
        conv(classes, 3x3)
        output labels by softmax
        from x conv(1, 3x3)
        output edges by sigmoid
      }
      train E {
        targets labels = labels, edges = boundaries
        loss labels = cross_entropy(weights = [1, 2, 3], label_smoothing = 0.1) + dice(squared, weights = [3, 2, 1])
          + jaccard + generalised_dice + focal(weights = [1, 0.5, 2]) + tversky(weights = [3, 2, 1]),
          edges = cross_entropy(label_smoothing = 0.2) + generalised_dice + dice(squared) + jaccard
      }`,
    ],
    [
      "a conditional random field over windows, in a block",
      `network F(classes = 3) {
        input image [3, H, W]
        block refined(window) {
          crf(image, window = window, iterations = 3, appearance_position = 2, appearance_colour = 60, smoothness_position = 1.5)
        }
        conv(6, 3x3) relu
        conv(classes, 1x1)
        refined(3x5)
        conv(classes, 1x1)
        refined(5)
        output labels by softmax
      }`,
    ],
    [
      "centres and offsets",
      `network F {
        input image [3, H, W]
        conv(8, 3x3) tanh as x
        conv(2, 3x3)
        output centre by sigmoid
        from x conv(2, 3x3)
        output offset
      }
      train F {
        targets centre = centres("*.csv", classes = "a, b"), offset = offsets("*.png")
        loss centre = gaussian_focal + 0.5 * gaussian_focal(alpha = 1.5, beta = 3) + l2, offset = l1
      }`,
    ],
    [
      "values: pixel shuffle, pooling to bins, edges",
      `network D {
        input image [3, H, W]
        conv(8, 3x3) lrn
        pixel_shuffle(2)
        pad(1, mode = reflect) avgpool(4, stride = 2) avgpool(3, stride = 1, padding = 1)
        pad(2, mode = edge) pad(left = 1, constant, value = 0.5) crop(left = 1)
        skip image by concat, crop = centred
        maxpool(3, stride = 1, padding = same, dilate = 2)
        conv(4, 3x3)
        conv(3, 3x3)
        output values
      }
      train D {
        targets values = image("*.png")
        loss huber(0.1) + l1
      }`,
    ],
  ];
  it.each(cases)(
    "%s",
    async (title, text) => {
      const asked = fewer[title] ?? sizes;
      const found = await compareTypeScript(compileNetwork(text), asked, "wasm", plainModule);
      expect(found.outputs).toBeLessThan(tolerance.outputs);
      expect(found.gradients, found.gradientAt).toBeLessThan(tolerance.gradients);
      expect(Math.max(...found.losses)).toBeLessThan(tolerance.losses);
      expect(found.leaked).toBe(0);
    },
    120_000, // the first one loads TypeScript
  );

  it("U-Net, narrow, on the cpu backend", async () => {
    const text = `network U(width = 2) {
      input image [1, H, W]
      conv(width, 3x3) relu as level
      maxpool(2) conv(2 * width, 3x3) relu
      upsample(2, learned, channels = width)
      skip level by concat
      conv(2, 1x1)
      output labels by softmax
    }`;
    const found = await compareTypeScript(compileNetwork(text), [{ size: [16, 16], batch: 1 }], "cpu");
    expect(found.outputs).toBeLessThan(tolerance.outputs);
    expect(found.gradients, found.gradientAt).toBeLessThan(tolerance.gradients);
    expect(Math.max(...found.losses)).toBeLessThan(tolerance.losses);
    expect(found.leaked).toBe(0);
  }, 60_000);
});
