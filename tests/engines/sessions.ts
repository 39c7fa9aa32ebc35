/** Opening sessions for the engines' tests. */
import { afterEach } from "vitest";
import type { OptimizerConfiguration } from "../../compiler/learning/optimizers/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { WeightArray } from "../../runtime/arrays.ts";
import type { EngineName, ResolvedLoss, Session, SessionOptions } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";

/** The engines every machine has. */
export const everywhere = ["cpu", "wasm"] as const;

export const sgd = (changes: Partial<Extract<OptimizerConfiguration, { kind: "sgd" }>> = {}) =>
  ({ kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0, ...changes }) as const;

export const adam = (changes: Partial<Extract<OptimizerConfiguration, { kind: "adam" }>> = {}) =>
  ({
    kind: "adam",
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    ...changes,
  }) as const;

export const adamw = (changes: Partial<Extract<OptimizerConfiguration, { kind: "adamw" }>> = {}) =>
  ({ ...adam(), weightDecay: 0.01, ...changes, kind: "adamw" }) as const;

export const rmsprop = (changes: Partial<Extract<OptimizerConfiguration, { kind: "rmsprop" }>> = {}) =>
  ({
    kind: "rmsprop",
    learningRate: 0.01,
    alpha: 0.9,
    momentum: 0,
    centered: false,
    epsilon: 1e-8,
    weightDecay: 0,
    ...changes,
  }) as const;

type Loss = Extract<ResolvedLoss, { kind: "cross_entropy" }>;

const opened: Session[] = [];
afterEach(() => {
  for (const session of opened.splice(0)) session.close();
});

/** A session for training every output by cross entropy, closed after the test. */
export async function openSession(
  engine: EngineName,
  graph: Graph,
  options: {
    seed?: number;
    optimizer?: OptimizerConfiguration;
    loss?: Partial<Loss>;
    normalisations?: SessionOptions["normalisations"];
    expects?: NonNullable<SessionOptions["expects"]>;
  } = {},
): Promise<Session> {
  const usual = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  const loss: Loss = { ...usual, ...options.loss };
  const session = await (await loadEngine(engine)).open(graph, {
    seed: options.seed ?? 1,
    expects: options.expects ?? [],
    ...(options.normalisations === undefined ? {} : { normalisations: options.normalisations }),
    training: {
      outputs: new Map(
        graph.outputs.map(({ name }) => [name, { loss: [{ factor: 1, term: loss }], predicts: "classes" }]),
      ),
      optimizer: options.optimizer ?? sgd(),
    },
  });
  opened.push(session);
  return session;
}

export function dataOf(arrays: ReadonlyMap<string, WeightArray>, name: string): number[] {
  const array = arrays.get(name);
  if (array === undefined) throw new Error(`no ${name} among ${[...arrays.keys()].join(", ")}`);
  return [...array.data];
}

/** The largest difference between two lists of numbers. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} numbers`);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
