/** Programs prepared once for each batch, size and purpose. */
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import type { Executor, PreparedProgram } from "./executor.ts";

/**
 * Sizes at once: as many as a training run alternates between (whole batches, the last one, validation). Predictions too have a program
 * for each size. Preparing one for a U-Net of width 32 at 256×256 takes a quarter of the work of one prediction on the engine native
 * (60 of 250 ms of processor), which computes what follows from the weights alone once for all sizes; and its kernels for blocks of
 * channels need sizes that the model states.
 */
const most = 8;

export class ProgramCache {
  readonly #executor: Executor;
  readonly #ready: () => Promise<void>;
  /** The least recently used first. */
  readonly #prepared = new Map<string, PreparedProgram>();

  /** @param ready begins what a program needs before it runs, and ends when that is there; programs are made meanwhile */
  constructor(executor: Executor, ready: () => Promise<void> = async () => {}) {
    this.#executor = executor;
    this.#ready = ready;
  }

  /** @param purpose with everything beside the shape that the program depends on */
  async program(
    purpose: string,
    { sizes }: Pick<ShapedGraph, "sizes">,
    batch: number,
    make: () => Program,
  ): Promise<PreparedProgram> {
    const key = JSON.stringify([purpose, batch, [...sizes]]);
    const known = this.#prepared.get(key);
    const ready = this.#ready();
    ready.catch(() => {}); // it is awaited below, unless the program cannot be made, which is said first
    const prepared = known ?? (await this.#executor.prepare(make()));
    this.#prepared.delete(key);
    this.#prepared.set(key, prepared);
    for (const [old, one] of this.#prepared) {
      if (this.#prepared.size <= most) break;
      this.#prepared.delete(old);
      one.close();
    }
    await ready;
    return prepared;
  }

  close(): void {
    for (const prepared of this.#prepared.values()) prepared.close();
    this.#prepared.clear();
  }
}
