import { expect, test } from "vitest";
import { formatSet } from "../../compiler/sizes/format-set.ts";
import { compileText } from "../support/compile-source.ts";

test("the words of AlexNet, PSPNet, style transfer and super-resolution compile, with sizes that follow", () => {
  const { diagnostics, networks } = compileText(`network N(classes = 3) {
  input image [3, H, W]
  conv(16, 3x3) lrn(5, alpha = 5e-4, k = 2) relu maxpool(3, stride = 2, ceil)
  conv(32, 3x3) groupnorm(8) relu
  conv(32, 3x3) instancenorm(scale = false) relu as base
  maxpool(3, stride = 1, dilate = 2, padding = same) as pool
  unpool(pool)
  fork by concat {
    path { conv(8, 1x1) }
    for b in [1, 2, 3, 6] { path { avgpool(bins = b) conv(8, 1x1) upsample(to = base, bilinear) } }
  }
  conv(classes * 4, 3x3)
  pixel_shuffle(2)
  expect [3, 2 * floor(H/2), 2 * floor(W/2)]
  output labels by softmax
}`);
  expect(diagnostics.filter(({ severity }) => severity !== "information")).toEqual([]);
  expect(networks.length).toBe(1);
});

test("pixel_unshuffle makes its factor a condition on the input", () => {
  const { networks } = compileText(
    "network N() { input image [3, H, W] pixel_unshuffle(4) conv(2, 1x1) output map }",
  );
  const accepts = networks[0]?.graph.accepts.get("H");
  if (accepts === undefined) throw new Error("no accepted heights");
  expect(formatSet(accepts, { unicode: true })).toBe("H mod 4 = 0");
});

test("dense on a map whose size depends on the input is refused at its line, with both ways out", () => {
  const text = `network N() {
  input image [3, H, W]
  conv(8, 3x3, stride = 32)
  dense(10)
  output scores
}`;
  const { diagnostics } = compileText(text);
  expect(diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)])).toEqual([
    ["operations/dense-needs-constant-size", "dense(10)"],
  ]);
  expect(diagnostics[0]?.help).toContain("replace H of the input by a number such as 224");
  expect(diagnostics[0]?.help).toContain("conv(10, 7x7, padding = valid)");
});

test("the convolutional form that dense offers compiles, and takes larger inputs", () => {
  const program = (size: string, head: string): string =>
    `network N() { input image [3, ${size}] conv(8, 3x3, stride = 32) ${head} output scores }`;
  for (const [size, head] of [
    ["224, 224", "dense(10)"],
    ["H, W", "conv(10, 7x7, padding = valid)"],
    ["H, W", "avgpool(bins = 7) dense(10)"],
  ] as const) {
    const { diagnostics, networks } = compileText(program(size, head));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const weight = networks[0]?.graph.nodes.at(-1)?.weights[0];
    expect(weight?.shape).toEqual([10, 8, 7, 7]);
  }
});
