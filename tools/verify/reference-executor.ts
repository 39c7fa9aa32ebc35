/** Runs tensor programs in float64: the reference that every engine is compared with. */

import type { Graph } from "../../compiler/network/graph.ts";
import { evaluate, type ProgramResults } from "../../compiler/tensors/evaluate.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import type { SessionOptions } from "../../runtime/engines/engine.ts";
import type { Executor, PreparedProgram } from "../../runtime/engines/executor.ts";
import type { FeedValues } from "../../runtime/engines/feeds/program-feeds.ts";
import { ProgramSession } from "../../runtime/engines/program-session.ts";

export function referenceSession(graph: Graph, options: SessionOptions): ProgramSession {
  return new ProgramSession(new ReferenceExecutor(), graph, options);
}

export class ReferenceExecutor implements Executor {
  /** State stays in float64 from step to step. */
  readonly #state = new Map<string, Float64Array>();
  /** The programs that were prepared, for tests of what a session asks for. */
  readonly prepared: Program[] = [];

  async prepare(program: Program): Promise<PreparedProgram> {
    this.prepared.push(program);
    return {
      program,
      run: async (feeds) => {
        const given = feeds as ReadonlyMap<string, FeedValues>; // it holds no values itself
        const { outputs, state }: ProgramResults = evaluate(program, { feeds: given, state: this.#state });
        return {
          outputs: new Map([...outputs].map(([name, { data }]) => [name, data])),
          commit: () => {
            for (const [name, { data }] of state) this.#state.set(name, data);
          },
        };
      },
      close: () => {},
    };
  }

  writeState(name: string, data: Float32Array): void {
    this.#state.set(name, Float64Array.from(data));
  }

  async readState(name: string): Promise<Float32Array> {
    const data = this.#state.get(name);
    if (data === undefined) throw new Error(`there is no state "${name}"`);
    return Float32Array.from(data);
  }

  allocations(): number {
    return this.#state.size;
  }

  close(): void {
    this.#state.clear();
  }
}
