/** Weights that another thread drew, and brought into the orders that a session stores them in. */
import type { WeightArray } from "../../arrays.ts";
import { toStored, type WeightOrder } from "./weight-order.ts";

export interface DrawnWeight extends WeightArray {
  /** Left out: it is in the graph's order. */
  readonly stored?: WeightOrder | undefined;
}

/** In the same arrays. @param orders by name */
export function arranged(
  weights: ReadonlyMap<string, WeightArray>,
  orders: ReadonlyMap<string, WeightOrder>,
): ReadonlyMap<string, DrawnWeight> {
  const longest = Math.max(0, ...Array.from(weights.values(), ({ data }) => data.length));
  const scratch = new Float32Array(orders.size === 0 ? 0 : longest);
  return new Map(
    Array.from(weights, ([name, { shape, data }]) => {
      const stored = orders.get(name);
      if (stored !== undefined) toStored(data, shape, stored, scratch);
      return [name, { shape, data, stored }];
    }),
  );
}
