import { expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import * as reference from "./reference/attention.ts";
import { distinctMaps, type Maps, maps, normalMaps } from "./reference/map.ts";
import { eachCell } from "./reference/pointwise.ts";
import { compare, compute, verify } from "./verify.ts";

const random = (seed: number, ...shape: readonly [number, number, number]): Maps =>
  normalMaps(new Random(seed), [2, ...shape]);

await onEachEngine("attention", (backend) => {
  it.each([
    ["to itself", 1, [4, 3, 4], [4, 3, 4], 4],
    ["to keys of another size", 1, [3, 4, 5], [3, 2, 3], 5],
    ["to keys in a column", 1, [2, 4, 3], [2, 6, 1], 3],
    ["to one key, whose value it is", 1, [2, 3, 3], [2, 1, 1], 4],
    ["in two heads", 2, [4, 3, 4], [4, 2, 3], 6],
    ["in as many heads as channels", 3, [3, 3, 2], [3, 2, 2], 3],
  ] as const)("attends %s", async (_, heads, query, key, values) => {
    const queries = random(1, query[0], query[1], query[2]);
    const keys = random(2, key[0], key[1], key[2]);
    const all = random(3, values, key[1], key[2]);
    await verify(backend, {
      operation: "attend",
      attributes: { heads },
      inputs: [queries, keys, all],
      reference: ([q = queries, k = keys, v = all]) => reference.attend(q, k, v, heads),
    });
  });

  it("keeps its digits where products are far apart", async () => {
    const large = (seed: number): Maps => eachCell(random(seed, 2, 3, 3), (value) => Math.fround(value * 8));
    const [query, key, value] = [large(4), large(5), random(6, 2, 3, 3)];
    const expected = reference.attend(query, key, value, 1);
    const inputs = [query, key, value];
    const test = {
      operation: "attend",
      attributes: { heads: 1 },
      inputs,
      reference: () => expected,
    } as const;
    const { output } = await compute(backend, test, expected, expected);
    // Products of 100 are float32 to 8e-6, and so are the shares that they are powers of.
    compare("output", output.data, expected.data, 5e-5);
    expect(output.data.every(Number.isFinite)).toBe(true);
  });

  it.each([false, true])("gathers positions by the channels of another map (mean: %s)", async (mean) => {
    const [map, regions] = [random(7, 4, 3, 5), random(8, 3, 3, 5)];
    await verify(backend, {
      operation: "gather",
      attributes: { positions: [3, 1], mean },
      inputs: [map, regions],
      reference: ([x = map, by = regions]) => reference.gather(x, by, mean),
    });
  });

  it("distributes what was gathered", async () => {
    const [weights, gathered] = [random(9, 3, 4, 5), random(10, 6, 3, 1)];
    await verify(backend, {
      operation: "distribute",
      attributes: { positions: [3, 1] },
      inputs: [weights, gathered],
      reference: ([x = weights, from = gathered]) => reference.distribute(x, from),
    });
  });

  it("makes shares of the positions of each channel with softmax over space, also where values are far apart", async () => {
    for (const scale of [1, 30]) {
      const input = eachCell(random(11, 3, 4, 5), (value) => Math.fround(value * scale));
      await verify(backend, {
        operation: "spatial_softmax",
        attributes: {},
        inputs: [input],
        reference: ([map = input]) => reference.spatialSoftmax(map),
      });
    }
  });
});

await onEachEngine("channels", (backend) => {
  it.each(["max", "average"] as const)("pools the channels of each position: %s", async (kind) => {
    for (const shape of [
      [2, 5, 3, 4],
      [1, 1, 2, 2],
    ] as const) {
      const input = distinctMaps(new Random(12), shape);
      await verify(backend, {
        operation: "channel_pool",
        attributes: { kind },
        inputs: [input],
        reference: ([map = input]) => reference.channelPool(map, kind),
      });
    }
  });

  it("shares the gradient among equal maxima of a position", async () => {
    const input = maps(1, 4, 1, 2, (_b, c, _y, x) => (x === 0 ? 0 : c % 2));
    const expected = reference.channelPool(input, "max");
    const test = {
      operation: "channel_pool",
      attributes: { kind: "max" },
      inputs: [input],
      reference: () => expected,
    } as const;
    const ones = maps(1, 1, 1, 2, () => 1);
    const { inputGradients } = await compute(backend, test, expected, ones);
    compare("gradient", inputGradients[0]?.data ?? [], [0.25, 0, 0.25, 0.5, 0.25, 0, 0.25, 0.5], 1e-7);
  });

  it.each([1, 2, 3, 6])("shuffles channels in %i groups", async (groups) => {
    const input = random(13, 6, 3, 2);
    await verify(backend, {
      operation: "channel_shuffle",
      attributes: { groups },
      inputs: [input],
      reference: ([map = input]) => reference.channelShuffle(map, groups),
    });
  });

  it("learns one factor for all channels in layer_scale(shared)", async () => {
    const input = random(14, 3, 2, 3);
    await verify(backend, {
      operation: "layer_scale",
      attributes: { init: 0, shared: true },
      inputs: [input],
      weights: { factor: { shape: [1], data: Float64Array.of(-0.75) } },
      differentiableWeights: ["factor"],
      reference: ([map = input], { factor }) =>
        eachCell(map, (value) => value * (factor?.data[0] ?? Number.NaN)),
    });
  });
});
