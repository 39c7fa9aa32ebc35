/** Bootstrap intervals against what is known of their distribution. */
import { describe, expect, it } from "vitest";
import { bootstrapIntervals } from "../../runtime/metrics/bootstrap.ts";
import type { OutputCounts } from "../../runtime/metrics/output-metrics.ts";
import { Random } from "../../runtime/random.ts";

/** Images of 100 pixels, of which so many are right. */
const imagesOf = (right: readonly number[]): readonly OutputCounts[] =>
  right.map((count) => ({ y: [[count, 100]] }));
const accuracy = ({ y }: OutputCounts) => {
  const [[count = 0, pixels = 0] = []] = y ?? [];
  return { y: { accuracy: pixels === 0 ? null : count / pixels } };
};
const options = (drawings = 4000) => ({ drawings, share: 0.95, random: new Random(1) });

describe("bootstrap intervals", () => {
  it("of a mean are about 1.96 standard errors to each side", () => {
    const random = new Random(2);
    const right = Array.from({ length: 100 }, () => 50 + 10 * random.normal());
    const mean = right.reduce((sum, value) => sum + value, 0) / right.length;
    const variance = right.reduce((sum, value) => sum + (value - mean) ** 2, 0) / right.length;
    const error = Math.sqrt(variance / right.length) / 100;
    const { y } = bootstrapIntervals(imagesOf(right), accuracy, options());
    // 4000 drawings give the ends to a few hundredths of a standard error
    const [{ low, high } = { low: 0, high: 0 }] = Object.values(y ?? {});
    expect(Math.abs((low - mean / 100) / error + 1.96)).toBeLessThan(0.2);
    expect(Math.abs((high - mean / 100) / error - 1.96)).toBeLessThan(0.2);
  });

  it("are a point where all images are alike, and the same for the same seed", () => {
    const { y } = bootstrapIntervals(imagesOf([70, 70, 70]), accuracy, options(50));
    expect(y).toEqual({ accuracy: { low: 0.7, high: 0.7 } });
    const images = imagesOf([1, 50, 90]);
    expect(bootstrapIntervals(images, accuracy, options())).toEqual(
      bootstrapIntervals(images, accuracy, options()),
    );
  });

  it("leave out a measure that some drawing does not have, and need images", () => {
    const images: readonly OutputCounts[] = [{ y: [[0, 0]] }, { y: [[5, 100]] }];
    expect(bootstrapIntervals(images, accuracy, options())).toEqual({ y: {} });
    expect(() => bootstrapIntervals([], accuracy, options())).toThrow(RangeError);
  });
});
