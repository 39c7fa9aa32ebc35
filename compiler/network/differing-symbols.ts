/** Sizes of different inputs, which no operation can compare. */
import type { FeatureMap } from "./graph.ts";

/** Two symbols that the feature maps' sizes depend on along one axis; `undefined` when they depend on one at most. */
export function differingSymbols(maps: readonly FeatureMap[]): readonly [string, string] | undefined {
  for (const axis of [0, 1] as const) {
    const symbols = new Set(
      maps.map((map) => map.size[axis].symbol).filter((symbol) => symbol !== undefined),
    );
    const [first, second] = symbols;
    if (first !== undefined && second !== undefined) return [first, second];
  }
  return undefined;
}
