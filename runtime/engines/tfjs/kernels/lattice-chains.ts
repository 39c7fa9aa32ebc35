/** The vertices of a lattice along one direction, in the order in which a blur visits them. */

/**
 * Every chain of neighbours: its vertices in order, then 0. A vertex without neighbours is left out.
 * @param neighbours [vertices, 2]: before and after each; 0 is none
 * @returns `undefined` where one is not the neighbour of its neighbour, or a chain has no end
 */
export function chainsOf(neighbours: Int32Array): Int32Array | undefined {
  const count = neighbours.length / 2;
  const before = (vertex: number): number => neighbours[2 * vertex] ?? 0;
  const after = (vertex: number): number => neighbours[2 * vertex + 1] ?? 0;
  let length = 0;
  for (let vertex = 1; vertex < count; vertex++) {
    const [one, next] = [before(vertex), after(vertex)];
    if ((one !== 0 && after(one) !== vertex) || (next !== 0 && before(next) !== vertex)) return undefined;
    if (one !== 0 || next !== 0) length += next === 0 ? 2 : 1;
  }
  const chains = new Int32Array(length);
  let at = 0;
  for (let first = 1; first < count; first++) {
    if (before(first) !== 0 || after(first) === 0) continue;
    for (let vertex = first; vertex !== 0; vertex = after(vertex)) chains[at++] = vertex;
    chains[at++] = 0;
  }
  return at === length ? chains : undefined;
}
