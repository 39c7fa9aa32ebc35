/** The loss of many batches as one: a mean over all positions that count, not of the batches' means. */
import type { StepResult } from "../engines/engine.ts";

interface Sum {
  total: number;
  counted: number;
}

/**
 * A term that is a mean over positions weighs each batch by the positions that count in it (with class weights, by their weights); one
 * that is of whole images (dice, scale_invariant, a sum) weighs it by its images.
 */
export class LossMean {
  /** By output, of each term. */
  readonly #sums = new Map<string, Sum[]>();

  add({ terms }: Pick<StepResult, "terms">, images: number): void {
    for (const [output, parts] of terms) {
      const sums = this.#sums.get(output) ?? parts.map((): Sum => ({ total: 0, counted: 0 }));
      this.#sums.set(output, sums);
      for (const [index, { value, counted = images }] of parts.entries()) {
        const sum = sums[index];
        if (sum === undefined)
          throw new RangeError(`${output} had ${sums.length} terms and has ${parts.length}`);
        if (counted === 0) continue; // the value of no position is no value
        sum.total += value * counted;
        sum.counted += counted;
      }
    }
  }

  /** By output, in the order in which they came; 0 where no position counted. */
  get losses(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#sums].map(([output, sums]) => [
        output,
        sums.reduce((loss, { total, counted }) => loss + (counted === 0 ? 0 : total / counted), 0),
      ]),
    );
  }
}
