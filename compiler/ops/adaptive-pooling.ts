/** Pooling to a fixed number of bins: spatial pyramid pooling (He et al. 2014, section 2.2), pyramid pooling (Zhao et al. 2017). */
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { compose } from "../geometry/grid-step.ts";
import { rational } from "../geometry/rational.ts";
import { placedBySize } from "../geometry/sized.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { constantCells } from "../sizes/constant-cells.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import type { Attributes } from "./attributes.ts";
import { binning } from "./axis-matrices.ts";
import { count, extent, oneOf } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { patternOf } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { pair, said } from "./said.ts";
import { fixedSize } from "./size-steps.ts";

export const adaptivePool: Operation<Attributes["adaptive_pool"]> = {
  name: "adaptive_pool",
  summary: "The maximum or mean of each of a fixed number of bins, for feature maps of any size.",
  kind: "pool",
  inputs: oneMap,
  schema: { kind: oneOf("max", "average"), bins: extent(count) },
  traits: spatial,
  label: ({ bins }) => `${pair(bins)} bins`,
  say: ({ kind, bins }) => said(kind === "max" ? "maxpool" : "avgpool", [`bins = ${pair(bins)}`]),
  channels: sameChannels,
  size: ({ bins }, inputs, axis) => applyStep(inputAt(inputs, 0), fixedSize(bins[axis])),
  geometry: ({ bins }, inputs, axis, sizes) => binned(inputAt(inputs, 0), bins[axis], inputAt(sizes, 0)),
  scale: () => "whole",
  reads: (_, { inputs, output }) => [patternOf(binning(inputAt(inputs, 0), output))],
  matrix: ({ kind }, { inputs, output }) =>
    kind === "max" ? undefined : binning(inputAt(inputs, 0), output),
  /** Where the bins would be if they were all of one size. */
  gridAt: (_, { inputs, output }) => {
    const cells = inputAt(inputs, 0);
    return { scale: rational(cells, output), shift: rational(cells - output, 2 * output) };
  },
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  dilated: { kind: "whole" },
  moment: "passes",
};

/** Exact where the feature map has one size, and the bins divide it. */
function binned(map: AxisGeometry, bins: number, size: SizeFunction): AxisGeometry {
  if (bins === 1) return { kind: "whole", grid: undefined };
  const cells = constantCells(size);
  if (cells === undefined)
    return placedBySize(map, "the windows of a pool with bins depend on the input's size");
  if (cells % bins !== 0) {
    return placedBySize(map, `the windows of ${bins} bins over ${cells} cells are not all of one size`);
  }
  return compose(map, windowStep(cells / bins, cells / bins, 1, 0));
}
