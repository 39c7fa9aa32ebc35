/** The largest tiles that an amount of memory holds. */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { tileSize } from "./tile-plan.ts";

export interface TooSmall {
  readonly kind: "memory";
  /** Bytes that the smallest tiles need which there are. */
  readonly needed: number;
}

/** Pixels along an axis from which memory by size is judged: smaller tiles repeat most of their work. */
const usual = 256;
const most = 2 ** 20;

/**
 * @param bytes of memory that a prediction may take
 * @param bytesOf what one of an input of [height, width] pixels takes; `undefined`: more than the engine holds in one array
 * @param plan divides the image into tiles of [height, width] pixels
 * @returns what `plan` makes of the largest that fit; refused where no tiles are small enough
 */
export async function chooseTiles<Plan>(
  graph: Graph,
  fit: ImageFit,
  {
    bytes,
    bytesOf,
    plan,
  }: {
    readonly bytes: number;
    readonly bytesOf: (input: PerAxis<number>) => Promise<number | undefined>;
    readonly plan: (tile: PerAxis<number>) => Plan;
  },
): Promise<Plan | TooSmall> {
  const needed = async (
    limit: number,
  ): Promise<{ readonly tile: PerAxis<number>; readonly bytes: number } | undefined> => {
    const tile = tileSize(graph, fit, limit);
    return tile && { tile, bytes: (await bytesOf(tile)) ?? Number.POSITIVE_INFINITY };
  };
  // Memory grows with the pixels of a tile: two sizes say how, and a third is tried.
  const [small, larger] = [await needed(usual), await needed(2 * usual)];
  if (small === undefined || larger === undefined) return { kind: "memory", needed: small?.bytes ?? 0 };
  const pixels = ([height, width]: PerAxis<number>) => height * width;
  const slope = (larger.bytes - small.bytes) / Math.max(1, pixels(larger.tile) - pixels(small.tile));
  const spare = pixels(small.tile) + Math.max(0, bytes - small.bytes) / Math.max(slope, Number.MIN_VALUE);
  for (
    let limit = Math.min(most, Math.floor(Math.sqrt(spare)));
    limit >= 1;
    limit = Math.floor(0.9 * limit)
  ) {
    const found = await needed(limit);
    if (found === undefined) break;
    if (found.bytes <= bytes) return plan(found.tile);
  }
  return { kind: "memory", needed: small.bytes };
}
