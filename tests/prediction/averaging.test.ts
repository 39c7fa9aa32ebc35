/** Predictions of flipped and resized images and of several weights, put back and averaged. */
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import type { Normalisation, WeightArray } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { rowsOf } from "../../runtime/images/rows/open-rows.ts";
import { resizedRows } from "../../runtime/images/rows/resized-rows.ts";
import { type Averaging, combinedFlips, single } from "../../runtime/prediction/averaging/averaging.ts";
import { flippedMap, unflipped } from "../../runtime/prediction/averaging/flip-map.ts";
import { type OpenImages, Predictor, type PredictorWeights } from "../../runtime/prediction/predictor.ts";
import { planBlend } from "../../runtime/prediction/tiles/blend-plan.ts";
import { planTiles, tileSize } from "../../runtime/prediction/tiles/tile-plan.ts";
import { Random } from "../../runtime/random.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { compileNetwork } from "../support/compile-network.ts";

const network = (body: string, channels = 1) =>
  compileNetwork(`network N {\n  input image [${channels}, H, W]\n  ${body}\n}`).graph;

const plain: Normalisation = { mean: [0], deviation: [1] };
const both = combinedFlips({ vertical: true, horizontal: true });
const horizontal = combinedFlips({ vertical: false, horizontal: true });

function trained(graph: Graph, seed = 3, normalisation: Normalisation = plain): PredictorWeights {
  return { weights: initialiseWeights(graph, seed), normalisation };
}

function image(height: number, width: number, value: (y: number, x: number) => number): Raster {
  const data = Float32Array.from({ length: height * width }, (_, i) =>
    value(Math.floor(i / width), i % width),
  );
  return { width, height, channels: 1, fullScale: 1, data };
}

function noise(height: number, width: number): Raster {
  const random = new Random(7);
  return image(height, width, () => Math.fround(random.uniform()));
}

const flippedImage = (raster: Raster, flip: (typeof both)[number]): Raster => {
  const { data, height, width, channels } = raster;
  return {
    ...raster,
    data: flippedMap({ data: Float32Array.from(data), shape: [1, height, width, channels] }, flip).data,
  };
};

async function values(
  graph: Graph,
  raster: Raster,
  weights: PredictorWeights | readonly [PredictorWeights, ...PredictorWeights[]],
  averaging: Averaging = single,
): Promise<Float32Array> {
  const predictor = await Predictor.open(graph, await loadEngine("wasm"), weights, averaging);
  const [map] = await predictor.positionMaps(new Map([["image", raster]]));
  predictor.close();
  return map?.data ?? new Float32Array();
}

const meanOf = (all: readonly Float32Array[]): number[] =>
  Array.from(all[0] ?? [], (_, i) => all.reduce((sum, one) => sum + (one[i] ?? 0), 0) / all.length);

const farthest = (first: ArrayLike<number>, second: ArrayLike<number>): number => {
  expect(first.length).toBe(second.length);
  return Array.from(first).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (second[i] ?? Number.NaN))),
    0,
  );
};

/** A convolution that passes its input on. */
function passing(graph: Graph): ReadonlyMap<string, WeightArray> {
  return new Map(
    [...initialiseWeights(graph, 1)].map(([weight, { shape, data }]) => [
      weight,
      { shape, data: data.map(() => (shape.length > 1 ? 1 : 0)) },
    ]),
  );
}

