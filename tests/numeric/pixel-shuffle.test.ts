import { expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { maps, normalMaps, rowsOf } from "./reference/map.ts";
import { pixelShuffle, pixelUnshuffle } from "./reference/resampling.ts";
import { compute, verify } from "./verify.ts";

const factors = [
  [2, 2],
  [1, 3],
  [3, 2],
] as const;

await onEachEngine("pixel shuffle", (backend) => {
  it("lays the four channels of a cell row by row (PyTorch's order)", async () => {
    const input = maps(1, 4, 1, 2, (_b, c, _y, x) => 10 * x + c);
    const expected = pixelShuffle(input, [2, 2]);
    const attributes = { factor: [2, 2] } as const;
    const test = {
      operation: "pixel_shuffle",
      attributes,
      inputs: [input],
      reference: () => expected,
    } as const;
    expect(rowsOf((await compute(backend, test, expected, expected)).output)).toEqual([
      [0, 1, 10, 11],
      [2, 3, 12, 13],
    ]);
  });

  it.each(factors)("by %ix%i is right, and so is its inverse", async (...factor) => {
    const cells = factor[0] * factor[1];
    const input = normalMaps(new Random(61), [2, 3 * cells, 2, 4]);
    await verify(backend, {
      operation: "pixel_shuffle",
      attributes: { factor },
      inputs: [input],
      reference: ([map = input]) => pixelShuffle(map, factor),
    });
    const fine = normalMaps(new Random(62), [2, 3, 2 * factor[0], 3 * factor[1]]);
    await verify(backend, {
      operation: "pixel_unshuffle",
      attributes: { factor },
      inputs: [fine],
      reference: ([map = fine]) => pixelUnshuffle(map, factor),
    });
    expect(pixelShuffle(pixelUnshuffle(fine, factor), factor)).toEqual(fine);
  });
});
