import { describe, expect, it } from "vitest";
import { networkOf, report } from "./lint-report.ts";

describe("a checkerboard is warned of", () => {
  it("where the stride of a transposed convolution does not divide its kernel", () => {
    const text = networkOf("maxpool(2) transposed_conv(8, 3x3, stride = 2)");
    expect(report(text)).toEqual([
      {
        code: "lints/checkerboard",
        severity: "warning",
        at: "transposed_conv(8, 3x3, stride = 2)",
        message:
          "a kernel of 3 and a stride of 2 cause checkerboard artifacts: positions of the result alternately sum 1 and 2 taps",
      },
    ]);
  });

  it("where a kernel is smaller than its stride, so that some cells gather nothing", () => {
    const text = networkOf("maxpool(3) upsample(3, learned, kernel = 2)");
    expect(report(text).map(({ message }) => message)).toEqual([
      "a kernel of 2 and a stride of 3 cause checkerboard artifacts: positions of the result alternately sum 0 and 1 taps",
    ]);
  });

  it("once for a block that is called twice", () => {
    const text = networkOf("block up() { transposed_conv(8, 3x3, stride = 2) }\n  maxpool(4) up() up()");
    expect(report(text)).toHaveLength(1);
  });

  it.each([
    "maxpool(2) transposed_conv(8, 4x4, stride = 2)",
    "maxpool(2) upsample(2, learned)",
    "transposed_conv(8, 3x3)",
  ])("not at %s", (statements) => expect(report(networkOf(statements))).toEqual([]));

  it("not with bilinear weights, which add up to one everywhere", () => {
    const text = networkOf("maxpool(3) upsample(3, learned, kernel = 5, init = bilinear)");
    expect(report(text)).toEqual([]);
  });
});
