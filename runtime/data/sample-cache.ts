/** Decoded pairs kept in memory, so that small data sets are decoded once and not every epoch. */
import { readImageSize } from "../images/read-image-size.ts";
import type { DataSet } from "./data-set.ts";
import type { LayerPlan } from "./layers/layer.ts";
import type { Pair } from "./pair.ts";
import type { Sample } from "./sample.ts";

/** Bytes of decoded samples kept for a data set. */
const mostBytes = 512 * 2 ** 20;

/** Fills up to its bound and then takes no more: in a pass over all pairs, what was thrown out is what comes next. */
export class SampleCache {
  readonly #samples = new Map<Pair, Sample>();
  readonly #most: number;
  #bytes = 0;

  constructor(most = mostBytes) {
    this.#most = most;
  }

  get(pair: Pair): Sample | undefined {
    return this.#samples.get(pair);
  }

  get open(): boolean {
    return this.#bytes < this.#most;
  }

  /** Bytes of the samples kept. */
  get bytes(): number {
    return this.#bytes;
  }

  put(pair: Pair, sample: Sample): void {
    let bytes = 0;
    for (const { values } of sample.layers.values()) bytes += values.byteLength;
    if (this.#samples.has(pair) || this.#bytes + bytes > this.#most) return;
    this.#samples.set(pair, sample);
    this.#bytes += bytes;
  }
}

const caches = new WeakMap<DataSet, Map<string, SampleCache>>();

/** The cache of a data set of which these layers are read; it goes when the data set goes. */
export function cacheOf(dataSet: DataSet, layers: readonly LayerPlan[]): SampleCache {
  const byLayers = caches.get(dataSet) ?? new Map<string, SampleCache>();
  caches.set(dataSet, byLayers);
  const key = JSON.stringify(layers.map((layer) => layer.key));
  const cache = byLayers.get(key) ?? new SampleCache();
  byLayers.set(key, cache);
  return cache;
}

const sizes = new WeakMap<DataSet, Map<Pair, readonly [height: number, width: number]>>();

/** [height, width] of a pair's image, from its header. */
export async function sizeOf(
  dataSet: DataSet,
  pair: Pair,
): Promise<readonly [height: number, width: number]> {
  const known = sizes.get(dataSet) ?? new Map<Pair, readonly [number, number]>();
  sizes.set(dataSet, known);
  const size = known.get(pair) ?? (await readImageSize(pair.image));
  known.set(pair, size);
  return size;
}
