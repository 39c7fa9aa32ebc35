/** Seconds spent training, continued from those of an earlier part of the run. */
export class Stopwatch {
  readonly #earlier: number;
  readonly #began = performance.now();

  constructor(earlier: number) {
    this.#earlier = earlier;
  }

  /** All parts of the run together. */
  get total(): number {
    return this.#earlier + this.here;
  }

  /** This part. */
  get here(): number {
    return (performance.now() - this.#began) / 1000;
  }
}
