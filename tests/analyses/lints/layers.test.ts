import { describe, expect, it } from "vitest";
import { applyFix } from "../../support/apply-fix.ts";
import { diagnosticsOf, networkOf, report } from "./lint-report.ts";

describe("a bias before a normalisation", () => {
  it("is information, and its fix leaves the bias out", () => {
    const text = networkOf("conv(4, 3x3) batchnorm relu");
    const [diagnostic] = diagnosticsOf(text);
    expect(diagnostic).toMatchObject({
      code: "lints/bias-before-normalisation",
      severity: "information",
      message: "batchnorm subtracts the mean of each channel, which cancels the 4 biases of this layer",
    });
    expect(diagnostic?.fixes.map(({ safe }) => safe)).toEqual([false]);
    const fixed = applyFix(text, diagnostic?.fixes[0]);
    expect(fixed).toContain("conv(4, 3x3, bias = false) batchnorm");
    expect(diagnosticsOf(fixed)).toEqual([]);
  });

  it("is mended where it is written out", () => {
    const text = networkOf("conv(4, 3x3, bias = true) instancenorm");
    expect(applyFix(text, diagnosticsOf(text)[0]?.fixes[0])).toContain(
      "conv(4, 3x3, bias = false) instancenorm",
    );
  });

  it.each([
    "conv(4, 3x3, bias = false) batchnorm",
    "conv(4, 3x3) relu batchnorm",
    "conv(4, 3x3) batchnorm(frozen = true)",
    "conv(4, 3x3) groupnorm(2)",
    "conv(4, 3x3) as raw  batchnorm skip raw by add",
  ])("is not meant by %s", (statements) => expect(report(networkOf(statements))).toEqual([]));
});

describe("a join of one channel with many", () => {
  it.each(["add", "subtract", "maximum", "minimum"])("is warned of where it is no product: %s", (join) =>
    expect(report(networkOf(`conv(4, 3x3) relu as x conv(1, 1x1) skip x by ${join}`))).toMatchObject([
      {
        code: "lints/one-channel",
        severity: "warning",
        message: `this ${join} joins one channel with 4: its values are repeated for every channel`,
      },
    ]),
  );

  it.each([
    "conv(4, 3x3) relu as x conv(1, 1x1) sigmoid skip x by multiply",
    "conv(1, 3x3) relu as x conv(1, 1x1) skip x by add",
    "conv(4, 3x3) relu as x avgpool(global) conv(4, 1x1) skip x by add",
  ])("is not meant by %s", (statements) => expect(report(networkOf(statements))).toEqual([]));
});

describe("an even kernel", () => {
  it("that is padded and has no stride is warned of, with the shift in input pixels", () => {
    expect(report(networkOf("maxpool(2) conv(4, 4x4) upsample(2, nearest)"))).toMatchObject([
      {
        code: "lints/even-kernel",
        severity: "warning",
        message:
          "an even kernel (4 in height) with stride 1 shifts the feature map by half a position (1 input pixel)",
      },
    ]);
    expect(report(networkOf("maxpool(2, stride = 1, padding = same)"))).toMatchObject([
      { code: "lints/even-kernel" },
    ]);
  });

  it.each([
    "conv(4, 3x3)",
    "conv(4, 4x4, padding = valid)",
    "maxpool(2) upsample(2, nearest)",
    "conv(4, 3x3, dilate = 2)",
    "conv(4, 4x4, dilate = 2, padding = valid)",
  ])("is not meant by %s", (statements) => expect(report(networkOf(statements))).toEqual([]));
});

describe("a transposed convolution that begins at zero", () => {
  it("is warned of, and its fix begins it as bilinear interpolation", () => {
    const text = networkOf("maxpool(2) upsample(2, learned, init = zeros)");
    const [diagnostic] = diagnosticsOf(text);
    expect(diagnostic).toMatchObject({ code: "lints/zero-transposed", severity: "warning" });
    const fixed = applyFix(text, diagnostic?.fixes[0]);
    expect(fixed).toContain("upsample(2, learned, init = bilinear)");
    expect(diagnosticsOf(fixed)).toEqual([]);
  });

  it("has no fix where the channels change, which bilinear weights cannot", () => {
    const text = networkOf("maxpool(2) upsample(2, learned, channels = 8, init = zeros)");
    expect(diagnosticsOf(text)[0]?.fixes).toEqual([]);
  });

  it("says that a frozen one stays there", () => {
    const text = networkOf("maxpool(2) upsample(2, learned, init = constant(0), frozen = true)");
    expect(report(text)[0]?.message).toContain("get no gradient at all");
  });

  it.each([
    "maxpool(2) upsample(2, learned)",
    "conv(2, 1x1, init = zeros)",
    "maxpool(2) upsample(2, learned, init = constant(0.1))",
  ])("is not meant by %s", (statements) => expect(report(networkOf(statements))).toEqual([]));
});
