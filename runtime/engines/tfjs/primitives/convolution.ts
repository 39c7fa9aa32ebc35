/** Convolution and its gradients. Feature maps have their channels last, filters are [height, width, input / groups, output]. */
import { four } from "../../../../compiler/tensors/value.ts";
import { channelsLast, filterOrder } from "../axis-order.ts";
import { filterGradient } from "../convolution/filter-gradient.ts";
import { forward } from "../convolution/forward.ts";
import { inputGradient } from "../convolution/input-gradient.ts";
import type { Four, Sizes } from "../convolution/sizes.ts";
import type { Tensor4D } from "../types.ts";
import {
  filterGradientWorkspace,
  forwardWorkspace,
  inputGradientWorkspace,
} from "./convolution-workspace.ts";
import type { Kernels, PrimitiveKernels } from "./kernel-call.ts";

function last([batch, channels, height, width]: Four): Four {
  return [batch, height, width, channels];
}

function turned([outputs, inputs, height, width]: Four): Four {
  return [height, width, inputs, outputs];
}

/** What is added to a convolution's result, and whether it is cut off below 0. */
export interface Finish {
  readonly bias: boolean;
  readonly relu: boolean;
}

/** @param finish with a bias the third operand is one number for each channel, stored beside each other */
export function convolution(
  call: Parameters<PrimitiveKernels<"conv">>[0],
  finish: Finish = { bias: false, relu: false },
): Kernels {
  const { tf, attributes, results } = call;
  const x = call.take(0, channelsLast);
  const filter = call.take(1, filterOrder);
  if (finish.bias) call.asStored(2);
  const sizes = sizesOf(x.shape, filter.shape, results[0]?.shape ?? []);
  return {
    results: [{ order: channelsLast }],
    run: ([map, weights, bias]) => [
      forward(tf, map as Tensor4D, weights as Tensor4D, attributes, sizes, bias, finish.relu), // of the shapes asked for
    ],
    workspace: forwardWorkspace(call.backend, attributes, sizes),
  };
}

export const conv: PrimitiveKernels<"conv"> = (call) => convolution(call);

export const convInputGradient: PrimitiveKernels<"conv_input_gradient"> = (call) => {
  const { tf, attributes, results } = call;
  const y = call.take(0, channelsLast);
  const filter = call.take(1, filterOrder);
  const sizes = sizesOf(results[0]?.shape ?? [], filter.shape, y.shape);
  return {
    results: [{ order: channelsLast }],
    run: ([dy, weights]) => [
      inputGradient(tf, dy as Tensor4D, weights as Tensor4D, attributes, sizes), // of the shapes asked for
    ],
    workspace: inputGradientWorkspace(tf, call.backend, attributes, sizes),
  };
};

export const convFilterGradient: PrimitiveKernels<"conv_filter_gradient"> = (call) => {
  const { tf, attributes, results } = call;
  const x = call.take(0, channelsLast);
  const y = call.take(1, channelsLast);
  const sizes = sizesOf(x.shape, results[0]?.shape ?? [], y.shape);
  return {
    results: [{ order: filterOrder }],
    run: ([map, dy]) => [
      filterGradient(tf, map as Tensor4D, dy as Tensor4D, attributes, sizes), // of the shapes asked for
    ],
    workspace: filterGradientWorkspace(tf, call.backend, attributes, sizes),
  };
};

function sizesOf(x: readonly number[], filter: readonly number[], y: readonly number[]): Sizes {
  return { x: last(four(x)), filter: turned(four(filter)), y: last(four(y)) };
}
