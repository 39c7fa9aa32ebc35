/** Pooling: the maximum or the mean of every window, or of the whole feature map. */
import { compose } from "../geometry/grid-step.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { Attributes, PoolAttributes } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import { reachOf } from "./padding.ts";
import { checkPadding } from "./pool-word.ts";
import { inputAt, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { ceilWindowSize, filledWindows, fixedSize, windowSize } from "./size-steps.ts";

function pool(name: "maxpool" | "avgpool", summary: string): Operation<PoolAttributes> {
  return {
    name,
    summary,
    traits: spatial,
    channels: (attributes, inputs) => checkPadding(attributes) ?? sameChannels(attributes, inputs),
    size: ({ kernel, stride, dilation, padding, ceil }, inputs, axis) => {
      const reach = reachOf(kernel[axis], dilation[axis]);
      const step = (ceil ? ceilWindowSize : windowSize)(reach, stride[axis], padding[axis]);
      return applyStep(inputAt(inputs, 0), filledWindows(step, stride[axis], dilation[axis], padding[axis]));
    },
    geometry: ({ kernel, stride, dilation, padding }, inputs, axis) =>
      compose(
        inputAt(inputs, 0),
        windowStep(kernel[axis], stride[axis], dilation[axis], padding[axis].before),
      ),
    weights: noWeights,
    multiplyAdds: noMultiplyAdds,
  };
}

export const maxpool = pool(
  "maxpool",
  "The maximum of every window; of equal values, the first in row order.",
);
export const avgpool = pool("avgpool", "The mean of every window; padding is not counted.");

export const globalPool: Operation<Attributes["global_pool"]> = {
  name: "global_pool",
  summary: "The maximum or mean of each channel over the whole feature map; the result is one position.",
  traits: spatial,
  channels: sameChannels,
  size: (_, inputs) => applyStep(inputAt(inputs, 0), fixedSize(1)),
  geometry: () => ({ kind: "whole", grid: undefined }),
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};
