/** The mean of feature maps of one shape, summed in float64: the mean of equal values is that value. */
import type { MapBatch } from "../../arrays.ts";

export class MeanMap {
  readonly #shape: MapBatch["shape"];
  readonly #sums: Float64Array;
  #count = 0;

  constructor(shape: MapBatch["shape"]) {
    this.#shape = shape;
    this.#sums = new Float64Array(shape.reduce((product, extent) => product * extent, 1));
  }

  /** @throws RangeError for another shape */
  add({ data, shape }: MapBatch): void {
    if (shape.join() !== this.#shape.join())
      throw new RangeError(`a map [${shape.join(", ")}] among maps [${this.#shape.join(", ")}]`);
    for (let i = 0; i < data.length; i++) this.#sums[i] = (this.#sums[i] ?? 0) + (data[i] ?? 0);
    this.#count += 1;
  }

  mean(): MapBatch {
    return { data: Float32Array.from(this.#sums, (sum) => sum / this.#count), shape: this.#shape };
  }
}
