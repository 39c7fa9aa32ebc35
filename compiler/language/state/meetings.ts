/** Pairs of size functions that are known to be equal at sizes the network accepts: most joins of a network repeat a pair. */
import type { SizeFunction, SizeSet } from "../../sizes/size-function.ts";

export class Meetings {
  readonly #accepted: ReadonlyMap<string, SizeSet>;
  readonly #known = new WeakMap<SizeFunction, WeakMap<SizeFunction, SizeSet>>();

  /** @param accepted by symbol; a set that changes is replaced by another object */
  constructor(accepted: ReadonlyMap<string, SizeSet>) {
    this.#accepted = accepted;
  }

  /** Whether the pair was remembered, and the accepted sizes are still those of then. */
  areKnown(a: SizeFunction, b: SizeFunction, symbol: string | undefined): boolean {
    const accepted = this.#acceptedOf(symbol);
    return accepted !== undefined && this.#known.get(a)?.get(b) === accepted;
  }

  remember(a: SizeFunction, b: SizeFunction, symbol: string | undefined): void {
    const accepted = this.#acceptedOf(symbol);
    if (accepted === undefined) return;
    const others = this.#known.get(a) ?? new WeakMap<SizeFunction, SizeSet>();
    this.#known.set(a, others.set(b, accepted));
  }

  #acceptedOf(symbol: string | undefined): SizeSet | undefined {
    return symbol === undefined ? undefined : this.#accepted.get(symbol);
  }
}
