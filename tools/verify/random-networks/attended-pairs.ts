/** How much attention computes, which grows with the square of the positions. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";

/** The most pairs of a query and a key in one node. */
export function attendedPairs({ nodes }: Graph, shapes: readonly MapShape[]): number {
  const positions = (id: number | undefined): number => {
    const [, height, width] = shapes[id ?? -1] ?? [0, 0, 0];
    return height * width;
  };
  return nodes.reduce(
    (most, { operation, inputs: [query, key] }) =>
      operation === "attend" ? Math.max(most, positions(query) * positions(key)) : most,
    0,
  );
}
