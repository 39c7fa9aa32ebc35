import { describe, expect, it } from "vitest";
import { report } from "./lint-report.ts";

function program(statements: string, entries: string | undefined, input = "[3, H, W]"): string {
  const network = `network N(classes = 2) {\n  input image ${input}\n  ${statements}\n  conv(classes, 1x1)\n  output y by softmax\n}\n`;
  const train = `\ntrain N {\n  data folder("d", images = "i/*.png", labels = "l/*.png")\n  ${entries}\n}\n`;
  return entries === undefined ? network : network + train;
}
const found = (...words: Parameters<typeof program>) =>
  report(program(...words)).filter(({ code }) => code === "lints/single-value");

const pooled = (norm: string) =>
  `conv(4, 3x3) relu as map avgpool(global) conv(4, 1x1, bias = false) ${norm} relu upsample(to = map, nearest) skip map by concat`;

describe("normalisation of a single value", () => {
  it("by batches is warned of after global pooling where a batch has one image", () => {
    expect(found(pooled("batchnorm"), "batch 1")).toMatchObject([
      {
        severity: "warning",
        at: "batchnorm",
        message:
          "batchnorm of a single value: the feature map is 1×1 and a batch has 1 image, so the variance is 0; a training step is refused",
      },
    ]);
    expect(found(pooled("batchnorm"), "batch 2")).toEqual([]);
    expect(found(pooled("batchnorm(frozen)"), "batch 1")).toEqual([]);
    expect(found(pooled("batchnorm"), undefined)).toEqual([]);
  });

  it("is warned of once where the crop, or the input, makes the bottleneck 1×1", () => {
    const bottleneck = "conv(4, 3x3, stride = 2, bias = false) batchnorm relu ".repeat(2);
    const crop = (pixels: number) => `batch 1\n  augment crop(${pixels}, ${pixels})`;
    expect(found(bottleneck, crop(4))).toMatchObject([{ at: "batchnorm" }]);
    expect(found(bottleneck, crop(8))).toEqual([]);
    expect(found(bottleneck, "batch 1", "[3, 2, 2]")).toMatchObject([
      { message: expect.stringContaining("(and 1 more layer)") },
    ]);
  });

  it("by images is warned of whatever the batch, with or without a train section", () => {
    expect(found(pooled("instancenorm"), undefined)).toMatchObject([{ severity: "warning" }]);
    expect(found(pooled("groupnorm(4)"), "batch 8")).toMatchObject([
      { message: expect.stringContaining("1×1 with one channel in a group") },
    ]);
    expect(found(pooled("groupnorm(2)"), "batch 1")).toEqual([]);
  });
});
