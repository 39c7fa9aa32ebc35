import { describe, expect, it, test } from "vitest";
import { printGraph } from "../../compiler/network/print.ts";
import { readGraph } from "../../compiler/network/read.ts";
import { verifyGraph } from "../../compiler/network/verify.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { formatSet } from "../../compiler/sizes/format-set.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";
import { bound, current, lowered } from "./calls.ts";

const program = (body: string): string =>
  `network N(classes = 3) {\n  input image [3, H, W]\n  ${body}\n  output labels by softmax\n}`;

describe("crf", () => {
  test("lowers to one operation on the map and its guide, with the parameters of the field after a network", () => {
    const guide = { ...current, node: 0, operation: "input", called: "image" } as const;
    expect(lowered("crf", { guide: bound.map(guide) })).toEqual([
      {
        operation: "crf",
        inputs: [7, 0],
        attributes: {
          iterations: 5,
          window: "all",
          appearanceWeight: 4,
          appearancePosition: 67,
          appearanceColour: 3,
          smoothnessWeight: 3,
          smoothnessPosition: 1,
          frozen: false,
        },
      },
    ]);
    const given = { guide: bound.map(guide), iterations: bound.count(0), frozen: bound.flag(true) };
    expect(lowered("crf", given)[0]?.attributes).toMatchObject({ iterations: 0, frozen: true });
  });

  it("begins as the Potts model, with one weight a kernel for every class", () => {
    const { graph } = compileNetwork(
      program("conv(classes, 3x3) crf(image, appearance_weight = 5, smoothness_weight = 2) as field"),
    );
    const weights = initialiseWeights(graph, 1);
    const read = (name: string) => {
      const { shape, data } = weights.get(`field.${name}`) ?? { shape: [], data: [] };
      return { shape, data: [...data] };
    };
    expect(read("appearance")).toEqual({ shape: [3], data: [5, 5, 5] });
    expect(read("smoothness")).toEqual({ shape: [3], data: [2, 2, 2] });
    expect(read("compatibility")).toEqual({ shape: [3, 3], data: [0, 1, 1, 1, 0, 1, 1, 1, 0] });
    const field = graph.nodes.find(({ operation }) => operation === "crf");
    expect(field?.weights.every(({ trainable }) => trainable)).toBe(true);
  });

  it("frozen, leaves all its weights to whoever wrote them", () => {
    const { graph } = compileNetwork(program("conv(classes, 3x3) crf(image, frozen)"));
    const field = graph.nodes.find(({ operation }) => operation === "crf");
    expect(field?.weights.map(({ trainable }) => trainable)).toEqual([false, false, false]);
  });

  it("keeps channels, size and place, and sees the whole input", () => {
    const { graph } = compileNetwork(
      program("conv(8, 3x3) maxpool(2) conv(classes, 1x1) upsample(2, bilinear) crf(image) as field"),
    );
    const [before, field] = ["resize", "crf"].map((operation) =>
      graph.nodes.find((node) => node.operation === operation),
    );
    const accepted = graph.accepts.get("H");
    expect(accepted && formatSet(accepted, { unicode: true })).toBe("H mod 2 = 0");
    expect(field?.map.channels).toBe(3);
    const geometry = before?.map.geometry[0];
    if (geometry?.kind !== "grid") throw new Error("the resized map has a grid");
    expect(field?.map.geometry[0]).toEqual({
      kind: "whole",
      grid: { stride: geometry.stride, offset: geometry.offset },
    });
  });

  it("over windows, sees what its iterations reach, and of the guide what their normalisation reaches", () => {
    const field = (body: string) => {
      const { graph } = compileNetwork(program(body));
      const geometry = graph.nodes.find(({ operation }) => operation === "crf")?.map.geometry[0];
      return geometry?.kind === "grid" ? geometry.fields : geometry?.kind;
    };
    expect(field("conv(classes, 1x1) crf(image, window = 5, iterations = 3)")).toEqual([
      { low: -8, high: 8 },
    ]);
    expect(field("conv(classes, 11x11) crf(image, window = 5, iterations = 3)")).toEqual([
      { low: -11, high: 11 },
    ]);
    expect(field("conv(classes, 3x3) crf(image, window = 1x9, iterations = 3)")).toEqual([
      { low: -1, high: 1 },
    ]);
    expect(field("conv(classes, 3x3) crf(image, window = 3, iterations = 0)")).toEqual([
      { low: -1, high: 1 },
    ]);
    expect(field("conv(classes, 3x3) crf(image, iterations = 0)")).toEqual([{ low: -1, high: 1 }]);
    expect(field("conv(classes, 3x3) crf(image)")).toBe("whole");
  });

  it("counts the MACs of its label compatibility", () => {
    const attributes = lowered("crf", { guide: bound.map({ ...current, node: 0 }) })[0]?.attributes;
    const shapes = [
      [3, 4, 5],
      [1, 4, 5],
    ] as const;
    expect(operations.crf.multiplyAdds(attributes as never, shapes, [3, 4, 5])).toBe(5 * 4 * 5 * 9); // a crf's own
  });

  it("is printed and read back, and verified", () => {
    const { graph } = compileNetwork(program("conv(classes, 1x1) crf(image, appearance_position = 20.5)"));
    const text = printGraph(graph);
    expect(text).toContain(
      '%2 crf "crf1" (%1, %0) iterations=5 window=all appearanceWeight=4 smoothnessWeight=3 appearancePosition=20.5 smoothnessPosition=1 appearanceColour=3 frozen=false : 3 @ [H, W]',
    );
    expect(readGraph(text)).toEqual({ ...graph, nodes: expect.anything() });
    expect(verifyGraph(graph)).toEqual([]);
    const nodes = graph.nodes.map((node) => (node.operation === "crf" ? { ...node, inputs: [1, 1] } : node));
    expect(verifyGraph({ ...graph, nodes }).map(({ constraint }) => constraint)).toContain("G14");
  });

  it.each([
    ["crop", "crop(1) as part  from image  conv(classes, 3x3, padding = valid)  crf(part)"],
    ["pool", "avgpool(2) as small  from image  conv(classes, 2x2, stride = 2, padding = valid)  crf(small)"],
    ["resize", "upsample(2, bilinear) as large  conv(classes, 3x3)  crf(large)"],
  ])("takes an input after a %s as its guide", (_, body) => {
    const { diagnostics } = compileText(program(body));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

describe("what crf refuses, and how it says it", () => {
  test.each([
    [
      "a single channel",
      "conv(1, 1x1) crf(image)",
      "operations/crf-needs-classes",
      "a crf needs one channel for each of two or more classes, and this feature map has 1",
      "end the convolution before it in one channel for each class, two or more, and use softmax at the output",
    ],
    [
      "a window without a middle",
      "conv(classes, 1x1) crf(image, window = 3x4)",
      "operations/crf-needs-odd-window",
      "the window of a crf must have odd sizes, so that it is centred on a position: found 3x4",
      "use odd sizes: window = 3, 5x5 or 7",
    ],
    [
      "a learned guide",
      "conv(8, 3x3) as features relu conv(classes, 1x1) crf(features)",
      "operations/crf-guide-is-no-image",
      'crf compares the colours of an image, and "features" comes from conv',
      "use an input, or an input that was only cropped, padded, pooled or resampled: no gradient flows through the guide",
    ],
    [
      "a pooled learned guide",
      "conv(8, 3x3) maxpool(2) as features conv(classes, 1x1) crf(features)",
      "operations/crf-guide-is-no-image",
      'crf compares the colours of an image, and "features" comes from conv',
      "use an input, or an input that was only cropped, padded, pooled or resampled: no gradient flows through the guide",
    ],
    [
      "another resolution",
      "conv(classes, 3x3, stride = 8) crf(image)",
      "geometry/resolutions-differ",
      "cannot refine feature maps of different resolution: 3 channels at 1/8 and 3 channels at full resolution",
      "upsample by 8 more first, or use a feature map at 1/8",
    ],
    [
      "another size",
      "conv(classes, 3x3, padding = valid) crf(image)",
      "sizes/never-meet",
      "cannot refine feature maps whose heights are never equal: H − 2 and H; at H = 256 they are 254 and 256",
      "crf needs a feature map of the same size as its guide: crop to the guide first (crop to image, aligned), or use upsample(to = image, bilinear)",
    ],
    [
      "no guide",
      "conv(classes, 1x1) crf()",
      "names/argument-needed",
      'crf needs the argument "guide": the image whose colours are compared: an input, of the same size',
      "expected: a feature map",
    ],
    [
      "a deviation of nothing",
      "conv(classes, 1x1) crf(image, appearance_colour = 0)",
      "values/wrong-kind",
      "`appearance_colour` of crf must be a number from 0.1 to 10000, not the number 0",
      undefined,
    ],
  ])("%s", (_, body, code, message, help) => {
    const { diagnostics } = compileText(program(body));
    expect(diagnostics.map((one) => ({ code: one.code, message: one.message, help: one.help }))).toEqual([
      { code, message, help },
    ]);
  });

  it("where strides have become dilations", () => {
    const { diagnostics } = compileText(
      program("encoder dilated to 1/1 { conv(8, 3x3, stride = 2) conv(classes, 3x3) crf(image) }"),
    );
    expect(diagnostics.map(({ code }) => code)).toContain("geometry/cannot-dilate");
  });
});
