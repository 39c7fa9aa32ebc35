/** Resampling: bilinear or nearest, by a factor or to another feature map's size; to that also by means of areas. */
import { perAxis } from "../axis.ts";
import { Refusal } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { compose } from "../geometry/grid-step.ts";
import { liesNowhere } from "../geometry/grid-within.ts";
import { rational } from "../geometry/rational.ts";
import { alignedCornersStep, areaStep, halfPixelStep } from "../geometry/resample.ts";
import { placedBySize, wholeWhere } from "../geometry/sized.ts";
import type { SparseMatrix } from "../geometry/sparse-matrix.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { constantCells } from "../sizes/constant-cells.ts";
import { constantRatio } from "../sizes/constant-ratio.ts";
import { sameSymbol } from "../sizes/pointwise.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { existsSet, restrict } from "../sizes/size-set.ts";
import type { Attributes } from "./attributes.ts";
import { resampling } from "./axis-matrices.ts";
import { count, extent, flag, oneOf } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { type AxisPositions, patternOf } from "./reads.ts";
import { inputsOf, oneMap } from "./roles.ts";
import { inputAt, nameAsLabel, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { flagged, pair, said } from "./said.ts";
import { multipliedSize } from "./size-steps.ts";

function matrixOf(attributes: Attributes["resize_to"], { inputs, output }: AxisPositions): SparseMatrix {
  return resampling(attributes, inputAt(inputs, 0), output);
}

/** Half-pixel centres are at one place for all sizes; aligned corners are not. */
function halfPixel<A extends Attributes["resize_to"]>(attributes: A): A | undefined {
  return attributes.alignCorners ? { ...attributes, alignCorners: false } : undefined;
}

export const resize: Operation<Attributes["resize"]> = {
  name: "resize",
  summary: "Bilinear or nearest resampling by a whole factor.",
  kind: "resampling",
  inputs: oneMap,
  schema: { mode: oneOf("nearest", "bilinear"), factor: extent(count), alignCorners: flag },
  traits: spatial,
  label: nameAsLabel("resize"),
  say: ({ factor, mode, alignCorners }) =>
    said("upsample", [pair(factor), mode], flagged("align_corners", alignCorners)),
  channels: sameChannels,
  size: ({ factor }, inputs, axis) => applyStep(inputAt(inputs, 0), multipliedSize(factor[axis])),
  geometry: ({ mode, factor, alignCorners }, inputs, axis, sizes) => {
    const map = inputAt(inputs, 0);
    if (!alignCorners) return compose(map, halfPixelStep(rational(factor[axis]), mode));
    const cells = inputAt(sizes, 0);
    const larger = applyStep(cells, multipliedSize(factor[axis]));
    return alignedCorners(
      map,
      cells,
      larger,
      "the stride of upsample(align_corners) depends on the input's size",
    );
  },
  scale: ({ factor }) => perAxis((axis) => rational(1, factor[axis])),
  reads: (attributes, positions) => [patternOf(matrixOf(attributes, positions))],
  matrix: matrixOf,
  realigned: halfPixel,
  keepsColours: true,
  moment: "passes",
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

export const resizeTo: Operation<Attributes["resize_to"]> = {
  name: "resize_to",
  summary:
    "Bilinear or nearest resampling, or means of areas, to the height and width of another feature map.",
  kind: "resampling",
  inputs: inputsOf("values", "size"),
  schema: { mode: oneOf("nearest", "bilinear", "area"), alignCorners: flag },
  traits: spatial,
  label: nameAsLabel("resize"),
  say: ({ mode, alignCorners }) =>
    said(
      mode === "area" ? "downsample" : "upsample",
      ["to = …", mode],
      flagged("align_corners", alignCorners),
    ),
  channels: sameChannels,
  size: (_, inputs) => {
    const map = inputAt(inputs, 0);
    const reference = inputAt(inputs, 1);
    // A feature map that may lack a size of another symbol cannot report that here; its own node does.
    return sameSymbol(map, reference) ? restrict(reference, existsSet(map)) : reference;
  },
  geometry: ({ mode, alignCorners }, inputs, _axis, sizes) => {
    const map = inputAt(inputs, 0);
    const reference = inputAt(inputs, 1);
    // One position for the whole input has no particular place; now it has the grid of the reference.
    if (liesNowhere(map)) return wholeWhere(reference);
    const word = mode === "area" ? "downsample" : "upsample";
    const reason = `the stride of ${word}(to = …) depends on the input's size`;
    const from = inputAt(sizes, 0);
    const to = inputAt(sizes, 1);
    if (alignCorners) return alignedCorners(map, from, to, reason);
    const ratio = constantRatio(to, from);
    if (ratio === undefined) return placedBySize(map, reason);
    return compose(
      map,
      mode === "area" ? areaStep(rational(...ratio)) : halfPixelStep(rational(...ratio), mode),
    );
  },
  scale: () => ({ of: 1 }),
  reads: (attributes, positions) => [patternOf(matrixOf(attributes, positions)), undefined],
  matrix: matrixOf,
  realigned: halfPixel,
  keepsColours: true,
  moment: "passes",
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

function alignedCorners(
  map: AxisGeometry,
  from: SizeFunction,
  to: SizeFunction | Refusal,
  reason: string,
): AxisGeometry {
  if (to instanceof Refusal) return placedBySize(map, reason);
  // A single position has no corners to align but the first: it is that position, whatever would come after it.
  const scale = constantCells(to) === 1 ? ([1, 1] as const) : constantRatio(from, to, -1);
  return scale === undefined
    ? placedBySize(map, reason)
    : compose(map, alignedCornersStep(rational(...scale)));
}
