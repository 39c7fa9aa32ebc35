/** The blur of a permutohedral lattice along one of its directions. */

/**
 * ½ 1 ½ along each chain, in place: a vertex keeps its value and gains half of its neighbours'. A vertex outside all chains has
 * no neighbours, and keeps its value.
 * @param sums [1 + vertices, channels]; the first row is zero
 * @param chains vertices in order, 0 after each chain, as `latticeChains` gives them
 */
export function blurChains(sums: Float32Array, channels: number, chains: Int32Array): void {
  for (let start = 0; start < chains.length; ) {
    let end = start;
    // Channel by channel what was read stays in registers; in pairs a visit to memory serves two.
    for (let c = 0; c + 1 < channels; c += 2) end = blurPair(sums, channels, chains, start, c);
    if (channels % 2 === 1) end = blurOne(sums, channels, chains, start, channels - 1);
    start = end + 1;
  }
}

/** Channels c and c + 1 of the chain at `start`. Returns where its 0 is. */
function blurPair(
  sums: Float32Array,
  channels: number,
  chains: Int32Array,
  start: number,
  c: number,
): number {
  let at = (chains[start] ?? 0) * channels + c;
  let [beforeA, beforeB] = [0, 0];
  let hereA = sums[at] ?? 0;
  let hereB = sums[at + 1] ?? 0;
  for (let i = start + 1; ; i++) {
    const next = (chains[i] ?? 0) * channels + c; // of the 0: zeros
    const nextA = sums[next] ?? 0;
    const nextB = sums[next + 1] ?? 0;
    sums[at] = hereA + 0.5 * (beforeA + nextA);
    sums[at + 1] = hereB + 0.5 * (beforeB + nextB);
    if (next === c) return i;
    beforeA = hereA;
    beforeB = hereB;
    hereA = nextA;
    hereB = nextB;
    at = next;
  }
}

/** Channel c alone. */
function blurOne(sums: Float32Array, channels: number, chains: Int32Array, start: number, c: number): number {
  let at = (chains[start] ?? 0) * channels + c;
  let before = 0;
  let here = sums[at] ?? 0;
  for (let i = start + 1; ; i++) {
    const next = (chains[i] ?? 0) * channels + c;
    const after = sums[next] ?? 0;
    sums[at] = here + 0.5 * (before + after);
    if (next === c) return i;
    before = here;
    here = after;
    at = next;
  }
}
