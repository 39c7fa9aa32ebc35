import { describe, expect, it } from "vitest";
import { applyFix } from "../../support/apply-fix.ts";
import { compileText } from "../../support/compile-source.ts";
import { diagnosticsOf, report } from "./lint-report.ts";

const networkOf = (statements: string, size = "16, 20") =>
  `network N {\n  input image [3, ${size}]\n  ${statements}\n  output y\n}\n`;

describe("a dense layer that fixes the input size", () => {
  const text = networkOf(
    "conv(4, 3x3) maxpool(2) dense(10) as fc1 relu dense(5, bias = false) as fc2 relu dense(channels = 2) as fc3",
  );

  it("is named, with the size, and not the layers that read its answer", () => {
    expect(report(text)).toEqual([
      {
        code: "lints/dense-fixes-size",
        severity: "information",
        at: "dense(10) as fc1",
        message:
          "dense(10) has weights for each of the 8x10 positions of its input, so the network accepts only images of 16x20",
      },
    ]);
  });

  it("is offered as a convolution, with all after it, of the same weights", () => {
    const fix = diagnosticsOf(text)[0]?.fixes[0];
    expect(fix?.title).toBe(
      "write it as conv(10, 8x10, padding = valid), and the dense layers after it as 1x1 convolutions",
    );
    const mended = applyFix(text, fix);
    expect(mended).toContain(
      "conv(10, 8x10, padding = valid) as fc1 relu conv(5, 1x1, bias = false) as fc2 relu conv(channels = 2, kernel = 1x1) as fc3",
    );
    const weights = (source: string) =>
      compileText(source).networks[0]?.graph.nodes.flatMap(({ name, weights }) =>
        weights.map((weight) => [name, weight.name, ...weight.shape]),
      );
    expect(weights(mended)).toEqual(weights(text));
    // and then any size, with an answer every 2 pixels
    expect(report(mended.replace("16, 20", "H, W")).map(({ code }) => code)).toEqual([
      "geometry/output-coarser",
    ]);
  });

  it("keeps its other arguments", () => {
    const own = networkOf("maxpool(4) dense(10, init = xavier, frozen)");
    expect(applyFix(own, diagnosticsOf(own)[0]?.fixes[0])).toContain(
      "conv(10, 4x5, init = xavier, frozen, padding = valid)",
    );
  });

  it("is offered nothing where one text makes layers on maps of different size", () => {
    const own = networkOf(
      "block answer() { dense(4) as fc }\n  fork by concat { path { maxpool(4) answer() } path { maxpool(2) answer() } }",
    );
    expect(report(own).map(({ code }) => code)).toEqual(["lints/dense-fixes-size"]);
    expect(diagnosticsOf(own)[0]?.fixes).toEqual([]);
  });
});

describe("a dense layer is passed over", () => {
  it("after a global pool, which takes any size to one cell", () => {
    expect(report(networkOf("conv(4, 3x3) avgpool(global) dense(10)", "H, W"))).toEqual([]);
    expect(report(networkOf("conv(4, 3x3) avgpool(global) dense(10)"))).toEqual([]);
  });
});
