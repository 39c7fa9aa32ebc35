import { describe, expect, it } from "vitest";
import { applyFix } from "../../support/apply-fix.ts";
import { diagnosticsOf, networkOf, places, report } from "./lint-report.ts";

describe("a map that nobody reads", () => {
  it("is warned of at its last operation, with how many lead there", () => {
    const text = networkOf("conv(4, 3x3) as side  conv(4, 3x3) relu\n  from side\n  conv(2, 1x1)");
    expect(report(text)).toEqual([
      {
        code: "lints/unread",
        severity: "warning",
        at: "relu",
        message: "the feature map after relu is never used, and 2 operations are computed only for it",
      },
    ]);
  });

  it("is warned of when it is an input", () => {
    const text = "network N {\n  input depth [1, H, W]\n  input image [3, H, W]\n  relu\n  output y\n}\n";
    expect(report(text)).toMatchObject([{ code: "lints/unread", message: "the input depth is never used" }]);
  });

  it("is counted with what leads to it alone, each end for itself", () => {
    const text = networkOf(
      "conv(4, 3x3) as side  conv(4, 3x3) as both relu\n  from both\n  elu\n  from side\n  conv(2, 1x1)",
    );
    expect(report(text).map(({ message }) => message)).toEqual([
      "the feature map after relu is never used, and 2 operations are computed only for it",
      "the feature map after elu is never used, and 2 operations are computed only for it",
    ]);
  });

  it("is not one that is joined, or put out", () => {
    expect(report(networkOf("conv(4, 3x3) as side  conv(4, 3x3) skip side by add"))).toEqual([]);
    expect(report(networkOf("conv(4, 3x3)\n  output side\n  conv(4, 3x3)"))).toEqual([]);
  });
});

describe("a skip from a coarser map", () => {
  const skip = (source: string, path: string) =>
    networkOf(
      `conv(4, 3x3) as fine  maxpool(2) conv(4, 3x3) as coarse  upsample(2, nearest)\n  skip ${source} by add${path}`,
    );

  it("is warned of", () => {
    expect(report(skip("coarse", " { upsample(2, bilinear) }"))).toMatchObject([
      {
        code: "lints/coarse-skip",
        severity: "warning",
        message:
          "this skip joins a coarser feature map (1/2) to a finer one (1/1), so it adds no spatial detail",
      },
    ]);
  });

  it("is neither one from a map as fine, nor one from a finer map", () => {
    expect(report(skip("fine", ""))).toEqual([]);
    expect(report(skip("fine", " { maxpool(2) upsample(2, nearest) }"))).toEqual([]);
  });

  it("is not one between inputs of different scale, whose strides are counted in pixels of their own", () => {
    const text =
      "network N {\n  input fine [3, 2*H, 2*W]\n  input coarse [3, H, W]\n  upsample(2, bilinear)\n  skip fine by add\n  output y\n}\n";
    expect(places(text, "lints/coarse-skip")).toEqual([]);
    const other =
      "network N {\n  input coarse [3, H, W]\n  input fine [3, 2*H, 2*W]\n  conv(3, 3x3)\n  skip coarse by add { upsample(2, bilinear) }\n  output y\n}\n";
    expect(places(other, "lints/coarse-skip")).toEqual([]);
  });

  it("is one within one input of several", () => {
    const text =
      "network N {\n  input other [3, 2*H, 2*W]\n  maxpool(2) as o\n  input image [3, H, W]\n  skip o by add\n  conv(4, 3x3) maxpool(2) conv(4, 3x3) as low\n  upsample(2, nearest)\n  skip low by add { upsample(2, bilinear) }\n  output y\n}\n";
    expect(places(text, "lints/coarse-skip")).toEqual(["skip low by add { upsample(2, bilinear) }"]);
  });
});

describe("weights of what leads to no output", () => {
  const help = (body: string) =>
    diagnosticsOf(networkOf(body)).find(({ code }) => code === "lints/unread")?.help;

  it("are said to be never trained where they are, and not where another call uses them", () => {
    expect(help("conv(3, 3x3) as a\n  from image conv(3, 3x3) as b")).toContain("get no gradient");
    expect(help("conv(3, 3x3) as a\n  from image conv(3, 3x3, weights = a)\n  from a")).not.toContain(
      "trained",
    );
    expect(help("conv(3, 3x3) as a\n  from image conv(3, 3x3, weights = a)")).not.toContain("trained");
    expect(help("maxpool(2) as a\n  from image conv(3, 3x3)")).not.toContain("trained");
  });
});

describe("an activation that is applied twice", () => {
  it("is warned of where the output has it too, and the fix removes the first", () => {
    const text = "network N {\n  input image [3, H, W]\n  conv(2, 1x1) softmax\n  output y by softmax\n}\n";
    const [diagnostic] = diagnosticsOf(text);
    expect(diagnostic).toMatchObject({
      code: "lints/twice-activated",
      severity: "warning",
      message: "the output y applies softmax to values that already went through softmax",
    });
    const fixed = applyFix(text, diagnostic?.fixes[0]);
    expect(fixed).toContain("conv(2, 1x1) \n  output y by softmax");
    expect(diagnosticsOf(fixed)).toEqual([]);
  });

  it("is warned of where the loss works on logits, and the fix moves it to the output", () => {
    const text =
      "network N(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 1x1) softmax\n  output y\n}\n" +
      'train N {\n  data folder("d", images = "i/*.png", labels = "l/*.png")\n}\n';
    const [diagnostic] = diagnosticsOf(text);
    expect(diagnostic?.message).toBe(
      "the loss of y applies softmax to values that already went through softmax",
    );
    const fixed = applyFix(text, diagnostic?.fixes[0]);
    expect(fixed).toContain("output y by softmax");
    expect(diagnosticsOf(fixed)).toEqual([]);
  });

  it.each([
    [
      "another operation reads",
      "",
      "conv(2, 1x1) softmax\n  output y by softmax\n  conv(3, 1x1)\n  output z",
    ],
    ["another output gives", "", "conv(2, 1x1) softmax\n  output y by softmax\n  output z"],
    [
      "a block makes twice",
      "block head() { conv(2, 1x1) softmax }\n",
      "relu as trunk head()\n  output y by softmax\n  from trunk\n  head() conv(2, 1x1)\n  output z",
    ],
  ])("has no fix that would change what %s, too", (_, block, body) => {
    const text = `${block}network N {\n  input image [3, H, W]\n  ${body}\n}\n`;
    expect(diagnosticsOf(text)).toMatchObject([{ code: "lints/twice-activated", fixes: [] }]);
  });

  it("is not meant by one alone, nor by a sigmoid before an image that is learned", () => {
    const one = "network N {\n  input image [3, H, W]\n  conv(2, 1x1) softmax\n  output y\n}\n";
    expect(report(one)).toEqual([]);
    const image =
      "network N {\n  input image [3, H, W]\n  conv(3, 1x1) sigmoid\n  output y\n}\n" +
      'train N {\n  data folder("d", images = "i/*.png")\n  targets image\n}\n';
    expect(report(image)).toEqual([]);
  });

  it("is not meant by a softmax inside the network", () => {
    expect(places(networkOf("conv(2, 1x1) softmax conv(2, 1x1)"), "lints/twice-activated")).toEqual([]);
  });
});
