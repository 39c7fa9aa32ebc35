/** Least positions of points in one order, from least distances between some of them. */

export class Distances {
  readonly #toward: (readonly [from: number, points: number])[][];

  constructor(count: number) {
    this.#toward = Array.from({ length: count }, () => []);
  }

  /** `before` comes before `after` in the order. */
  atLeast(before: number, after: number, points: number): void {
    if (before >= after) throw new Error(`${before} does not come before ${after}`);
    this.#toward[after]?.push([before, points]);
  }

  /** The smallest positions from 0 that keep every distance. */
  solve(): readonly number[] {
    const found: number[] = [];
    for (const demands of this.#toward)
      found.push(
        demands.reduce((most, [before, points]) => Math.max(most, (found[before] ?? 0) + points), 0),
      );
    return found;
  }
}
