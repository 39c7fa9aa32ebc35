/** Losses that judge a prediction without a target. */
import type { PriorName } from "../../learning/losses/registry.ts";
import type { Calls } from "../primitives/calls.ts";
import { elementCount, four, type Value } from "../value.ts";

/** @param map [batch, channels, height, width], after the activation. */
export type PriorFormula = (build: Calls, map: Value) => Value;

/** Rudin, Osher & Fatemi 1992, with |dy| + |dx| at each position; 0 beyond the last row and column. [1] */
const totalVariation: PriorFormula = (build, map) => {
  const [batch, channels, height, width] = four(map.shape);
  const apart = (axis: 2 | 3) => {
    const size = [batch, channels, height, width].with(axis, (axis === 2 ? height : width) - 1);
    if (elementCount(size) === 0) return build.fill(0, [1]);
    const next = build.slice(map, [0, 0, 0, 0].with(axis, 1), size);
    const differences = build.abs(build.subtract(next, build.slice(map, [0, 0, 0, 0], size)));
    return build.reshape(build.sum(differences, [0, 1, 2, 3]), [1]);
  };
  return build.add(apart(2), apart(3));
};

const priorFormulas: { readonly [N in PriorName]: PriorFormula } = { total_variation: totalVariation };

/** Values whose sum, times the host's scale, is the loss. */
export function priorValues(build: Calls, map: Value, loss: PriorName): Value {
  return priorFormulas[loss](build, map);
}
