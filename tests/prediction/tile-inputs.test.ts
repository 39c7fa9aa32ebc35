/** Tiles of several inputs: in proportion, and one that is given all of the image, resized. */
import { describe, expect, it } from "vitest";
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { scaledDown } from "../../compiler/network/scene.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { type ImageFit, imageScene } from "../../runtime/fit/fit.ts";
import { padInputs } from "../../runtime/fit/inputs-of-fit.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { rowsOf } from "../../runtime/images/rows/open-rows.ts";
import { inputRows } from "../../runtime/prediction/input-images.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { type BlendPlan, planBlend } from "../../runtime/prediction/tiles/blend-plan.ts";
import { planTiles, type TilePlan, tileSize } from "../../runtime/prediction/tiles/tile-plan.ts";
import { wholeImages } from "../../runtime/prediction/whole-images.ts";
import { Random } from "../../runtime/random.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { compileNetwork } from "../support/compile-network.ts";

type Images = ReadonlyMap<string, Raster>;

const plain = { mean: [0], deviation: [1] };

function noise(height: number, width: number, seed: string): Raster {
  const random = new Random(7, seed);
  const data = Uint8Array.from({ length: height * width }, () => random.integer(256));
  return { width, height, channels: 1, fullScale: 255, data };
}

/** The finest input of the size given, others of theirs. */
const imagesOf = (sizes: Readonly<Record<string, PerAxis<number>>>): Images =>
  new Map(Object.entries(sizes).map(([name, [height, width]]) => [name, noise(height, width, name)]));

async function opened(graph: Graph): Promise<Predictor> {
  const otherNormalisations = Object.fromEntries(
    [...imageScene(graph).inputs.keys()].map((name) => [name, plain]),
  );
  return Predictor.open(graph, await loadEngine("wasm"), {
    weights: initialiseWeights(graph, 3),
    normalisation: plain,
    otherNormalisations,
  });
}

/** Every output's values, of the whole image and of its tiles. */
async function both(graph: Graph, images: Images, tiles: TilePlan | BlendPlan) {
  const predictor = await opened(graph);
  try {
    const whole = await predictor.positionMaps(images);
    const open = async () => new Map(Array.from(images, ([name, image]) => [name, rowsOf(image)] as const));
    const found: number[][] = graph.outputs.map(() => []);
    const plan = { scale: 1, fit: tiles.fit, tiles };
    for await (const rows of predictor.rows(tiles.fit, [plan], open))
      for (const [output, part] of rows.entries())
        for (const value of part?.map.data ?? []) found[output]?.push(value);
    return { whole: whole.map(({ data }) => data), found };
  } finally {
    predictor.close();
  }
}

/** Tiles of at most so many pixels along each axis. */
async function tilesOf<Plan extends TilePlan | BlendPlan>(
  graph: Graph,
  images: Images,
  most: number,
  plan: (fit: ImageFit, size: PerAxis<number>) => Plan | { readonly kind: "none" } | undefined,
): Promise<Plan> {
  const predictor = await opened(graph);
  const image = images.get(predictor.input.name);
  predictor.close();
  if (image === undefined) throw new Error("the finest input has no image");
  const fit = predictor.placeOf(image);
  const size = tileSize(graph, fit, most);
  if (size === undefined) throw new Error("no tile of this size");
  const found = plan(fit, size);
  if (found === undefined || found.kind === "none") throw new Error("there are no such tiles");
  const tiles = found as Plan; // it is neither of the others
  expect(Math.min(...tiles.axes.map((axis) => axis.tiles.length))).toBeGreaterThan(1);
  return tiles;
}
const exactTiles = (graph: Graph, images: Images) =>
  tilesOf(graph, images, 48, (fit, size) => planTiles(graph, fit, size));
const blendTiles = (graph: Graph, images: Images) =>
  tilesOf(graph, images, 48, (fit, size) => planBlend(graph, fit, size));

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, most: number): void {
  expect(found.length).toBe(wanted.length);
  let farthest = 0;
  for (let i = 0; i < wanted.length; i++)
    farthest = Math.max(farthest, Math.abs((found[i] ?? Number.NaN) - (wanted[i] ?? Number.NaN)));
  expect(farthest).toBeLessThan(most);
}

