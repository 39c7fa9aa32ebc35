/** The state of a session beside its programs: weights, moments and the number of steps, by name. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { OptimizerSettings } from "../../compiler/tensors/optimizers/rule.ts";
import { ruleOf } from "../../compiler/tensors/optimizers/rules.ts";
import { averageName, gradientName, momentName } from "../../compiler/tensors/programs/state-names.ts";
import type { AveragedState } from "../../compiler/tensors/programs/update.ts";
import type { WeightArray } from "../arrays.ts";
import { initialiseWeights } from "../weights/initialise.ts";
import { elementCount, weightsOf } from "../weights/weight-name.ts";
import { averagedOf } from "./averaged-state.ts";
import { type SessionTraining, WeightMismatch } from "./engine.ts";
import type { Executor } from "./executor.ts";

/** Counts are kept as two float32 numbers, which are exact below this base. */
const stepBase = 2 ** 24;
const stepName = "step";

/** Gives initial values to the weights of these names, as `initialiseWeights` does. */
export type DrawWeights = (
  graph: Graph,
  seed: number,
  names: ReadonlySet<string>,
) => ReadonlyMap<string, WeightArray> | Promise<ReadonlyMap<string, WeightArray>>;

export interface StateOptions {
  readonly seed: number;
  readonly training?: SessionTraining | undefined;
  /** Left out: here and at once. */
  readonly draw?: DrawWeights | undefined;
}

export class ProgramState {
  readonly #executor: Executor;
  /** Draws the weights of these names. */
  readonly #draw: (names: ReadonlySet<string>) => ReturnType<DrawWeights>;
  /** Weights that have no values yet: they are drawn when something reads them, since most networks are given all of theirs. */
  readonly #missing: Set<string>;
  /** While they are drawn. */
  #drawing: Promise<void> | undefined;
  /** Shapes, by name. */
  readonly #weights: ReadonlyMap<string, readonly number[]>;
  readonly #moments: ReadonlyMap<string, readonly number[]>;
  /** Names of the weights that an optimizer changes. */
  readonly #trained: readonly string[];
  /** Weights and statistics of which an average is kept. */
  readonly averaged: readonly AveragedState[];
  readonly #optimizer: OptimizerSettings | undefined;
  /** Of the network, by name. */
  readonly #statistics: readonly string[];
  /** Weights for whose gradients there is a sum. */
  readonly #summed = new Set<string>();
  /** Updates made. */
  steps = 0;
  /** Of those, how many a weight was not part of, by name: it was frozen. */
  readonly #missed = new Map<string, number>();
  /** Whether the averages are in the place of the weights. */
  exchanged = false;

  constructor(executor: Executor, graph: Graph, { seed, training, draw = initialiseWeights }: StateOptions) {
    const optimizer = training?.optimizer;
    this.#executor = executor;
    this.#draw = (names) => draw(graph, seed, names);
    this.#optimizer = optimizer;
    const weights = weightsOf(graph);
    this.#weights = new Map(weights.map(({ name, specification }) => [name, specification.shape]));
    this.#statistics = weights.flatMap(({ name, specification }) => (specification.counted ? [] : [name]));
    this.#trained = weights.flatMap(({ name, specification }) => (specification.trainable ? [name] : []));
    const kept = optimizer === undefined ? [] : ruleOf(optimizer).moments(optimizer);
    this.#moments = new Map(
      weights
        .filter(({ specification }) => specification.trainable)
        .flatMap(({ name, specification }) =>
          kept.map((moment) => [momentName(name, moment), specification.shape] as const),
        ),
    );
    this.averaged = training?.average === undefined ? [] : averagedOf(graph);
    this.#missing = new Set(this.#weights.keys());
    for (const [name, shape] of this.#moments)
      executor.writeState(name, new Float32Array(elementCount(shape)));
  }

