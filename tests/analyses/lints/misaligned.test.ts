import { describe, expect, it } from "vitest";
import { applyFix } from "../../support/apply-fix.ts";
import { diagnosticsOf, networkOf, report } from "./lint-report.ts";

describe("maps that are joined though their grids differ", () => {
  it("are information where part of a cell lies between them", () => {
    const text = networkOf(
      "conv(4, 3x3) as fine  conv(4, 3x3, stride = 2) upsample(2, nearest)\n  skip fine by concat",
    );
    expect(report(text)).toEqual([
      {
        code: "lints/misaligned",
        severity: "information",
        at: "skip fine by concat",
        message:
          "the feature maps of this concat are shifted by 1/2 input pixels against each other, 1/2 of a position, which no crop can correct",
      },
    ]);
  });

  it("are no more where the kernel keeps the grid", () => {
    const text = networkOf(
      "conv(4, 3x3) as fine  conv(4, 2x2, stride = 2, padding = valid) upsample(2, nearest)\n  skip fine by concat",
    );
    expect(report(text)).toEqual([]);
  });

  it("are an error where crop = aligned would meet exactly, which the fix writes", () => {
    // The current map is padded by one at its end only: a centred crop cuts one cell too many at the beginning.
    const text = networkOf(
      "conv(4, 3x3) as fine  pad(bottom = 2, right = 2)\n  skip fine by concat, crop = centred",
    );
    const [diagnostic] = diagnosticsOf(text);
    expect(diagnostic).toMatchObject({
      code: "lints/misaligned",
      severity: "error",
      message:
        "the feature maps of this concat are shifted by 1 input pixel against each other, and this crop could align them exactly: a centred crop is 1 position off",
      help: "crop = aligned crops at the exact offset (Long, Shelhamer & Darrell 2015); for any other offset, write crop(…) with the number of positions per side",
    });
    expect(diagnostic?.fixes.map(({ title, safe }) => [title, safe])).toEqual([["write `aligned`", false]]);
    expect(diagnosticsOf(applyFix(text, diagnostic?.fixes[0]))).toEqual([]);
  });

  it("are warned of where they are whole cells apart without a crop", () => {
    const text = networkOf(
      "conv(4, 3x3) as fine  pad(top = 1, left = 1) crop(bottom = 1, right = 1)\n  skip fine by add",
    );
    expect(report(text)).toMatchObject([{ code: "lints/misaligned", severity: "warning" }]);
  });

  it("are information where one was resampled with aligned corners", () => {
    const text = networkOf(
      "as_is()\n  block as_is() { conv(4, 3x3) }\n  as_is() as fine  maxpool(2) upsample(2, bilinear, align_corners = true)\n  skip fine by add",
    );
    expect(report(text)).toMatchObject([{ code: "lints/misaligned", severity: "information" }]);
  });

  it("are said to lie in no known way where their inputs are in no proportion", () => {
    const text =
      "network N {\n  input fine [3, 2*H + 1, 2*W + 1]\n  conv(3, 3x3, stride = 2, padding = valid) as f\n  input coarse [3, H, W]\n  skip f by add\n  output y\n}\n";
    expect(report(text).map(({ message }) => message)).toEqual([
      "the alignment of the feature maps in this add is unknown: they come from inputs whose sizes have no fixed ratio",
    ]);
  });
});