const half = `input fine [1, 2*H, 2*W]
  input coarse [1, H, W]
  from fine
  conv(4, 3x3, stride = 2) relu
  skip coarse by concat
  conv(4, 3x3) relu
  output low
  upsample(2, learned, channels = 4) relu
  skip fine by concat
  conv(2, 3x3)
  output labels by softmax`;
const thirds = `input coarse [1, 2*H, 2*W]
  input fine [1, 3*H, 3*W]
  from fine
  conv(4, 3x3, stride = 3) relu as small
  from coarse
  conv(3, 3x3, stride = 2) relu
  skip small by concat
  conv(2, 3x3)
  output labels by softmax`;
const resized = `input image [1, H, W]
  input whole [1, 8, 6]
  from whole
  conv(4, 3x3) relu
  avgpool(global)
  upsample(to = image, nearest)
  skip image by concat
  conv(4, 3x3) relu
  conv(2, 3x3)
  output labels by softmax`;
const all = `input fine [1, 2*H, 2*W]
  input coarse [1, H, W]
  input whole [1, 5, 7]
  from whole
  conv(3, 3x3) relu
  avgpool(global)
  upsample(to = coarse, nearest)
  skip coarse by concat
  conv(4, 3x3) relu
  upsample(2, nearest)
  skip fine by concat
  conv(2, 3x3)
  output labels by softmax`;

const cases: readonly (readonly [
  what: string,
  body: string,
  sizes: Readonly<Record<string, PerAxis<number>>>,
])[] = [
  ["one of half the size", half, { fine: [120, 104], coarse: [60, 52] }],
  ["one of half an odd size, rounded down", half, { fine: [121, 103], coarse: [60, 51] }],
  ["one of half an odd size, rounded up", half, { fine: [121, 103], coarse: [61, 52] }],
  ["one of the image's size, which is shrunk", half, { fine: [121, 103], coarse: [121, 103] }],
  ["two thirds", thirds, { fine: [150, 132], coarse: [100, 88] }],
  ["two thirds of a size that three does not divide", thirds, { fine: [151, 133], coarse: [100, 88] }],
  ["all of the image, resized", resized, { image: [101, 87], whole: [101, 87] }],
  ["an image of its own, resized", resized, { image: [101, 87], whole: [33, 44] }],
  [
    "one of half the size and all of the image",
    all,
    { fine: [121, 103], coarse: [60, 51], whole: [121, 103] },
  ],
];
const network = (body: string) => compileNetwork(`network N {\n  ${body}\n}`).graph;

describe("exact tiles of several inputs", () => {
  it.each(cases)("equal the whole image: %s", async (_, body, sizes) => {
    const graph = network(body);
    const images = imagesOf(sizes);
    const { whole, found } = await both(graph, images, await exactTiles(graph, images));
    for (const [output, values] of whole.entries()) expectClose(found[output] ?? [], values, 1e-5);
  });
});

describe("blended tiles of several inputs", () => {
  it.each(cases)(
    "are the weighted mean of what the network gives for each part: %s",
    async (_, body, sizes) => {
      const graph = network(body);
      const images = imagesOf(sizes);
      const plan = await blendTiles(graph, images);
      const { found, whole } = await both(graph, images, plan);
      const wanted = await blendedByHand(graph, images, plan);
      for (const [output, values] of wanted.entries()) {
        expectClose(found[output] ?? [], values, 1e-5);
        // their borders are padded, so they are not the whole image's
        expect(() => expectClose(values, whole[output] ?? [], 1e-5)).toThrow();
      }
    },
  );

  it.each([
    [
      "of parts that see no more than themselves",
      `input fine [1, 2*H, 2*W]
  input coarse [1, H, W]
  from fine
  conv(4, 2x2, stride = 2, padding = valid) relu
  skip coarse by concat
  conv(4, 1x1) relu
  upsample(2, nearest)
  skip fine by concat
  conv(2, 1x1)
  output labels by softmax`,
      { fine: [121, 103], coarse: [60, 51] },
    ],
    [
      "that see the image through a small copy of all of it",
      `input image [1, H, W]
  input whole [1, 8, 6]
  from whole
  conv(4, 3x3) relu
  avgpool(global)
  upsample(to = image, nearest)
  skip image by concat
  conv(2, 1x1)
  output labels by softmax`,
      { image: [101, 87], whole: [101, 87] },
    ],
  ] as const)("equal the whole image %s", async (_, body, sizes) => {
    const graph = network(body);
    const images = imagesOf(sizes);
    const { whole, found } = await both(graph, images, await blendTiles(graph, images));
    expectClose(found[0] ?? [], whole[0] ?? [], 1e-6);
  });
});

