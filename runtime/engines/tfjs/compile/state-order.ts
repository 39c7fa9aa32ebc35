/** How weights, their moments and their gradients are stored between runs: filters as the kernels convolve with them. */
import { type AxisOrder, filterOrder, rowMajor } from "../axis-order.ts";

export function stateOrder(shape: readonly number[]): AxisOrder {
  return shape.length === 4 ? filterOrder : rowMajor(shape);
}
