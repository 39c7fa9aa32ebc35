/** Transposed convolutions with a stride by the blocked kernels, beside those of the public operators. */
import * as runtime from "onnxruntime-node";
import { expect, it } from "vitest";
import { ProgramBuilder } from "../../../compiler/tensors/build.ts";
import { float32 } from "../../../compiler/tensors/value.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { blockedLowerings } from "../../../runtime/engines/native/blocked/table.ts";
import { lowerProgram } from "../../../runtime/engines/native/lower-program.ts";
import { blockedDifferences } from "./compare-primitive.ts";

const block = await blockSize(runtime);

interface Case {
  readonly batch: number;
  /** Of the weight: of what is given, and of the result. */
  readonly channels: readonly [outputs: number, inputs: number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly before?: number;
  readonly given: readonly [height: number, width: number];
  /** Of the result. */
  readonly size: readonly [height: number, width: number];
}

const cases: Readonly<Record<string, Case>> = {
  "21 channels, kernels of twice the stride": {
    batch: 2,
    channels: [21, 21],
    kernel: [16, 16],
    stride: [8, 8],
    given: [42, 40],
    size: [344, 328],
  },
  "a kernel that is no multiple of the stride": {
    batch: 1,
    channels: [48, 32],
    kernel: [3, 3],
    stride: [2, 2],
    given: [60, 52],
    size: [121, 105],
  },
  "padding, and a size that is no multiple": {
    batch: 1,
    channels: [32, 16],
    kernel: [4, 5],
    stride: [2, 3],
    before: 1,
    given: [64, 48],
    size: [129, 145],
  },
  "windows side by side": {
    batch: 2,
    channels: [16, 32],
    kernel: [2, 3],
    stride: [2, 3],
    given: [12, 10],
    size: [24, 30],
  },
};

it.for(Object.entries(cases))("%s", async ([_, one], { skip }) => {
  if (block === undefined) return skip("this machine has no blocked kernels");
  const { batch, channels, kernel, stride, before = 0, given, size } = one;
  const build = new ProgramBuilder("transposed");
  const shapes = [[batch, channels[0], ...given] as const, [...channels, ...kernel] as const];
  const [x, weight] = shapes.map((shape, i) => build.feed("input", String(i), float32(...shape)));
  if (x === undefined || weight === undefined) throw new Error("there are two operands");
  const found = build.convInputGradient(x, weight, {
    stride,
    dilation: [1, 1],
    before: [before, before],
    after: [before, before],
    groups: 1,
    size,
  });
  build.output("map", "0", found);
  const program = build.finish();
  const models = lowerProgram(program, { table: blockedLowerings(block) });
  const [model] = models.flatMap((part) => (part.kind === "model" ? [Buffer.from(part.model)] : []));
  expect(model?.includes("ConvTranspose")).toBe(false);
  // each is a sum of up to 432 products of numbers about 1, some tens in size, of single precision
  const differences = await blockedDifferences(program, shapes, block);
  expect(differences.length).toBe(batch * channels[1] * size[0] * size[1]);
  expect(differences.reduce((most, difference) => Math.max(most, difference), 0)).toBeLessThan(1e-4);
});

it("the places of pixels are those of one block, whatever the channels", ({ skip }) => {
  if (block === undefined) return skip("this machine has no blocked kernels");
  const bytes = [block, 4 * block].map((channels) => {
    const build = new ProgramBuilder("transposed");
    const x = build.feed("input", "0", float32(1, block, 128, 128));
    const weight = build.feed("input", "1", float32(block, channels, 2, 2));
    const none = [0, 0] as const;
    const geometry = { stride: [2, 2], dilation: [1, 1], before: none, after: none, groups: 1 } as const;
    build.output("map", "0", build.convInputGradient(x, weight, { ...geometry, size: [256, 256] }));
    const parts = lowerProgram(build.finish(), { table: blockedLowerings(block) });
    return parts.reduce((sum, part) => sum + (part.kind === "model" ? part.model.length : 0), 0);
  });
  // an int64 for each position, and some nodes
  for (const all of bytes) expect(all).toBeLessThan(1.1 * 8 * 256 ** 2);
});
