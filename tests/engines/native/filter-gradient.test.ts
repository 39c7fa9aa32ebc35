/** Gradients of filters of maps that are larger than a tile of the blocked kernels, beside those of the public operators. */
import * as runtime from "onnxruntime-node";
import { expect, it } from "vitest";
import { ProgramBuilder } from "../../../compiler/tensors/build.ts";
import { float32 } from "../../../compiler/tensors/value.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { blockedDifferences } from "./compare-primitive.ts";

const block = await blockSize(runtime);

interface Case {
  readonly batch: number;
  readonly channels: readonly [inputs: number, outputs: number];
  readonly size: readonly [height: number, width: number];
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: number;
}

const cases: Readonly<Record<string, Case>> = {
  "images beside each other": { batch: 4, channels: [16, 16], size: [96, 80], kernel: 3, padding: 1 },
  "images three at a time": { batch: 3, channels: [16, 32], size: [97, 90], kernel: 3, padding: 1 },
  "one image": { batch: 1, channels: [16, 16], size: [128, 128], kernel: 3, padding: 1 },
  "more inputs than outputs": { batch: 2, channels: [48, 16], size: [96, 64], kernel: 3, padding: 1 },
  "three inputs": { batch: 5, channels: [3, 16], size: [80, 80], kernel: 3, padding: 1 },
  "seven outputs": { batch: 2, channels: [32, 7], size: [96, 96], kernel: 1 },
  "a kernel of one": { batch: 2, channels: [32, 64], size: [96, 64], kernel: 1 },
  strides: { batch: 2, channels: [16, 32], size: [192, 160], kernel: 3, stride: 2, padding: 1 },
  "windows side by side": { batch: 2, channels: [16, 32], size: [192, 160], kernel: 2, stride: 2 },
  dilation: { batch: 2, channels: [32, 32], size: [96, 96], kernel: 3, dilation: 3, padding: 3 },
  "padding that whole tiles lie in": {
    batch: 1,
    channels: [32, 32],
    size: [24, 128],
    kernel: 3,
    padding: 60,
  },
};

it.for(Object.entries(cases))("%s", async ([_, { batch, channels, size, kernel, ...more }], { skip }) => {
  if (block === undefined) return skip("this machine has no blocked kernels");
  const { stride = 1, dilation = 1, padding = 0 } = more;
  const [inputs, outputs] = channels;
  const counts = size.map(
    (extent) => Math.floor((extent + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1,
  );
  const build = new ProgramBuilder("gradient");
  const shapes = [[batch, inputs, ...size] as const, [batch, outputs, ...counts] as const];
  const [x, gradient] = shapes.map((shape, i) => build.feed("input", String(i), float32(...shape)));
  if (x === undefined || gradient === undefined) throw new Error("there are two operands");
  const found = build.convFilterGradient(x, gradient, {
    stride: [stride, stride],
    dilation: [dilation, dilation],
    before: [padding, padding],
    after: [padding, padding],
    groups: 1,
    kernel: [kernel, kernel],
  });
  build.output("map", "0", found);
  const program = build.finish();
  // each is a sum of up to 40,000 products of numbers about 1, some hundred in size, of single precision
  const differences = await blockedDifferences(program, shapes, block);
  expect(differences.length).toBe(inputs * outputs * kernel * kernel);
  expect(Math.max(...differences)).toBeLessThan(2e-2);
});
