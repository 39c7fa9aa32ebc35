/** Programs prepared once for each batch, size and purpose. */
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import type { Executor, PreparedProgram } from "./executor.ts";

/** Sizes at once: as many as a training run alternates between (whole batches, the last one, validation). */
const most = 8;

export class ProgramCache {
  readonly #executor: Executor;
  /** The least recently used first. */
  readonly #prepared = new Map<string, PreparedProgram>();

  constructor(executor: Executor) {
    this.#executor = executor;
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
    const prepared = known ?? (await this.#executor.prepare(make()));
    this.#prepared.delete(key);
    this.#prepared.set(key, prepared);
    for (const [old, one] of this.#prepared) {
      if (this.#prepared.size <= most) break;
      this.#prepared.delete(old);
      one.close();
    }
    return prepared;
  }

  close(): void {
    for (const prepared of this.#prepared.values()) prepared.close();
    this.#prepared.clear();
  }
}
