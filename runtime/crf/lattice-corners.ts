/** The corners of the simplex around each point of a permutohedral lattice. */
import { EnclosingSimplex } from "./enclosing-simplex.ts";
import type { VertexTable } from "./vertex-table.ts";

export interface LatticeCorners {
  /** d + 1, rounded up to threes: a pass over three corners takes half the time of three passes over one. */
  readonly stride: number;
  /** [point, stride]: the vertices around each point, from 1; 0 in the places left over. */
  readonly corners: Int32Array;
  /** [point, stride]: the point's barycentric coordinates; 0 in the places left over. */
  readonly shares: Float32Array;
}

/**
 * Puts all vertices into the table.
 * @param features [points, dimensions], in units of standard deviations
 */
export function latticeCorners(features: Float32Array, table: VertexTable): LatticeCorners {
  const { dimensions } = table;
  const each = dimensions + 1;
  const stride = 3 * Math.ceil(each / 3);
  const points = features.length / dimensions;
  const corners = new Int32Array(points * stride);
  const shares = new Float32Array(points * stride);
  const simplex = new EnclosingSimplex(dimensions);
  const key = new Int32Array(dimensions);
  const origin = new Int32Array(each).fill(1); // no vertex of remainder 0
  const rank = new Int32Array(each);
  for (let point = 0; point < points; point++) {
    const at = point * stride;
    simplex.locate(features, point * dimensions);
    for (let remainder = 0; remainder < each; remainder++) {
      shares[at + remainder] = simplex.barycentric[remainder] ?? 0;
    }
    if (equal(origin, simplex.origin) && equal(rank, simplex.rank)) {
      corners.copyWithin(at, at - stride, at); // the simplex of the point before
      continue;
    }
    origin.set(simplex.origin);
    rank.set(simplex.rank);
    for (let remainder = 0; remainder < each; remainder++) {
      for (let axis = 0; axis < dimensions; axis++) key[axis] = simplex.coordinate(remainder, axis);
      corners[at + remainder] = table.add(key);
    }
  }
  return { stride, corners, shares };
}

function equal(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
