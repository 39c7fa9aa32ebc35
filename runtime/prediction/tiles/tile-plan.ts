/** An image in tiles whose results, put together, are those of the whole image. */
import {
  type AxisTiles,
  type NoTiles,
  tileAxis,
  tileStep,
} from "../../../compiler/analyses/tiles/tile-axis.ts";
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { isAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { inputSizes } from "../../../compiler/network/scene.ts";
import type { ShapedGraph } from "../../../compiler/network/shape-graph.ts";
import { lcm } from "../../../compiler/sizes/integers.ts";
import { shapesAt } from "../../engines/check-inputs.ts";
import { type ImageFit, imageScene } from "../../fit/fit.ts";

export interface TilePlan {
  readonly kind: "exact";
  /** Of the whole image. */
  readonly fit: ImageFit;
  readonly axes: PerAxis<AxisTiles>;
}

/**
 * Tiles of [height, width] pixels, as `tileSize` gives them.
 * @param flipped axes along which tiles are flipped, too, before they are predicted
 * @throws Error for an image that is split into patches (fit.ts), which are no tiles
 */
export function planTiles(
  graph: Graph,
  fit: ImageFit,
  tile: PerAxis<number>,
  flipped: PerAxis<boolean> = [false, false],
): TilePlan | NoTiles {
  if (fit.axes.some(({ patches }) => patches > 1)) throw new Error("patches are predicted one by one anyway");
  const whole = shapesOf(
    graph,
    perAxis((axis) => fit.axes[axis].input),
  );
  const part = shapesOf(graph, tile);
  const vertical = tileAxis(whole, part, 0, flipped[0]);
  if ("kind" in vertical) return vertical;
  const horizontal = tileAxis(whole, part, 1, flipped[1]);
  return "kind" in horizontal ? horizontal : { kind: "exact", fit, axes: [vertical, horizontal] };
}

/**
 * Pixels of the largest tile, [height, width], with at most `most` along each axis: the whole input where it is no longer than that;
 * otherwise an accepted size with which tiles can end where the image ends. `undefined`: there is none.
 */
export function tileSize(graph: Graph, fit: ImageFit, most: number): PerAxis<number> | undefined {
  const { size } = imageScene(graph);
  const [vertical, horizontal] = size;
  const steps = perAxis((axis) => tileStep(graph, axis));
  const square = vertical.symbol !== undefined && vertical.symbol === horizontal.symbol;
  const step = square ? lcm(...steps) : undefined;
  const lengths = perAxis((axis): number | undefined => {
    const { input } = fit.axes[axis];
    const { symbol, scale, shift } = size[axis];
    const accepted = symbol === undefined ? undefined : graph.accepts.get(symbol);
    if (input <= most) return input;
    if (accepted === undefined) return undefined;
    const by = step ?? steps[axis];
    for (let length = input - Math.ceil((input - most) / by) * by; length > 0; length -= by)
      if (isAccepted(accepted, (length - shift) / scale)) return length;
    return undefined;
  });
  const [height, width] = lengths;
  return height === undefined || width === undefined ? undefined : [height, width];
}

function shapesOf(graph: Graph, size: PerAxis<number>): ShapedGraph {
  return shapesAt(graph, inputSizes(imageScene(graph), size));
}
