/** Runs tensor programs on TensorFlow.js: by one table of kernels, tensors freed after their last reader. */
import type { Program } from "../../../compiler/tensors/program.ts";
import type { Executor, PreparedProgram } from "../executor.ts";
import { type Backend, onBackend } from "./backend.ts";
import { compileProgram } from "./compile/compile-program.ts";
import { exclusively } from "./exclusive.ts";
import { TfjsProgram } from "./prepared-program.ts";
import { TensorState } from "./tensor-state.ts";

/** Those that are open, of all backends. */
const executors = new Set<TfjsExecutor>();

export class TfjsExecutor implements Executor {
  readonly #backend: Backend;
  readonly #state: TensorState;
  readonly #prepared = new Set<TfjsProgram>();

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#state = new TensorState(backend.tf);
    executors.add(this);
  }

  prepare(program: Program): Promise<PreparedProgram> {
    return onBackend(this.#backend, async () => {
      const compiled = compileProgram(this.#backend.tf, this.#backend.name, program);
      const prepared = new TfjsProgram(this.#backend, compiled, this.#state, () =>
        this.#prepared.delete(prepared),
      );
      this.#prepared.add(prepared);
      return prepared;
    });
  }

  writeState(name: string, data: Float32Array): void {
    this.#state.write(name, data);
  }

  readState(name: string): Promise<Float32Array> {
    return onBackend(this.#backend, () => this.#state.read(name));
  }

  /** The parts of the state; and the tensors of this process, with the buffers behind them, that no executor keeps. */
  allocations(): number {
    const { numTensors, numDataBuffers } = this.#backend.tf.memory();
    const kept = [...executors].reduce((sum, { tensors }) => sum + tensors, 0);
    return this.#state.size + numTensors + numDataBuffers - 2 * kept;
  }

  /** That it keeps from run to run. */
  get tensors(): number {
    return [...this.#prepared].reduce((sum, { tensors }) => sum + tensors, this.#state.tensors);
  }

  close(): void {
    for (const prepared of [...this.#prepared]) prepared.close();
    void exclusively(async () => {
      this.#state.dispose();
      executors.delete(this);
    });
  }
}
