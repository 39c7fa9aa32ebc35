import { expect, it } from "vitest";
import type { PerAxis } from "../../compiler/axis.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { type Maps, normalMaps, picture, rowsOf } from "./reference/map.ts";
import { area, bedOfNails, bilinear, nearest } from "./reference/resampling.ts";
import { compute, verify } from "./verify.ts";

const reference = { nearest, bilinear } as const;

const small = picture([
  [1, 2],
  [3, 4],
]);

const factors: readonly PerAxis<number>[] = [
  [2, 2],
  [3, 2],
  [1, 4],
  [8, 8],
];

/** From height × width to height × width: growing, shrinking, unchanged, from and to one cell. */
const sizes: readonly (readonly [from: PerAxis<number>, to: PerAxis<number>])[] = [
  [[3, 4], [7, 9]], // biome-ignore format: a table
  [[7, 9], [3, 4]], // biome-ignore format: a table
  [[5, 5], [5, 5]], // biome-ignore format: a table
  [[1, 1], [4, 3]], // biome-ignore format: a table
  [[4, 3], [1, 1]], // biome-ignore format: a table
  [[2, 6], [5, 4]], // biome-ignore format: a table
];

const modes = ["nearest", "bilinear"] as const;
const corners = [false, true] as const;

await onEachEngine("resampling", (backend) => {
  const exactly = async (
    operation: "resize" | "bed_of_nails",
    attributes: { mode: "nearest"; factor: PerAxis<number>; alignCorners: boolean },
    expected: Maps,
  ) => {
    const test = { operation, attributes, inputs: [small], reference: () => expected };
    const { output } = await compute(backend, test, expected, expected);
    expect(rowsOf(output)).toEqual(rowsOf(expected));
  };
  const twice = { mode: "nearest", factor: [2, 2], alignCorners: false } as const;

  it("repeats every cell (the lecture's nearest neighbour)", async () => {
    const expected = picture([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
      [3, 3, 4, 4],
      [3, 3, 4, 4],
    ]);
    await exactly("resize", twice, expected);
  });

  it("puts every cell at the top left of zeros (the lecture's bed of nails)", async () => {
    const expected = picture([
      [1, 0, 2, 0],
      [0, 0, 0, 0],
      [3, 0, 4, 0],
      [0, 0, 0, 0],
    ]);
    await exactly("bed_of_nails", twice, expected);
  });

  for (const mode of modes) {
    for (const alignCorners of corners) {
      const title = `${mode}${alignCorners ? ", corners aligned" : ""}`;
      it.each(factors)(`is right for ${title}, by %ix%i`, async (...factor) => {
        const input = normalMaps(new Random(21), [2, 3, 3, 4]);
        await verify(backend, {
          operation: "resize",
          attributes: { mode, factor: [factor[0], factor[1]], alignCorners },
          inputs: [input],
          reference: ([map = input]) =>
            reference[mode](map, map.height * factor[0], map.width * factor[1], alignCorners),
        });
      });

      it.each(sizes)(`is right for ${title}, from %j cells to %j`, async (from, to) => {
        const input = normalMaps(new Random(22), [2, 2, from[0], from[1]]);
        const like = normalMaps(new Random(23), [2, 1, to[0], to[1]]);
        await verify(backend, {
          operation: "resize_to",
          attributes: { mode, alignCorners },
          inputs: [input, like],
          differentiableInputs: 1,
          reference: ([map = input]) => reference[mode](map, to[0], to[1], alignCorners),
        });
      });
    }
  }

  it.each(sizes)("takes the means of areas, from %j cells to %j", async (from, to) => {
    const input = normalMaps(new Random(25), [2, 2, from[0], from[1]]);
    const like = normalMaps(new Random(26), [2, 1, to[0], to[1]]);
    await verify(backend, {
      operation: "resize_to",
      attributes: { mode: "area", alignCorners: false },
      inputs: [input, like],
      differentiableInputs: 1,
      reference: ([map = input]) => area(map, to[0], to[1]),
    });
  });

  it.each(factors)("is right for bed of nails by %ix%i", async (...factor) => {
    const input = normalMaps(new Random(24), [2, 3, 3, 4]);
    await verify(backend, {
      operation: "bed_of_nails",
      attributes: { factor: [factor[0], factor[1]] },
      inputs: [input],
      reference: ([map = input]) => bedOfNails(map, [factor[0], factor[1]]),
    });
  });
});
