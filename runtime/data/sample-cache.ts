/** Decoded pairs kept in memory, so that small data sets are decoded once and not every epoch. */
import { readImageSize } from "../images/read-image-size.ts";
import type { DataSet, Pair } from "./data-set.ts";
import type { Sample } from "./sample.ts";

/** Bytes of decoded samples kept for a data set. */
const mostBytes = 512 * 2 ** 20;

/** Fills up to its bound and then takes no more: in a pass over all pairs, what was thrown out is what comes next. */
export class SampleCache {
  readonly #samples = new Map<Pair, Sample>();
  readonly #sizes = new Map<Pair, readonly [number, number]>();
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
    let bytes = sample.image.byteLength + sample.classes.byteLength;
    for (const { values } of sample.layers?.values() ?? []) bytes += values.byteLength;
    if (this.#samples.has(pair) || this.#bytes + bytes > this.#most) return;
    this.#samples.set(pair, sample);
    this.#bytes += bytes;
  }

  /** [height, width], from the header alone where the pair was not decoded. */
  async size(pair: Pair): Promise<readonly [number, number]> {
    const sample = this.#samples.get(pair);
    if (sample !== undefined) return [sample.height, sample.width];
    const size = this.#sizes.get(pair) ?? (await readImageSize(pair.image));
    this.#sizes.set(pair, size);
    return size;
  }
}

const caches = new WeakMap<DataSet, Map<number, SampleCache>>();

/** The cache of a data set decoded to so many channels; it goes when the data set goes. */
export function cacheOf(dataSet: DataSet, channels: number): SampleCache {
  const byChannels = caches.get(dataSet) ?? new Map<number, SampleCache>();
  caches.set(dataSet, byChannels);
  const cache = byChannels.get(channels) ?? new SampleCache();
  byChannels.set(channels, cache);
  return cache;
}
