/** Tiles put together equal the whole image; where they cannot, the feature map that is the reason is named. */
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { normaliseImage } from "../../runtime/data/normalise-image.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { fitImage, type ImageFit } from "../../runtime/fit/fit.ts";
import { padImages } from "../../runtime/fit/fit-batch.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { rowsOf } from "../../runtime/images/rows/open-rows.ts";
import { planBlend } from "../../runtime/prediction/tiles/blend-plan.ts";
import { blendTiles } from "../../runtime/prediction/tiles/blend-tiles.ts";
import { predictTiles } from "../../runtime/prediction/tiles/predict-tiles.ts";
import { RowBand } from "../../runtime/prediction/tiles/row-band.ts";
import { planTiles, tileSize } from "../../runtime/prediction/tiles/tile-plan.ts";
import { Random } from "../../runtime/random.ts";
import { compileNetwork } from "../support/compile-network.ts";

const normalisation = { mean: [0.4], deviation: [0.3] };

function noise(height: number, width: number): Raster {
  const random = new Random(7);
  const data = Uint8Array.from({ length: height * width }, () => Math.floor(256 * random.uniform()));
  return { width, height, channels: 1, fullScale: 255, data };
}

const network = (body: string) => compileNetwork(`network N {\n  input image [1, H, W]\n  ${body}\n}`).graph;

/** Every output's values, of the whole image and of its tiles, and how many tiles there are. */
async function both(graph: Graph, image: Raster, most: number) {
  const fit = fitImage(graph, [image.height, image.width]);
  const size = tileSize(graph, fit, most);
  if (size === undefined) throw new Error("no tile of this size");
  const plan = planTiles(graph, fit, size);
  if (plan.kind === "none") throw new Error(`no exact tiles: ${plan.node.name}`);
  const engine = await loadEngine("wasm");
  const session = await engine.open(graph, { seed: 3, normalisations: new Map([["image", normalisation]]) });
  try {
    const whole = await session.predict(
      new Map([["image", padImages(normaliseImage(image, normalisation), fit)]]),
    );
    const bands = bandsOf(image, fit);
    const found: number[][] = graph.outputs.map(() => []);
    for await (const rows of predictTiles(session, graph, { plan, bands }))
      for (const [output, { map }] of rows.entries())
        for (const value of map.data) found[output]?.push(value);
    const tiles = plan.axes.map((axis) => axis.tiles.length);
    return {
      whole: graph.outputs.map(({ name }) => whole.get(name)?.data ?? new Float32Array()),
      found,
      tiles,
    };
  } finally {
    session.close();
  }
}

const bandsOf = (image: Raster, fit: ImageFit) =>
  new Map([["image", new RowBand(rowsOf(image), fit, normalisation)]]);

const farthest = (first: ArrayLike<number>, second: ArrayLike<number>): number =>
  Array.from(first).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (second[i] ?? Number.NaN))),
    0,
  );

