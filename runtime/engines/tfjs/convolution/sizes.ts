/** What a convolution and its gradients know of their shapes. */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";

export type Four = readonly [number, number, number, number];

/** What a convolution and its gradients share: the stored shapes, [batch, height, width, channels]. */
export interface Sizes {
  readonly x: Four;
  /** [height, width, input / groups, output] */
  readonly filter: Four;
  readonly y: Four;
}

/** A filter as large as the feature map: one product of matrices. */
export function isDense({ before, after, groups }: ConvolutionAttributes, { x, filter, y }: Sizes): boolean {
  const bare = [...before, ...after].every((positions) => positions === 0);
  return bare && groups === 1 && y[1] * y[2] === 1 && filter[0] === x[1] && filter[1] === x[2];
}

/** One filter for each channel. */
export function isDepthwise({ groups }: ConvolutionAttributes, { x, y }: Sizes): boolean {
  return groups > 1 && groups === x[3] && groups === y[3];
}

export function margins({ before, after }: ConvolutionAttributes): [number, number][] {
  return [
    [0, 0],
    [before[0], after[0]],
    [before[1], after[1]],
    [0, 0],
  ];
}

export function pair([y, x]: PerAxis<number>): [number, number] {
  return [y, x];
}

export function isOne([y, x]: PerAxis<number>): boolean {
  return y === 1 && x === 1;
}
