/** What memory a run on the backend of shapes takes and gives back, in order, and during which node's computation. */
import type { MemoryPhase } from "../../../compiler/analyses/cost/memory-schedule.ts";

export interface LedgerEntry {
  readonly allocation: number;
  /** Negative: given back. Where there is a `most`, as many as it would be without. */
  readonly bytes: number;
  readonly most?: number | undefined;
  readonly phase: MemoryPhase;
  readonly node: number | undefined;
}

export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  /** The length of the tape when each node of the forward pass began. */
  readonly #tape: { readonly start: number; readonly node: number | undefined }[] = [];
  #phase: MemoryPhase = "forward";
  #node: number | undefined;
  #allocations = 0;
  #live = 0;

  /** The number under which it is given back. */
  take(bytes: number, most?: number): number {
    this.#allocations += 1;
    this.#enter(this.#allocations, bytes, most);
    return this.#allocations;
  }

  giveBack(allocation: number, bytes: number, most?: number): void {
    this.#enter(allocation, -bytes, most);
  }

  /**
   * @param node `undefined`: all feature maps are computed, and the loss follows.
   * @param tapeLength operations on the tape so far; 0 when there is none.
   */
  beginForward(node: number | undefined, tapeLength: number): void {
    this.#phase = "forward";
    this.#node = node;
    this.#tape.push({ start: tapeLength, node });
  }

  /** The gradient of the operation at that place of the tape. */
  beginBackward(place: number): void {
    this.#phase = "backward";
    this.#node = this.#tape.findLast(({ start }) => start <= place)?.node;
  }

  beginUpdate(): void {
    this.#phase = "update";
    this.#node = undefined;
  }

  /** Removes the entries; the memory still allocated is counted as before. */
  restart(): void {
    this.#entries.length = 0;
    this.#tape.length = 0;
    this.#phase = "forward";
    this.#node = undefined;
  }

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** Bytes taken and not given back. */
  get live(): number {
    return this.#live;
  }

  #enter(allocation: number, bytes: number, most?: number): void {
    this.#live += bytes;
    this.#entries.push({ allocation, bytes, most, phase: this.#phase, node: this.#node });
  }
}