describe("exact tiles", () => {
  const bodies: readonly (readonly [what: string, body: string])[] = [
    ["convolutions", "conv(4, 3x3) relu conv(4, 5x5, stride = 2) relu conv(2, 3x3) output y"],
    ["dilation", "conv(4, 3x3, dilate = 3) relu conv(2, 3x3, dilate = 2) output y"],
    [
      "a skip that is cropped, without padding",
      "conv(4, 3x3, padding = valid) relu as a\n  maxpool(2)\n  conv(4, 3x3, padding = valid) relu\n  upsample(2, learned, channels = 4)\n  skip a by concat, crop = centred\n  conv(2, 1x1)\n  output y by softmax",
    ],
    [
      "unpooling",
      "conv(4, 3x3) relu\n  maxpool(2) as p\n  conv(4, 3x3) relu\n  unpool(p)\n  conv(2, 3x3)\n  output y",
    ],
    [
      "bilinear resampling to a feature map, by a factor that this size makes whole",
      "conv(4, 3x3) relu as a\n  maxpool(4)\n  conv(4, 3x3)\n  upsample(to = a, bilinear)\n  skip a by add\n  output y",
    ],
    [
      "reflected borders",
      "pad(4, reflect)\n  conv(4, 5x5, padding = valid) relu\n  conv(2, 5x5, padding = valid)\n  output y",
    ],
    ["average pools that count no padding", "conv(4, 3x3) avgpool(3, stride = 2, padding = 1)\n  output y"],
    ["batch normalisation", "conv(4, 3x3) batchnorm relu conv(2, 3x3) output y by softmax"],
    [
      "outputs of two resolutions",
      "conv(4, 3x3) relu\n  output fine\n  maxpool(2)\n  conv(3, 3x3)\n  output coarse",
    ],
  ];

  it.each(bodies)("equal the whole image: %s", async (what, body) => {
    const { whole, found, tiles } = await both(
      network(body),
      what.startsWith("bilinear") ? noise(104, 88) : noise(101, 87),
      48,
    );
    expect(Math.min(...tiles)).toBeGreaterThan(1);
    for (const [output, values] of whole.entries()) {
      expect(found[output]).toHaveLength(values.length);
      // sums of the same products in the same order, but where a kernel treats its border apart
      expect(farthest(values, found[output] ?? [])).toBeLessThan(1e-5);
    }
  });

  it("need no more than their own memory: the same shape of input for every tile", async () => {
    const graph = network("conv(4, 3x3) relu maxpool(2) conv(4, 3x3) upsample(2, nearest) output y");
    const fit = fitImage(graph, [300, 200]);
    const size = tileSize(graph, fit, 64) ?? [0, 0];
    const plan = planTiles(graph, fit, size);
    expect(plan).toMatchObject({ kind: "exact", axes: [{ length: size[0] }, { length: size[1] }] });
    expect(Math.max(...size)).toBeLessThanOrEqual(64);
  });

  it.each([
    ["pool", "conv(4, 3x3) as a\n  avgpool(global) as pool\n  upsample(to = a, nearest)\n  output y"],
    ["scores", "conv(2, 3x3) softmax\n  crf(guide = image) as scores\n  output y"],
    ["norm", "conv(4, 3x3)\n  instancenorm as norm\n  output y"],
    ["shares", "conv(4, 3x3)\n  softmax(over = space) as shares\n  output y"],
    ["seen", "conv(4, 3x3) as a\n  maxpool(2) as b\n  from a attend(b, b) as seen\n  output y"],
    ["found", "conv(4, 3x3) as a\n  gather(a) as found\n  from a distribute(found)\n  output y"],
    ["up", "conv(4, 3x3, stride = 2) relu\n  upsample(2, bilinear, align_corners = true) as up\n  output y"],
    ["wide", "conv(4, 3x3) relu\n  conv(4, 3x3, dilate = 40) as wide\n  output y"],
  ])("are refused with the feature map that is the reason: %s", (name, body) => {
    const graph = network(body);
    const fit = fitImage(graph, [161, 161]);
    const plan = planTiles(graph, fit, tileSize(graph, fit, 64) ?? [0, 0]);
    expect(plan.kind === "none" ? plan.node.origin.label : plan.kind).toBe(name);
  });
});

describe("the rows that tiles see", () => {
  it("are decoded a few at a time, into the memory of those that are forgotten", async () => {
    const image = noise(400, 20);
    const rows = rowsOf(image);
    const asked: number[] = [];
    const counted = {
      ...rows,
      next: (count: number) => {
        asked.push(count);
        return rows.next(count);
      },
    };
    const fit = fitImage(network("conv(2, 1x1) output y"), [400, 20]);
    const band = new RowBand(counted, fit);
    for (const first of [0, 90, 180, 270, 300]) {
      await band.show(first, 100);
      const { data } = band.tile([first, 0], [100, 20]);
      const wanted = Float32Array.from(
        image.data.subarray(first * 20, (first + 100) * 20),
        (value) => value / 255,
      );
      expect(data).toEqual(wanted);
    }
    expect(Math.max(...asked)).toBeLessThanOrEqual(32);
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(400);
  });
});

describe("blended tiles", () => {
  it("are the weighted mean of overlapping predictions: of equal ones, these", async () => {
    const graph = network("conv(2, 1x1)\n  output y by softmax");
    const image = noise(90, 70);
    const fit = fitImage(graph, [90, 70]);
    const plan = planBlend(graph, fit, tileSize(graph, fit, 32) ?? [0, 0]);
    if (plan === undefined) throw new Error("no tiles to blend");
    expect(plan.axes.map(({ tiles }) => tiles.length)).toEqual([5, 4]);
    const engine = await loadEngine("wasm");
    const session = await engine.open(graph, {
      seed: 3,
      normalisations: new Map([["image", normalisation]]),
    });
    const whole = await session.predict(new Map([["image", normaliseImage(image, normalisation)]]));
    const found: number[] = [];
    for await (const [rows] of blendTiles(session, graph, { plan, bands: bandsOf(image, fit) }))
      if (rows !== undefined) found.push(...rows.map.data);
    session.close();
    const values = whole.get("y")?.data ?? [];
    expect(found).toHaveLength(values.length);
    expect(farthest(values, found)).toBeLessThan(1e-6);
  });
});