describe("flips", () => {
  it("give the mean over the flipped images, each flipped back", async () => {
    const graph = network("conv(4, 3x3) relu\n  conv(3, 3x3)\n  output y by softmax");
    const raster = noise(9, 13);
    const each = await Promise.all(
      both.map(async (flip) => {
        const data = await values(graph, flippedImage(raster, flip), trained(graph));
        return flippedMap({ data, shape: [1, 9, 13, 3] }, flip).data;
      }),
    );
    const averaged = await values(graph, raster, trained(graph), { flips: both, scales: [1] });
    expect(farthest(averaged, meanOf(each))).toBeLessThan(1e-7);
    expect(farthest(averaged, each[0] ?? [])).toBeGreaterThan(1e-3);
  });

  it("read values between positions where those of the flipped image are others", async () => {
    // positions 0, 2, 4 … of 16 pixels; flipped they are at 15, 13, 11 …
    const graph = network("conv(1, 1x1, stride = 2, bias = false) as c\n  output y");
    const raster = image(16, 16, (_, x) => x / 16);
    const weights = { weights: passing(graph), normalisation: plain };
    const averaged = await values(graph, raster, weights, { flips: horizontal, scales: [1] });
    const alone = await values(graph, raster, weights);
    const row = (data: Float32Array) => Array.from(data.subarray(8, 16));
    // a ramp is its own interpolation, but before the first pixel that the flipped image answers for
    expect(farthest(row(averaged).slice(1), row(alone).slice(1))).toBeLessThan(1e-6);
    expect(row(averaged)[0]).toBeCloseTo((0 + 1 / 16) / 2, 6);
  });

  it("turn surface normals with the picture", async () => {
    const graph = network("conv(3, 1x1) as c\n  output y");
    const weights = new Map(
      [...initialiseWeights(graph, 1)].map(([name, { shape, data }]) => [
        name,
        { shape, data: name.endsWith("bias") ? Float32Array.of(0.25, 0.5, 0.75) : data.map(() => 0) },
      ]),
    );
    const normals = { weights, normalisation: plain, targets: { y: { kind: "normals" as const } } };
    const raster = noise(4, 4);
    const averaged = await values(graph, raster, normals, { flips: horizontal, scales: [1] });
    // a network that always says the same: its x is opposite for the flipped picture
    expect([...averaged.slice(0, 3)]).toEqual([0, 0.5, 0.75]);
    const vertical = combinedFlips({ vertical: true, horizontal: false });
    const upright = await values(graph, raster, normals, { flips: vertical, scales: [1] });
    expect([...upright.slice(0, 3)]).toEqual([0.25, 0, 0.75]);
  });
});

describe("scales", () => {
  it("read the predictions of resized images at the positions of the image", async () => {
    const graph = network("conv(1, 1x1, bias = false) as c\n  output y");
    const raster = image(12, 24, (y, x) => (x + 2 * y) / 64);
    const weights = { weights: passing(graph), normalisation: plain };
    for (const scales of [[0.5], [1.5], [0.75, 1, 2]]) {
      const averaged = await values(graph, raster, weights, { flips: [unflipped], scales });
      // a ramp stays one, but near the border, beyond whose outermost centres the outermost values are repeated
      const inside = (data: ArrayLike<number>) =>
        Array.from(data).filter((_, i) => {
          const [y, x] = [Math.floor(i / 24), i % 24];
          return y >= 1 && y < 11 && x >= 1 && x < 23;
        });
      expect(farthest(inside(averaged), inside(raster.data))).toBeLessThan(1e-6);
    }
  });

  it("multiply depth by the factor that the image was enlarged by", async () => {
    const graph = network("conv(1, 1x1) as c\n  output y");
    const weights = new Map(
      [...initialiseWeights(graph, 1)].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map(() => (name.endsWith("bias") ? 3 : 0)) },
      ]),
    );
    const raster = noise(8, 8);
    const of = (targets: PredictorWeights["targets"]) =>
      values(
        graph,
        raster,
        { weights, normalisation: plain, ...(targets && { targets }) },
        { flips: [unflipped], scales: [2] },
      );
    expect((await of({ y: { kind: "depth", log: false } }))[0]).toBe(6);
    expect((await of({ y: { kind: "depth", log: true } }))[0]).toBeCloseTo(3 + Math.log(2), 6);
    expect((await of(undefined))[0]).toBe(3);
  });

  it("resize an image row by row as all at once", async () => {
    const rows = resizedRows(rowsOf(noise(11, 7)), [17, 5]);
    const whole = await resizedRows(rowsOf(noise(11, 7)), [17, 5]).next(17);
    const parts: number[] = [];
    for (const count of [1, 4, 7, 9]) parts.push(...(await rows.next(count)).data);
    expect(parts).toEqual([...whole.data]);
    expect(whole).toMatchObject({ height: 17, width: 5 });
  });
});

