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

export interface CachedProgramOptions {
  /** Whether other programs that were asked for alone are closed before this one is prepared. */
  readonly alone?: boolean;
  /** Called when the program is made, and not prepared yet. */
  readonly meanwhile?: ((program: Program) => void) | undefined;
}

interface CachedProgram {
  readonly preparing: Promise<PreparedProgram>;
  readonly alone: boolean;
}

export class ProgramCache {
  readonly #executor: Executor;
  readonly #ready: () => Promise<void>;
  /** The least recently used first. */
  readonly #prepared = new Map<string, CachedProgram>();

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
    { alone = false, meanwhile }: CachedProgramOptions = {},
  ): Promise<PreparedProgram> {
    const key = JSON.stringify([purpose, batch, [...sizes]]);
    const ready = this.#ready();
    ready.catch(() => {}); // it is awaited below, unless the program cannot be made, which is said first
    if (alone)
      for (const [other, one] of this.#prepared) if (one.alone && other !== key) this.#close(other, one);
    const cached = this.#prepared.get(key) ?? { preparing: this.#prepare(key, make(), meanwhile), alone };
    this.#prepared.delete(key);
    this.#prepared.set(key, cached);
    for (const [old, one] of this.#prepared) {
      if (this.#prepared.size <= most) break;
      this.#close(old, one);
    }
    const prepared = await cached.preparing;
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
      if (this.#prepared.get(key)?.preparing === preparing) this.#prepared.delete(key);
    });
    meanwhile?.(program);
    return preparing;
  }

  #close(key: string, { preparing }: CachedProgram): void {
    this.#prepared.delete(key);
    preparing.then(
      (prepared) => prepared.close(),
      () => {}, // there is nothing to close
    );
  }

  close(): void {
    for (const [key, one] of this.#prepared) this.#close(key, one);
  }
}