/** The definition: every part of the padded inputs predicted by itself, with Gaussian weights of 1/8 of its length. */
async function blendedByHand(
  graph: Graph,
  images: Images,
  plan: BlendPlan,
): Promise<readonly Float64Array[]> {
  const scene = imageScene(graph);
  const rows = new Map(Array.from(images, ([name, image]) => [name, rowsOf(image)] as const));
  const { fit } = plan;
  const padded = padInputs(graph, await wholeImages(await inputRows(graph, { fit, scale: 1 }, rows)), fit);
  const session = await (await loadEngine("wasm")).open(graph, { seed: 0 });
  await session.writeWeights(initialiseWeights(graph, 3));
  const size = perAxis((axis) => plan.axes[axis].length);
  const sums = new Map<string, { readonly sum: Float64Array; readonly weight: Float64Array }>();
  for (const { origin: top } of plan.axes[0].tiles)
    for (const { origin: left } of plan.axes[1].tiles) {
      const parts = new Map(
        Array.from(padded, ([name, map]) => {
          const input = scene.inputs.get(name);
          if (input?.kind !== "pixels") return [name, map] as const;
          const own = (at: PerAxis<number>) => perAxis((axis) => scaledDown(at[axis], input.pixels[axis]));
          return [name, cropped(map, own([top, left]), own(size))] as const;
        }),
      );
      const maps = await session.predict(parts);
      for (const [output, { name }] of graph.outputs.entries()) {
        const map = maps.get(name);
        const grids = perAxis((axis) => fit.axes[axis].grids[output]);
        if (map === undefined || grids[0] === undefined || grids[1] === undefined)
          throw new Error(`no output ${name}`);
        const length = grids[0].cells * grids[1].cells;
        const channels = map.shape[3];
        const found = sums.get(name) ?? {
          sum: new Float64Array(length * channels),
          weight: new Float64Array(length),
        };
        sums.set(name, found);
        const [y0, x0] = [top, left].map((at, axis) => {
          const { numerator, denominator } = grids[axis as 0 | 1]?.stride ?? { numerator: 1, denominator: 1 }; // of two axes
          return (at * denominator) / numerator;
        });
        for (let y = 0; y < map.shape[1]; y++)
          for (let x = 0; x < map.shape[2]; x++) {
            const weight = gaussian(y, map.shape[1]) * gaussian(x, map.shape[2]);
            const at = ((y0 ?? 0) + y) * grids[1].cells + (x0 ?? 0) + x;
            found.weight[at] = (found.weight[at] ?? 0) + weight;
            for (let c = 0; c < channels; c++) {
              const value = map.data[(y * map.shape[2] + x) * channels + c] ?? Number.NaN;
              found.sum[at * channels + c] = (found.sum[at * channels + c] ?? 0) + weight * value;
            }
          }
      }
    }
  session.close();
  return graph.outputs.map(({ name }) => {
    const { sum, weight } = sums.get(name) ?? { sum: new Float64Array(), weight: new Float64Array() };
    const channels = sum.length / weight.length;
    return sum.map((value, i) => value / (weight[Math.floor(i / channels)] ?? Number.NaN));
  });
}

function gaussian(at: number, length: number): number {
  return Math.exp(-0.5 * ((at - (length - 1) / 2) / (length / 8)) ** 2);
}

function cropped(
  { data, shape: [, , across, channels] }: MapBatch,
  [top, left]: PerAxis<number>,
  [height, width]: PerAxis<number>,
): MapBatch {
  const part = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * across + left) * channels;
    part.set(data.subarray(from, from + width * channels), y * width * channels);
  }
  return { data: part, shape: [1, height, width, channels] };
}
