/** The tiles of one image against the whole of it, with random weights. */
import { perAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { normaliseImage } from "../../../runtime/data/normalise-image.ts";
import type { Engine, Session } from "../../../runtime/engines/engine.ts";
import { fitImage, type ImageFit } from "../../../runtime/fit/fit.ts";
import { padImages } from "../../../runtime/fit/fit-batch.ts";
import type { Raster } from "../../../runtime/images/raster.ts";
import { rowsOf } from "../../../runtime/images/rows/open-rows.ts";
import { predictTiles } from "../../../runtime/prediction/tiles/predict-tiles.ts";
import { RowBand } from "../../../runtime/prediction/tiles/row-band.ts";
import { planTiles, type TilePlan, tileSize } from "../../../runtime/prediction/tiles/tile-plan.ts";
import { Random } from "../../../runtime/random.ts";

export type TileComparison =
  | { readonly kind: "refused"; readonly reason: string }
  | {
      readonly kind: "compared";
      /** [down, across] */
      readonly tiles: readonly [number, number];
      /** The largest difference of a value, relative to the largest of its output. */
      readonly worst: number;
      /** Milliseconds of the clock, of the tiles and of the whole, each run once, with the preparation of its program. */
      readonly inTiles: number;
      readonly whole: number;
    };

/**
 * One image, predicted whole once, and in tiles of every size.
 * @param side pixels of the image @param most of a tile, along each axis
 */
export async function compareTiles(
  graph: Graph,
  engine: Engine,
  { side, most }: { readonly side: number; readonly most: readonly number[] },
): Promise<readonly TileComparison[]> {
  const fit = fitImage(graph, [side, side]);
  const plans = most.map((limit) => planOf(graph, fit, limit));
  if (plans.every(({ kind }) => kind === "refused"))
    return plans.flatMap((plan) => (plan.kind === "refused" ? [plan] : []));
  const images = new Map(
    graph.nodes
      .filter(isInput)
      .map(({ attributes: { name, channels } }, place) => [name, noise(side, channels, place)]),
  );
  const normalisationOf = ({ channels }: Raster) => ({
    mean: Array.from({ length: channels }, () => 0.45),
    deviation: Array.from({ length: channels }, () => 0.25),
  });
  const normalisations = new Map(
    Array.from(images, ([name, image]) => [name, normalisationOf(image)] as const),
  );
  const session = await engine.open(graph, { seed: 3, normalisations });
  try {
    const [values, whole] = await timed(() => predictWhole(session, fit, images, normalisationOf));
    const compared: TileComparison[] = [];
    for (const plan of plans) {
      if (plan.kind === "refused") {
        compared.push(plan);
        continue;
      }
      const [parts, inTiles] = await timed(async () => {
        const bands = new Map(
          Array.from(
            images,
            ([name, image]) => [name, new RowBand(rowsOf(image), fit, normalisationOf(image))] as const,
          ),
        );
        const found: Float32Array[][] = graph.outputs.map(() => []);
        for await (const rows of predictTiles(session, graph, { plan, bands }))
          for (const [output, { map }] of rows.entries()) found[output]?.push(Float32Array.from(map.data));
        return found;
      });
      const worst = graph.outputs.map(({ name }, output) =>
        distance(values.get(name)?.data, parts[output] ?? []),
      );
      const [down, across] = perAxis((axis) => plan.axes[axis].tiles.length);
      compared.push({ kind: "compared", tiles: [down, across], worst: Math.max(...worst), inTiles, whole });
    }
    return compared;
  } finally {
    session.close();
  }
}

function planOf(
  graph: Graph,
  fit: ImageFit,
  most: number,
): TilePlan | Extract<TileComparison, { kind: "refused" }> {
  if (fit.axes.some(({ patches }) => patches > 1)) return { kind: "refused", reason: "one size, in patches" };
  const tile = tileSize(graph, fit, most);
  const plan = tile && planTiles(graph, fit, tile);
  if (plan === undefined) return { kind: "refused", reason: "no accepted size" };
  if (plan.kind === "none")
    return { kind: "refused", reason: `${plan.cause}: ${plan.node.origin.label ?? plan.node.name}` };
  return plan;
}

function predictWhole(
  session: Session,
  fit: ImageFit,
  images: ReadonlyMap<string, Raster>,
  normalisationOf: (image: Raster) => Parameters<typeof normaliseImage>[1],
) {
  return session.predict(
    new Map(
      Array.from(images, ([name, image]) => [
        name,
        padImages(normaliseImage(image, normalisationOf(image)), fit),
      ]),
    ),
  );
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, milliseconds: number]> {
  const began = performance.now();
  const made = await work();
  return [made, performance.now() - began];
}

/** @throws Error where they are not of one length */
function distance(whole: Float32Array = new Float32Array(), parts: readonly Float32Array[]): number {
  let [at, most, largest] = [0, 0, 0];
  for (const part of parts)
    for (const value of part) {
      const wanted = whole[at++] ?? Number.NaN;
      most = Math.max(most, Math.abs(value - wanted));
      largest = Math.max(largest, Math.abs(wanted));
    }
  if (at !== whole.length || Number.isNaN(most))
    throw new Error(`${at} values in tiles, ${whole.length} of the whole`);
  return most / Math.max(largest, Number.MIN_VALUE);
}

function noise(side: number, channels: number, seed: number): Raster {
  const random = new Random(seed + 1);
  const data = Uint8Array.from({ length: side * side * channels }, () => Math.floor(256 * random.uniform()));
  return { width: side, height: side, channels, fullScale: 255, data };
}
