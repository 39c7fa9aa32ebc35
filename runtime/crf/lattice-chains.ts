/** The order in which a blur along one direction of the permutohedral lattice visits its vertices. */
import type { VertexTable } from "./vertex-table.ts";

/**
 * Every chain of neighbours along the direction that adds 1 to all coordinates but `axis`, from which it takes d: its
 * vertices in order, then 0. A vertex without neighbours is left out.
 * @param axis 0 … d; the table holds the first d coordinates of d + 1
 */
export function latticeChains(table: VertexTable, axis: number): Int32Array {
  const { dimensions, size } = table;
  const next = new Int32Array(size + 1);
  const follows = new Uint8Array(size + 1);
  const key = new Int32Array(dimensions);
  let length = 0;
  for (let vertex = 1; vertex <= size; vertex++) {
    for (let i = 0; i < dimensions; i++)
      key[i] = table.coordinate(vertex, i) + (i === axis ? -dimensions : 1);
    const neighbour = table.find(key);
    next[vertex] = neighbour;
    if (neighbour !== 0) follows[neighbour] = 1;
  }
  for (let vertex = 1; vertex <= size; vertex++) {
    // A chain's last vertex makes room for its 0 too.
    if (next[vertex] !== 0) length++;
    else if (follows[vertex] === 1) length += 2;
  }
  const chains = new Int32Array(length);
  let at = 0;
  for (let first = 1; first <= size; first++) {
    if (follows[first] === 1 || next[first] === 0) continue;
    for (let vertex = first; vertex !== 0; vertex = next[vertex] ?? 0) chains[at++] = vertex;
    chains[at++] = 0;
  }
  return chains;
}
