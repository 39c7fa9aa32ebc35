/** Pooling: the maximum or the mean of every window, or of the whole map. */
import { axes, type PerAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { Attributes, PoolAttributes } from "./attributes.ts";
import type { Margins, Operation } from "./operation.ts";
import { paddingOf, reachOf, samePadding } from "./padding.ts";
import { argumentOf, extent, flag, named, one, paddingType, positional } from "./parameters.ts";
import { inputAt, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { ceilWindowSize, filledWindows, fixedSize, windowSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

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

/** A window must hold a cell of the map wherever it lies. */
function checkPadding({ kernel, dilation, padding }: PoolAttributes): Refusal | undefined {
  for (const axis of [0, 1] as const) {
    const most = Math.max(padding[axis].before, padding[axis].after);
    const reach = reachOf(kernel[axis], dilation[axis]);
    if (most < reach) continue;
    const facts = { padding: most, kernel: kernel[axis], reach, axis: axes[axis] };
    return refuse("operations/padding-reaches-kernel", facts, "padding");
  }
  return undefined;
}

export const maxpool = pool("maxpool", "The maximum of every window; the first in row order wins a tie.");
export const avgpool = pool("avgpool", "The mean of every window; padding is not counted.");

export const globalPool: Operation<Attributes["global_pool"]> = {
  name: "global_pool",
  summary: "The maximum or mean of each channel over the whole map: one cell.",
  traits: spatial,
  channels: sameChannels,
  size: (_, inputs) => applyStep(inputAt(inputs, 0), fixedSize(1)),
  geometry: () => ({ kind: "whole", grid: undefined }),
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

function poolWord(name: "maxpool" | "avgpool", kind: "max" | "average", summary: string): Word {
  return {
    name,
    summary,
    parameters: [
      positional("kernel", extent, "Height and width of the window, or one number for both.", undefined),
      named("stride", extent, "Cells from one window to the next.", "the kernel"),
      named("dilate", extent, "Cells from one cell of a window to the next.", "1"),
      named(
        "padding",
        paddingType,
        "Cells around the map that count for nothing: same, valid (none), or a number for every side.",
        "valid",
      ),
      named(
        "ceil",
        flag,
        "Keep a last window that does not fit, unless it would start after the map.",
        "false",
      ),
      named("global", flag, "One window: the whole map.", "false"),
    ],
    lower: (call) => {
      const inputs = [call.current.node];
      if (argumentOf(call, "global", "flag") === true) {
        const other = ["kernel", "stride", "dilate", "padding", "ceil"].find((parameter) =>
          call.arguments.has(parameter),
        );
        if (other === undefined) return [{ operation: "global_pool", attributes: { kind }, inputs }];
        const reason = "a global pool has one window, the whole map";
        return refuse(
          "operations/arguments-exclude",
          { word: name, first: "global", second: other, reason },
          other,
        );
      }
      const kernel = argumentOf(call, "kernel", "extent");
      if (kernel === undefined) {
        const facts = { word: name, needs: "the size of its window, or global", example: `${name}(2)` };
        return refuse("operations/argument-needed", facts);
      }
      const stride = argumentOf(call, "stride", "extent") ?? kernel;
      const dilation = argumentOf(call, "dilate", "extent") ?? one;
      const padding: PerAxis<Margins> = paddingOf(call, "valid", (axis) =>
        samePadding(kernel[axis], dilation[axis]),
      );
      const ceil = argumentOf(call, "ceil", "flag") ?? false;
      const attributes: PoolAttributes = { kernel, stride, dilation, padding, ceil };
      return checkPadding(attributes) ?? [{ operation: name, attributes, inputs }];
    },
  };
}

export const maxpoolWord = poolWord("maxpool", "max", "The maximum of every window.");
export const avgpoolWord = poolWord("avgpool", "average", "The mean of every window.");
