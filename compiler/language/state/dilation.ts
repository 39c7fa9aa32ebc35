/** State of a section with `dilated to`: the limit, and the spread of each feature map. */
import type { Span } from "../../../grammar/span.ts";
import type { PerAxis } from "../../axis.ts";
import type { Rational } from "../../geometry/rational.ts";

const none: PerAxis<number> = [1, 1];

export class Dilation {
  /** Largest stride, in input pixels: 8 for 1/8. */
  readonly limit: number;
  /** The resolution after `dilated to`. */
  readonly span: Span;
  #coarsest: Rational | undefined;
  /** By node: distance between neighbouring positions of the undilated network, where it is not 1. */
  readonly #spreads = new Map<number, PerAxis<number>>();

  constructor(limit: number, span: Span) {
    this.limit = limit;
    this.span = span;
  }

  /** The largest stride without the dilation, in input pixels; `undefined` before the first window. */
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
