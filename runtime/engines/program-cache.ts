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
  readonly #prepared = new Map<string, Promise<PreparedProgram>>();

  /** @param ready begins what a program needs before it runs, and ends when that is there; programs are made meanwhile */
  constructor(executor: Executor, ready: () => Promise<void> = async () => {}) {
    this.#executor = executor;
    this.#ready = ready;
  }

  /**
   * @param purpose with everything beside the shape that the program depends on
   * @param meanwhile called when the program is made, and not prepared yet
   */
  async program(
    purpose: string,
    { sizes }: Pick<ShapedGraph, "sizes">,
    batch: number,
    make: () => Program,
    meanwhile?: (program: Program) => void,
  ): Promise<PreparedProgram> {
    const key = JSON.stringify([purpose, batch, [...sizes]]);
    const ready = this.#ready();
    ready.catch(() => {}); // it is awaited below, unless the program cannot be made, which is said first
    const preparing = this.#prepared.get(key) ?? this.#prepare(key, make(), meanwhile);
    this.#prepared.delete(key);
    this.#prepared.set(key, preparing);
    for (const [old, one] of this.#prepared) {
      if (this.#prepared.size <= most) break;
      this.#prepared.delete(old);
      closeWhenPrepared(one);
    }
    const prepared = await preparing;
    await ready;
    return prepared;
  }

  #prepare(
    key: string,
    program: Program,
    meanwhile: ((program: Program) => void) | undefined,
  ): Promise<PreparedProgram> {
    const preparing = this.#executor.prepare(program);
    // whoever asked for it gets the error, and whoever asks again tries again
    preparing.catch(() => {
      if (this.#prepared.get(key) === preparing) this.#prepared.delete(key);
    });
    meanwhile?.(program);
    return preparing;
  }

  close(): void {
    for (const preparing of this.#prepared.values()) closeWhenPrepared(preparing);
    this.#prepared.clear();
  }
}

function closeWhenPrepared(preparing: Promise<PreparedProgram>): void {
  preparing.then(
    (prepared) => prepared.close(),
    () => {}, // there is nothing to close
  );
}
