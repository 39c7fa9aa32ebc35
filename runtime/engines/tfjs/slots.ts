/** Tensors of a run, and which of them it frees. */
import type { Tensor } from "./types.ts";

/** The tensors of one run, by slot. */
export class Slots {
  readonly #tensors = new Map<number, Tensor>();
  /** Not the run's own: of the state and of constants. */
  readonly #lasting = new Set<number>();

  lend(slot: number, tensor: Tensor): void {
    this.#tensors.set(slot, tensor);
    this.#lasting.add(slot);
  }

  put(slot: number, tensor: Tensor): void {
    this.#tensors.set(slot, tensor);
  }

  at(slot: number): Tensor {
    const tensor = this.#tensors.get(slot);
    if (tensor === undefined) throw new Error(`tensor ${slot} is not there`);
    return tensor;
  }

  /** It becomes the caller's; a copy where somebody else has it. */
  take(slot: number, again: boolean): Tensor {
    const tensor = this.at(slot);
    if (again || this.#lasting.has(slot)) return tensor.clone();
    this.#tensors.delete(slot);
    return tensor;
  }

  free(slot: number): void {
    if (this.#lasting.has(slot)) return;
    this.#tensors.get(slot)?.dispose();
    this.#tensors.delete(slot);
  }

  freeAll(): void {
    for (const slot of [...this.#tensors.keys()]) this.free(slot);
  }
}
