/** Sums over the positions of blocked maps are as exact for odd heights, and for one row, as for others. */
import * as runtime from "onnxruntime-node";
import { expect, it } from "vitest";
import { ProgramBuilder } from "../../../compiler/tensors/build.ts";
import { outputName } from "../../../compiler/tensors/evaluate.ts";
import { elementCount, float32 } from "../../../compiler/tensors/value.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { Random } from "../../../runtime/random.ts";
import { runOnnx } from "./compare-primitive.ts";

const block = await blockSize(runtime);

const shapes = [
  [1, 16, 256, 256],
  [1, 16, 257, 257],
  [2, 16, 375, 125],
  [1, 16, 1, 60_000],
] as const;

it.for(shapes.map((shape) => [shape] as const))(
  "of %j: means, variances and sums of products",
  async ([shape], { skip }) => {
    if (block === undefined) return skip("this machine has no blocked kernels");
    const [batch, channels, height, width] = shape;
    const build = new ProgramBuilder("sums");
    const [x, y] = ["0", "1"].map((name) => build.feed("input", name, float32(...shape)));
    if (x === undefined || y === undefined) throw new Error("there are two operands");
    const itself = build.constant(
      Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0)),
      [channels, channels, 1, 1],
    );
    const none = [0, 0] as const;
    const map = build.conv(x, itself, {
      stride: [1, 1],
      dilation: [1, 1],
      before: none,
      after: none,
      groups: 1,
    });
    const found = [...build.moments(map, [0, 2, 3]), build.sum(build.multiply(map, y), [0, 2, 3])];
    for (const [place, value] of found.entries()) build.output("map", String(place), value);
    const random = new Random(1);
    const operands = [x, y].map((value) => ({
      data: Float64Array.from({ length: elementCount(value.shape) }, () => Math.fround(random.between(1, 2))),
    }));
    const results = await runOnnx(build.finish(), operands, { block });
    const [values, others] = operands.map(({ data }) => data);
    if (values === undefined || others === undefined) throw new Error("there are two operands");
    const count = batch * height * width;
    const positions = height * width;
    for (let channel = 0; channel < channels; channel++) {
      const sum = (of: (place: number) => number) => {
        let total = 0;
        for (let i = 0; i < count; i++)
          total += of((Math.floor(i / positions) * channels + channel) * positions + (i % positions));
        return total;
      };
      const mean = sum((place) => values[place] ?? 0) / count;
      const variance = sum((place) => ((values[place] ?? 0) - mean) ** 2) / count;
      const products = sum((place) => (values[place] ?? 0) * (others[place] ?? 0));
      for (const [place, expected] of [mean, variance, products].entries()) {
        const value = results.get(outputName("map", String(place)))?.[channel] ?? Number.NaN;
        // some 500 numbers of one sign are added in turn: single precision rounds by 6e-8 each time, up and down
        expect(Math.abs(value / expected - 1), `result ${place} of channel ${channel}`).toBeLessThan(1.5e-6);
      }
    }
  },
);
