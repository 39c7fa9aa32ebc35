/**
 * Overlapping tiles whose results are averaged, for networks without exact tiles: those that see the whole image, or place
 * positions by its size.
 *
 * Each tile is predicted as an image of its own. Neighbours overlap by about half, and a position's values are the mean over the
 * tiles that have it, with Gaussian weights about their middles of a deviation of 1/8 of the tile (Isensee et al. 2021, nnU-Net,
 * supplementary note 2; MONAI's sliding window inference).
 */
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { wholePixels } from "../../../compiler/network/scene.ts";
import { lcm } from "../../../compiler/sizes/integers.ts";
import { gridsOfInput, type ImageFit, imageScene } from "../../fit/fit.ts";
import type { AxisFit, AxisGrid } from "../../fit/fit-axis.ts";

export interface BlendPlan {
  readonly kind: "blend";
  readonly fit: ImageFit;
  readonly axes: PerAxis<BlendAxis>;
}

export interface BlendAxis {
  readonly length: number;
  readonly tiles: readonly BlendTile[];
}

export interface BlendTile {
  readonly origin: number;
  /** By output: the first position of the whole output that it has, and the weight of each of its positions. */
  readonly has: readonly { readonly first: number; readonly weights: Float64Array }[];
}

/** Of the deviation of the weights, to the length of the tile. */
const deviationShare = 1 / 8;

/** @returns `undefined` where positions of a tile are not among those of the whole image */
export function planBlend(graph: Graph, fit: ImageFit, size: PerAxis<number>): BlendPlan | undefined {
  const grids = gridsOfInput(graph, size);
  const scene = imageScene(graph);
  const [vertical, horizontal] = perAxis((axis) =>
    blendAxis(fit.axes[axis], size[axis], grids[axis], wholePixels(scene, axis)),
  );
  return vertical && horizontal && { kind: "blend", fit, axes: [vertical, horizontal] };
}

function blendAxis(
  { input: all, grids }: AxisFit,
  length: number,
  own: readonly AxisGrid[] | undefined,
  whole: number,
): BlendAxis | undefined {
  if (own === undefined) return undefined;
  const alike = grids.every(({ stride, offset }, output) => {
    const other = own[output];
    return (
      other !== undefined &&
      stride.numerator * other.stride.denominator === other.stride.numerator * stride.denominator &&
      offset.numerator * other.offset.denominator === other.offset.numerator * offset.denominator
    );
  });
  if (!alike) return undefined;
  const step = grids.reduce((common, { stride }) => lcm(common, stride.numerator), whole);
  const last = all - length;
  if (last % step !== 0) return undefined;
  // half of what the output that has least of a tile has of it
  const reach = Math.min(...own.map(({ cells, stride }) => (cells * stride.numerator) / stride.denominator));
  const between = Math.max(step, Math.floor(reach / 2 / step) * step);
  const count = Math.ceil(last / between) + 1;
  const origins = Array.from({ length: count }, (_, i) => Math.min(last, i * between));
  return {
    length,
    tiles: origins.map((origin) => ({
      origin,
      has: own.map(({ cells, stride }) => ({
        first: Math.round((origin * stride.denominator) / stride.numerator),
        weights: gaussian(cells),
      })),
    })),
  };
}

function gaussian(length: number): Float64Array {
  const [middle, deviation] = [(length - 1) / 2, length * deviationShare];
  return Float64Array.from({ length }, (_, i) => Math.exp(-0.5 * ((i - middle) / deviation) ** 2));
}
