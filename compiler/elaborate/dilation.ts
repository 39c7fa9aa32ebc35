/** What is known inside a section that is dilated to a resolution: the limit, and how far its maps' cells came apart. */
import type { Span } from "../../grammar/span.ts";
import type { PerAxis } from "../axis.ts";
import type { Rational } from "../geometry/rational.ts";

const none: PerAxis<number> = [1, 1];

export class Dilation {
  /** Input pixels from cell to cell that are not exceeded: 8 for 1/8. */
  readonly limit: number;
  /** What stands after `dilated to`. */
  readonly span: Span;
  #coarsest: Rational | undefined;
  /** By node: cells from one cell of the undilated network to the next, where that is not 1. */
  readonly #spreads = new Map<number, PerAxis<number>>();

  constructor(limit: number, span: Span) {
    this.limit = limit;
    this.span = span;
  }

  /** The largest stride there would be without the dilation, in input pixels; `undefined` before the first window. */
  get coarsest(): Rational | undefined {
    return this.#coarsest;
  }

  pass(stride: Rational): void {
    const most = this.#coarsest;
    if (most === undefined || stride.numerator * most.denominator > most.numerator * stride.denominator)
      this.#coarsest = stride;
  }

  spreadOf(node: number): PerAxis<number> {
    return this.#spreads.get(node) ?? none;
  }

  spread(node: number, cells: PerAxis<number>): void {
    this.#spreads.set(node, cells);
  }
}