  /** Every weight has values: those that were given, or its initial ones. To be called before anything reads or changes them. */
  async ready(): Promise<void> {
    if (this.#missing.size === 0) return;
    this.#drawing ??= this.#drawMissing().finally(() => {
      this.#drawing = undefined;
    });
    await this.#drawing;
  }

  async #drawMissing(): Promise<void> {
    const averaged = new Set(this.averaged.map(({ name }) => name));
    for (const [name, { data }] of await this.#draw(new Set(this.#missing))) {
      if (averaged.has(name)) this.#executor.writeState(averageName(name), data.slice());
      this.#executor.writeState(name, data);
      this.#missing.delete(name);
    }
  }

  async readWeights(): Promise<ReadonlyMap<string, WeightArray>> {
    await this.ready();
    return this.#read(this.#weights);
  }

  /** @throws WeightMismatch when a name is unknown or a shape differs; nothing is changed then. */
  async writeWeights(values: ReadonlyMap<string, WeightArray>): Promise<void> {
    for (const [name, value] of values) {
      const shape = this.#weights.get(name);
      if (shape === undefined) throw new WeightMismatch(`the network has no weight "${name}"`);
      checkShape(name, value, shape);
    }
    await this.#drawing; // which began in a task that failed before it ended
    const averaged = new Set(this.averaged.map(({ name }) => name));
    for (const [name, { data }] of values) {
      this.#missing.delete(name);
      this.#executor.writeState(name, data.slice());
      if (averaged.has(name)) this.#executor.writeState(averageName(name), data.slice());
    }
  }

  async exchangeAverages(): Promise<void> {
    if (this.averaged.length === 0) throw new Error("the session keeps no average of its weights");
    await this.ready();
    for (const { name } of this.averaged) {
      const [own, average] = [
        await this.#executor.readState(name),
        await this.#executor.readState(averageName(name)),
      ];
      this.#executor.writeState(name, average);
      this.#executor.writeState(averageName(name), own);
    }
    this.exchanged = !this.exchanged;
  }

  /** Moments and averages by name, and the number of steps. */
  async readMoments(): Promise<ReadonlyMap<string, WeightArray>> {
    if (this.#optimizer === undefined) return new Map();
    await this.ready();
    const missed = [...this.#missed].map(([name, count]) => [missedName(name), countArray(count)] as const);
    return new Map([...(await this.#read(this.#kept())), ...missed, [stepName, countArray(this.steps)]]);
  }

  /** @throws WeightMismatch when something is missing, unknown or of another shape; nothing is changed then. */
  async writeMoments(state: ReadonlyMap<string, WeightArray>): Promise<void> {
    await this.ready();
    const kind = this.#optimizer?.kind;
    const needed = new Map([...this.#kept(), [stepName, [2]] as const]);
    const optional = new Map(this.#trained.map((name) => [missedName(name), [2]] as const));
    for (const name of state.keys())
      if (!needed.has(name) && !optional.has(name))
        throw new WeightMismatch(`the ${kind} optimizer has no "${name}"`);
    for (const [name, shape] of [...needed, ...optional]) {
      const value = state.get(name);
      if (value === undefined && optional.has(name)) continue;
      if (value === undefined) throw new WeightMismatch(`the optimizer's state lacks "${name}"`);
      checkShape(name, value, shape);
    }
    for (const name of this.#kept().keys()) {
      const data = state.get(name)?.data;
      if (data !== undefined) this.#executor.writeState(name, data.slice());
    }
    this.#missed.clear();
    for (const name of this.#trained) {
      const count = countOf(state.get(missedName(name)));
      if (count > 0) this.#missed.set(name, count);
    }
    this.steps = countOf(state.get(stepName));
  }

  /** Updates that a weight was not part of. */
  missedBy(weight: string): number {
    return this.#missed.get(weight) ?? 0;
  }

  /** @param frozen weights that the update did not change, by name; others are left out */
  countUpdate(frozen: readonly string[]): void {
    const names = new Set(frozen);
    for (const name of this.#trained) if (names.has(name)) this.#missed.set(name, this.missedBy(name) + 1);
    this.steps += 1;
  }

  /** Shapes of moments and averages, by name. */
  #kept(): ReadonlyMap<string, readonly number[]> {
    return new Map([
      ...this.#moments,
      ...this.averaged.map(({ name, shape }) => [averageName(name), shape] as const),
    ]);
  }

  /** Makes room for the sums of these weights' gradients. */
  holdSums(weights: readonly { readonly name: string; readonly shape: readonly number[] }[]): void {
    for (const { name, shape } of weights) {
      if (this.#summed.has(name)) continue;
      this.#summed.add(name);
      this.#executor.writeState(gradientName(name), new Float32Array(elementCount(shape)));
    }
  }

  /** The running statistics as they are, for putting them back. */
  async keepStatistics(): Promise<() => void> {
    await this.ready();
    const kept = new Map<string, Float32Array>();
    for (const name of this.#statistics) kept.set(name, await this.#executor.readState(name));
    return () => {
      for (const [name, data] of kept) this.#executor.writeState(name, data);
    };
  }

  async #read(shapes: ReadonlyMap<string, readonly number[]>): Promise<Map<string, WeightArray>> {
    const values = new Map<string, WeightArray>();
    for (const [name, shape] of shapes)
      values.set(name, { shape, data: await this.#executor.readState(name) });
    return values;
  }
}

function missedName(weight: string): string {
  return momentName(weight, "missed");
}

function countArray(count: number): WeightArray {
  return { shape: [2], data: Float32Array.of(Math.floor(count / stepBase), count % stepBase) };
}

function countOf(array: WeightArray | undefined): number {
  const [high = 0, low = 0] = array?.data ?? [];
  return high * stepBase + low;
}

function checkShape(name: string, value: WeightArray, shape: readonly number[]): void {
  const fits = value.shape.length === shape.length && value.shape.every((extent, i) => extent === shape[i]);
  if (fits) return;
  throw new WeightMismatch(
    `"${name}" has shape [${value.shape.join(", ")}], and the network needs [${shape.join(", ")}]`,
  );
}