describe("several weights", () => {
  it("give the mean of their predictions, each with its own normalisation", async () => {
    const graph = network("conv(4, 3x3) batchnorm relu\n  conv(2, 3x3)\n  output y by softmax");
    const raster = noise(10, 12);
    const members = [
      trained(graph, 3, { mean: [0.4], deviation: [0.3] }),
      trained(graph, 4, { mean: [0.5], deviation: [0.2] }),
      trained(graph, 5),
    ] as const;
    const each = await Promise.all(members.map((member) => values(graph, raster, member)));
    expect(farthest(await values(graph, raster, members), meanOf(each))).toBeLessThan(1e-7);
    expect(farthest(each[0] ?? [], each[1] ?? [])).toBeGreaterThan(1e-3);
  });
});

describe("tiles of flipped and resized images", () => {
  const bodies: readonly (readonly [what: string, body: string])[] = [
    ["convolutions", "conv(4, 3x3) relu conv(4, 5x5, stride = 2) relu conv(2, 3x3) output y by softmax"],
    ["windows that are not symmetric", "conv(4, 4x4) relu conv(2, 2x2) output y by softmax"],
    ["pooling and back", "conv(4, 3x3) relu maxpool(2) conv(4, 3x3) upsample(2, bilinear) output y"],
  ];

  it.each(bodies)("equal the whole image: %s", async (_, body) => {
    const graph = network(body);
    const raster = noise(90, 75);
    const averaging = { flips: both, scales: [1, 0.8, 1.3] };
    const predictor = await Predictor.open(graph, await loadEngine("wasm"), trained(graph), averaging);
    const open: OpenImages = async () => new Map([["image", rowsOf(raster)]]);
    const [whole] = await predictor.positionMaps(new Map([["image", raster]]));
    const plans = predictor.plansOf(raster).map((plan) => {
      const size = tileSize(graph, plan.fit, 56) ?? [0, 0];
      const tiles = planTiles(graph, plan.fit, size, [true, true]);
      if (tiles.kind === "none") throw new Error(`no exact tiles: ${tiles.node.name}`);
      return { ...plan, tiles };
    });
    expect(plans.every(({ tiles }) => tiles.axes.every((axis) => axis.tiles.length > 1))).toBe(true);
    const found: number[] = [];
    for await (const [rows] of predictor.rows(predictor.placeOf(raster), plans, open))
      if (rows !== undefined) found.push(...rows.map.data);
    predictor.close();
    // sums of the same products in the same order, but where a kernel treats its border apart
    expect(farthest(whole?.data ?? [], found)).toBeLessThan(1e-5);
  });

  it("are blended with them", async () => {
    const graph = network("conv(2, 1x1)\n  output y by softmax");
    const raster = noise(90, 70);
    const averaging = { flips: horizontal, scales: [1, 0.5] };
    const predictor = await Predictor.open(graph, await loadEngine("wasm"), trained(graph), averaging);
    const open: OpenImages = async () => new Map([["image", rowsOf(raster)]]);
    const [whole] = await predictor.positionMaps(new Map([["image", raster]]));
    const plans = predictor.plansOf(raster).map((plan) => {
      const tiles = planBlend(graph, plan.fit, tileSize(graph, plan.fit, 32) ?? [0, 0]);
      if (tiles === undefined) throw new Error("no tiles to blend");
      return { ...plan, tiles };
    });
    const found: number[] = [];
    for await (const [rows] of predictor.rows(predictor.placeOf(raster), plans, open))
      if (rows !== undefined) found.push(...rows.map.data);
    predictor.close();
    expect(farthest(whole?.data ?? [], found)).toBeLessThan(1e-6);
  });
});
