/** Runs tensor programs in float64: the reference that every engine is compared with. */

import type { Graph } from "../../compiler/network/graph.ts";
import { evaluate, type ProgramResults, type StepResults } from "../../compiler/tensors/evaluate.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import type { SessionOptions } from "../../runtime/engines/engine.ts";
import type { Executor, HeldValues, PreparedProgram } from "../../runtime/engines/executor.ts";
import { inRows } from "../../runtime/engines/feeds/in-rows.ts";
import type { FeedValues } from "../../runtime/engines/feeds/program-feeds.ts";
import { ProgramSession } from "../../runtime/engines/program-session.ts";

export function referenceSession(
  graph: Graph,
  options: SessionOptions,
  executor = new ReferenceExecutor(),
): ProgramSession {
  return new ProgramSession(executor, graph, options);
}

type Feeds = ReadonlyMap<string, FeedValues>;

/** What a program computed last, and of what. */
interface Computed {
  readonly feeds: Feeds;
  /** How often the state had changed. */
  readonly changes: number;
  readonly results: ProgramResults;
}

export class ReferenceExecutor implements Executor {
  /** State stays in float64 from step to step. */
  readonly #state = new Map<string, Float64Array>();
  #changes = 0;
  /** By program: a step without dropout computes the gradients that were asked for before it. */
  readonly #computed = new Map<string, Computed>();
  #resultsOf: StepResults | undefined;
  /** The programs that were prepared, for tests of what a session asks for. */
  readonly prepared: Program[] = [];
  /** Whether single numbers, as the learning rate, are fed in float64: otherwise as engines are fed them. */
  readonly exact: boolean;

  constructor(exact = false) {
    this.exact = exact;
  }

  async prepare(program: Program): Promise<PreparedProgram> {
    this.prepared.push(program);
    // JSON has neither infinities nor NaN
    const text = JSON.stringify(program, (_, value: unknown) =>
      typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
    );
    return {
      program,
      run: async (feeds) => {
        const given = new Map(Array.from(feeds, ([name, values]) => [name, rowsOf(name, values)]));
        const { outputs, state } = this.#results(program, text, given);
        return {
          outputs: new Map([...outputs].map(([name, { data }]) => [name, data])),
          commit: () => {
            if (state.size > 0) this.#changes += 1;
            for (const [name, { data }] of state) this.#state.set(name, data);
          },
        };
      },
      close: () => {},
    };
  }

  /** @param resultsOf how steps are computed from now on; left out: exactly */
  compute(resultsOf?: StepResults): void {
    this.#changes += 1;
    this.#resultsOf = resultsOf;
  }

  #results(program: Program, text: string, feeds: Feeds): ProgramResults {
    const last = this.#computed.get(text);
    if (last?.changes === this.#changes && sameFeeds(last.feeds, feeds)) return last.results;
    const results = evaluate(program, { feeds, state: this.#state }, this.#resultsOf);
    this.#computed.set(text, { feeds: copied(feeds), changes: this.#changes, results });
    return results;
  }

  writeState(name: string, data: Float32Array): void {
    this.#changes += 1;
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
    this.#computed.clear();
    this.#state.clear();
  }
}

/** It holds no values itself. */
function rowsOf(name: string, values: FeedValues | MapBatch | HeldValues): FeedValues {
  if ("kind" in values) throw new Error(`${name} is held by another executor`);
  return inRows(values);
}

function copied(feeds: Feeds): Feeds {
  return new Map([...feeds].map(([name, values]) => [name, values.slice()]));
}

function sameFeeds(a: Feeds, b: Feeds): boolean {
  if (a.size !== b.size) return false;
  for (const [name, values] of a) {
    const others = b.get(name);
    if (others?.length !== values.length || values.some((value, i) => !Object.is(value, others[i])))
      return false;
  }
  return true;
}
