import { describe, expect, it } from "vitest";
import { networkOf, places, report } from "./lint-report.ts";

const row = (...rates: readonly number[]) =>
  networkOf(
    `maxpool(2) ${rates.map((rate) => `conv(4, 3x3, dilate = ${rate}) relu`).join(" ")} upsample(2, nearest)`,
  );

describe("gridding", () => {
  it("is warned of where rates in a row share a factor", () => {
    expect(report(row(2, 2, 2))).toEqual([
      {
        code: "lints/gridding",
        severity: "warning",
        at: "conv(4, 3x3, dilate = 2)",
        message:
          "3 consecutive dilated convolutions have dilation rates with the common factor 2 (2, 2, 2): each position reads a grid with gaps, and its neighbour reads a different grid (height)",
      },
    ]);
    expect(places(row(2, 4, 8), "lints/gridding")).toHaveLength(1);
  });

  it.each([[[1, 2, 3]], [[1, 2, 5]], [[2, 3]], [[1, 1, 2, 4, 8]], [[2, 4, 8, 1]], [[2, 1, 4]]])(
    "is not seen where nothing is shared, or the row reads every cell: %j",
    (rates) => expect(report(row(...rates))).toEqual([]),
  );

  it("is not seen in one dilated convolution, nor across a change of resolution", () => {
    expect(report(row(4))).toEqual([]);
    expect(
      report(networkOf("conv(4, 3x3, dilate = 2) maxpool(2) conv(4, 3x3, dilate = 2) upsample(2, nearest)")),
    ).toEqual([]);
  });

  it("is not seen where another path of a fork fills the gaps", () => {
    const fork = (rate: number) =>
      networkOf(
        `maxpool(2) fork by concat { path { conv(4, 3x3, dilate = 2) conv(4, 3x3, dilate = 2) } path { conv(4, 9x9, dilate = ${rate}) } } upsample(2, nearest)`,
      );
    expect(report(fork(1))).toEqual([]);
    expect(places(fork(2), "lints/gridding")).toHaveLength(1);
  });

  it("lists the rates of every path of the row once, in the order of the network", () => {
    const text = networkOf(
      "maxpool(2) conv(4, 3x3, dilate = 2) residual { conv(4, 3x3, dilate = 4) } residual { conv(4, 3x3, dilate = 6) relu } upsample(2, nearest)",
    );
    expect(report(text)).toMatchObject([
      { at: "conv(4, 3x3, dilate = 6)", message: expect.stringContaining("(2, 4, 6)") },
    ]);
  });
});
