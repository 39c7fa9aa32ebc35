/** An island as pieces without holes, for formats whose polygons have one ring each. */
import { connectedRuns, type Run } from "./class-runs.ts";
import { islandRings, type Ring } from "./island-rings.ts";

/**
 * The outer rings of pieces that do not overlap and together are the island: it is cut along the upper edge of every hole, where the
 * hole is open then. An island without holes is one piece.
 */
export function holeFreeRings(runs: readonly Run[]): readonly Ring[] {
  const { outer, holes } = islandRings(runs);
  if (holes.length === 0) return [outer];
  const cuts = [...new Set(holes.map((hole) => Math.min(...hole.map(([, y]) => y))))].sort((a, b) => a - b);
  const bands = [Number.NEGATIVE_INFINITY, ...cuts].map((top, i) => {
    const bottom = cuts[i] ?? Number.POSITIVE_INFINITY;
    return runs.filter(({ row }) => row >= top && row < bottom);
  });
  return bands.flatMap(connectedRuns).map((piece) => {
    const rings = islandRings(piece);
    if (rings.holes.length > 0) throw new Error("a piece of an island has a hole");
    return rings.outer;
  });
}
