/** Gradients that stay on the backend between the run that computes them and the program that takes them. */
import type { HeldValues } from "../executor.ts";
import type { Tensor } from "./types.ts";

/** A gradient that no program has taken yet. */
export class HeldTensor implements HeldValues {
  readonly kind = "held";
  #tensor: Tensor | undefined;

  constructor(tensor: Tensor) {
    this.#tensor = tensor;
  }

  get taken(): boolean {
    return this.#tensor === undefined;
  }

  get tensor(): Tensor {
    if (this.#tensor === undefined) throw new Error("a gradient is taken once, before the next run");
    return this.#tensor;
  }

  /** It becomes the caller's. */
  take(): Tensor {
    const { tensor } = this;
    this.#tensor = undefined;
    return tensor;
  }

  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
  }
}
