/** Pooling: the maximum or the mean of every window, or of the whole feature map. */
import { type PerAxis, perAxis } from "../axis.ts";
import { compose } from "../geometry/grid-step.ts";
import { rational } from "../geometry/rational.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { Attributes, PoolAttributes } from "./attributes.ts";
import { averaging } from "./axis-matrices.ts";
import { bracketed, count, extent, flag, margins, oneOf } from "./notation.ts";
import type { Margins, Operation } from "./operation.ts";
import { reachOf, samePadding } from "./padding.ts";
import { checkPadding } from "./pool-word.ts";
import { readsAll, readsBy } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, nameAsLabel, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { extentText, flagged, pair, said, sidedPaddingText, unless } from "./said.ts";
import { ceilWindowSize, filledWindows, fixedSize, windowSize } from "./size-steps.ts";
import { type Spread, spreadWindow, windowOf } from "./windowed.ts";

export const poolSchema = {
  kernel: extent(count),
  stride: extent(count),
  dilation: extent(count),
  padding: bracketed(margins),
  ceil: flag,
};

const step = ({ kernel, stride, dilation, padding }: PoolAttributes, axis: 0 | 1) =>
  windowStep(kernel[axis], stride[axis], dilation[axis], padding[axis].before);

function pool(name: "maxpool" | "avgpool", summary: string): Operation<PoolAttributes> {
  return {
    name,
    summary,
    kind: "pool",
    inputs: oneMap,
    schema: poolSchema,
    traits: spatial,
    label: nameAsLabel(name),
    say: ({ kernel, stride, dilation, padding, ceil }) =>
      said(
        name,
        [extentText(kernel)],
        unless(pair(stride), pair(kernel), "stride"),
        unless(pair(dilation), "1", "dilate"),
        sidedPaddingText(
          padding,
          perAxis((axis) => samePadding(kernel[axis], dilation[axis])),
        ),
        flagged("ceil", ceil),
      ),
    channels: (attributes, inputs) => checkPadding(attributes) ?? sameChannels(attributes, inputs),
    size: ({ kernel, stride, dilation, padding, ceil }, inputs, axis) => {
      const reach = reachOf(kernel[axis], dilation[axis]);
      const step = (ceil ? ceilWindowSize : windowSize)(reach, stride[axis], padding[axis]);
      return applyStep(inputAt(inputs, 0), filledWindows(step, stride[axis], dilation[axis], padding[axis]));
    },
    geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), step(attributes, axis)),
    scale: ({ stride }) => perAxis((axis) => rational(stride[axis])),
    reads: readsBy(step),
    weights: noWeights,
    multiplyAdds: noMultiplyAdds,
    windowed: windowOf(false),
    dilated: { kind: "window", at: spreadPool },
    keepsColours: true,
    moment: "passes",
  };
}

/** Where a stride is replaced, ceil mode is too: by padding that keeps its windows, the clipped last one extending into it. */
function spreadPool(attributes: PoolAttributes, strides: PerAxis<number>, spread: Spread): PoolAttributes {
  const kept = attributes.stride.every((stride, axis) => stride === strides[axis]);
  if (kept || !attributes.ceil) return spreadWindow(attributes, strides, spread);
  return { ...spreadWindow(attributes, strides, spread, floorPadding(attributes)), ceil: false };
}

function floorPadding({ kernel, stride, dilation, padding }: PoolAttributes): PerAxis<Margins> {
  return perAxis((axis) => {
    const { before, after } = padding[axis];
    // At reach − 1 the last window starts at the last position; Caffe's rule drops those after it.
    const most = reachOf(kernel[axis], dilation[axis]) - 1;
    return { before, after: Math.min(after + stride[axis] - 1, most) };
  });
}

export const maxpool = pool(
  "maxpool",
  "The maximum of every window; of equal values, the first in row order.",
);

export const avgpool: Operation<PoolAttributes> = {
  ...pool("avgpool", "The mean of every window; padding is not counted."),
  matrix: ({ kernel, stride, dilation, padding }, { axis, inputs, output }) =>
    averaging(
      {
        kernel: kernel[axis],
        stride: stride[axis],
        dilation: dilation[axis],
        before: padding[axis].before,
      },
      inputAt(inputs, 0),
      output,
    ),
};

export const globalPool: Operation<Attributes["global_pool"]> = {
  name: "global_pool",
  summary: "The maximum or mean of each channel over the whole feature map; the result is one position.",
  kind: "pool",
  inputs: oneMap,
  schema: { kind: oneOf("max", "average") },
  traits: spatial,
  label: ({ kind }) => `global ${kind}`,
  say: ({ kind }) => said(kind === "max" ? "maxpool" : "avgpool", ["global"]),
  channels: sameChannels,
  size: (_, inputs) => applyStep(inputAt(inputs, 0), fixedSize(1)),
  geometry: () => ({ kind: "whole", grid: undefined }),
  scale: () => "whole",
  reads: readsAll,
  matrix: ({ kind }, { inputs }) => {
    const cells = inputAt(inputs, 0);
    if (kind === "max") return undefined;
    return averaging({ kernel: cells, stride: 1, dilation: 1, before: 0 }, cells, 1);
  },
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  dilated: { kind: "whole" },
  moment: "passes",
};
