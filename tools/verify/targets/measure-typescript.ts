/**
 * An emitted TypeScript module against the network's program in float64, with our own engines as the measure of how far float32
 * can be expected to be.
 *
 * Neither side computes *the* gradient in float32: where the argument of a rectifier or the two largest values of a window are within
 * rounding of each other, either side may take the other slope, and a normalisation whose statistics are those of a few values
 * multiplies roundings. So each distance is from float64, gradients and steps are taken at up to three batches, of which the closest
 * counts, and the module may be a small multiple as far as the engines are.
 */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch, WeightArray } from "../../../runtime/arrays.ts";
import type { Session } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { dropoutSeed } from "../../../runtime/engines/feeds/dropout-mask.ts";
import { Random } from "../../../runtime/random.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { encodeSafetensors } from "../../../runtime/weights/safetensors.ts";
import { referenceSession } from "../reference-executor.ts";
import { fittingSize } from "./compare-onnx.ts";
import {
  batchAt,
  bundledSize,
  count,
  difference,
  emittedModule,
  furthestGradient,
  maskOf,
  plain,
  plainTargets,
  withDriver,
} from "./compare-typescript.ts";
import { livelyWeights } from "./lively-weights.ts";
import type { Driver } from "./typescript-driver.ts";

const seed = 1;
const usualSteps = 10;
const mostBatches = 3;
export const learningRate = 1e-4;
/** How many times as far from float64 as the furthest engine a module may be. */
export const multiple = 4;
/** A module as close as this need not be as close as the engines: sums of float32 in another order, over 20 layers. */
export const leastLimit = 1e-4;

/** How many times as far as float64 itself moves a loss may be that is further (docs/verification.md). */
const explained = 3;
/** Of the weights that float64 starts from: the rounding that some ten layers collect. */
const change = 1e-6;
const changes = 3;

const engines = ["wasm", "native"] as const;
const backends = ["cpu", "wasm"] as const;
export type Backend = (typeof backends)[number];

/** Relative distances from float64. */
export interface Distances {
  /** Of the weight that is furthest off, at the closest of the batches. */
  readonly gradients: number;
  /** The largest of the losses of ten steps, at the closest of the batches. */
  readonly losses: number;
}

export interface Measurement {
  readonly sizes: readonly PerAxis<number>[];
  /** Of the module from the `wasm` engine on that backend, over both sizes. */
  readonly outputs: Readonly<Partial<Record<Backend, number>>>;
  /** Of the engine that is further off. */
  readonly engines: Distances;
  readonly module: Readonly<Partial<Record<Backend, Distances>>>;
  /** More tensors after the last step than after the second. */
  readonly leaked: number;
  /** Where a loss is further than an engine's: how far the losses in float64 move when every weight changes by up to 10⁻⁶ of itself. */
  readonly moved?: number;
  /** Bytes of the module without TensorFlow.js, minified. */
  readonly bundled: number;
}

/** What is wrong with a measurement, as sentences; empty: nothing. */
export function faultsOf({
  outputs,
  engines: measure,
  module,
  leaked,
  moved = 0,
}: Measurement): readonly string[] {
  const faults = leaked === 0 ? [] : [`${leaked} tensors are left over`];
  for (const [backend, found] of Object.entries(outputs))
    if (!(found <= leastLimit)) faults.push(`outputs on ${backend} differ by ${found}`);
  for (const [backend, distances] of Object.entries(module)) {
    for (const what of ["gradients", "losses"] as const) {
      const found = distances[what];
      const limit = Math.max(limitOf(measure[what]), what === "losses" ? explained * moved : 0);
      if (!(found <= limit))
        faults.push(`${what} on ${backend} are ${found} from float64, those of an engine ${measure[what]}`);
    }
  }
  return faults;
}

const nearest: Distances = { gradients: leastLimit, losses: leastLimit };

function limitOf(engine: number): number {
  return Math.max(leastLimit, multiple * engine);
}

export async function measureTypeScript(
  network: CompiledNetwork,
  asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[],
  {
    backends: on = backends,
    steps = usualSteps,
  }: { readonly backends?: readonly Backend[]; readonly steps?: number } = {},
): Promise<Measurement> {
  const { graph } = network;
  const sizes = asked.map(({ size, batch }) => ({ size: fittingSize(network, size), batch }));
  const [first] = sizes;
  if (first === undefined) throw new Error("no size is asked");
  const options = { seed, training: sessionTraining(network) };
  const reference = new Reference(network, first.size, referenceSession(graph, options), steps);
  const measured: Distances[] = [];
  const expected: ReadonlyMap<string, MapBatch>[] = [];
  for (const name of engines) {
    const engine = await loadEngine(name);
    await engine.probe();
    const session = await engine.open(graph, options);
    try {
      measured.push(await reference.distances(new EngineTrainer(session, graph), nearest));
      if (name !== "wasm") continue;
      await session.writeWeights(livelyWeights(graph, seed));
      for (const { size, batch } of sizes)
        expected.push(await session.predict(batchAt(network, size, batch).inputs));
    } finally {
      session.close();
    }
  }
  const engineDistances = {
    gradients: Math.max(...measured.map(({ gradients }) => gradients)),
    losses: Math.max(...measured.map(({ losses }) => losses)),
  };
  const module = await emittedModule(network);
  const onBackend = (backend: Backend) =>
    withDriver(network, module, backend, async (driver) => {
      const trainer = new ModuleTrainer(driver, graph);
      await trainer.reset();
      let outputs = 0;
      for (const [i, { size, batch }] of sizes.entries()) {
        const found = await driver.apply(plain(batchAt(network, size, batch).inputs));
        for (const [name, { data }] of Object.entries(plain(expected[i] ?? new Map())))
          outputs = Math.max(outputs, difference(data, found[name]?.data));
      }
      const close = {
        gradients: limitOf(engineDistances.gradients),
        losses: limitOf(engineDistances.losses),
      };
      const distances = await reference.distances(trainer, close);
      const { leaked } = trainer;
      driver.dispose();
      return { outputs, distances, leaked };
    });
  const outputs: { [B in Backend]?: number } = {};
  const distances: { [B in Backend]?: Distances } = {};
  let leaked = 0;
  for (const backend of on) {
    const found = await onBackend(backend);
    outputs[backend] = found.outputs;
    distances[backend] = found.distances;
    leaked = Math.max(leaked, found.leaked);
  }
  const isFar = Object.values(distances).some(({ losses }) => !(losses <= limitOf(engineDistances.losses)));
  const moved = isFar ? { moved: await reference.moved(referenceSession(graph, options)) } : {};
  reference.close();
  return {
    ...moved,
    sizes: sizes.map(({ size }) => size),
    outputs,
    engines: engineDistances,
    module: distances,
    leaked,
    bundled: await bundledSize(module.text),
  };
}

type Batch = ReturnType<typeof batchAt>;
type Gradients = ReadonlyMap<string, { readonly data: ArrayLike<number> }>;

interface Trainer {
  /** To the weights that every side starts from, before the first step. */
  reset(): Promise<void>;
  gradients(batch: Batch): Promise<Gradients>;
  step(batch: Batch, step: number): Promise<number>;
}

class EngineTrainer implements Trainer {
  readonly #session: Session;
  readonly #graph: Graph;
  #untrained: ReadonlyMap<string, WeightArray> | undefined;
  /** By which weights are changed a little; `undefined`: they are not. */
  changedBy: Random | undefined;

  constructor(session: Session, graph: Graph) {
    this.#session = session;
    this.#graph = graph;
  }

  async reset(): Promise<void> {
    this.#untrained ??= await this.#session.readState();
    await this.#session.writeState(this.#untrained);
    const weights = livelyWeights(this.#graph, seed);
    const random = this.changedBy;
    if (random !== undefined)
      for (const { data } of weights.values())
        for (const [i, value] of data.entries()) data[i] = value * (1 + random.between(-change, change));
    await this.#session.writeWeights(weights);
  }

  gradients({ inputs, targets }: Batch): Promise<Gradients> {
    return this.#session.gradients(inputs, targets);
  }

  async step({ inputs, targets }: Batch): Promise<number> {
    return (await this.#session.step(inputs, targets, learningRate)).loss;
  }
}

class ModuleTrainer implements Trainer {
  readonly #driver: Driver;
  readonly #graph: Graph;
  #tensors = 0;

  constructor(driver: Driver, graph: Graph) {
    this.#driver = driver;
    this.#graph = graph;
  }

  get leaked(): number {
    return this.#driver.tensors() - this.#tensors;
  }

  async reset(): Promise<void> {
    const weights = livelyWeights(this.#graph, seed);
    this.#driver.load(Buffer.concat(encodeSafetensors({ weights, metadata: new Map() })));
  }

  async gradients({ inputs, targets }: Batch): Promise<Gradients> {
    const kept = (_: string, shape: readonly number[]) => new Float32Array(count(shape)).fill(1);
    return new Map(Object.entries(await this.#driver.gradients(plain(inputs), plainTargets(targets), kept)));
  }

  async step({ inputs, targets }: Batch, step: number): Promise<number> {
    const mask = maskOf(dropoutSeed(seed, step));
    const loss = await this.#driver.step(plain(inputs), plainTargets(targets), learningRate, mask);
    if (step === 1) this.#tensors = this.#driver.tensors();
    return loss;
  }
}

/** The program in float64 from the same weights: gradients at some batches, and the losses of some steps at each. */
class Reference {
  readonly #trainer: Trainer;
  readonly #session: Session;
  readonly #network: CompiledNetwork;
  readonly #size: PerAxis<number>;
  readonly #steps: number;
  readonly #losses: (readonly number[])[] = [];
  readonly #gradients: Gradients[] = [];

  constructor(network: CompiledNetwork, size: PerAxis<number>, session: Session, steps: number) {
    this.#network = network;
    this.#size = size;
    this.#steps = steps;
    this.#session = session;
    this.#trainer = new EngineTrainer(session, network.graph);
  }

  close(): void {
    this.#session.close();
  }

  /** @param close at which no further batch is tried */
  async distances(trainer: Trainer, close: Distances): Promise<Distances> {
    await trainer.reset();
    let gradients = Number.POSITIVE_INFINITY;
    for (let i = 0; i < mostBatches && !(gradients <= close.gradients); i += 1) {
      const found = await trainer.gradients(this.#batch(i));
      gradients = Math.min(gradients, furthestGradient(await this.#expected(i), found).distance);
    }
    let losses = Number.POSITIVE_INFINITY;
    for (let i = 0; i < mostBatches && !(losses <= close.losses); i += 1) {
      if (i > 0) await trainer.reset();
      losses = Math.min(losses, await this.#furthestLoss(trainer, i));
    }
    return { gradients, losses };
  }

  /** How far losses move with the weights, at the batch where they move least. */
  async moved(session: Session): Promise<number> {
    const trainer = new EngineTrainer(session, this.#network.graph);
    const moves: number[] = [];
    for (let i = 0; i < mostBatches; i += 1) {
      await this.#curve(i);
      let furthest = 0;
      for (let changed = 0; changed < changes; changed += 1) {
        trainer.changedBy = new Random(changed, "changed weights");
        await trainer.reset();
        furthest = Math.max(furthest, await this.#furthestLoss(trainer, i));
      }
      moves.push(furthest);
    }
    session.close();
    return Math.min(...moves);
  }

  async #furthestLoss(trainer: Trainer, index: number): Promise<number> {
    let furthest = 0;
    for (const [step, expected] of (await this.#curve(index)).entries()) {
      const found = await trainer.step(this.#batch(index), step);
      const distance = Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-6);
      furthest = Math.max(furthest, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
    }
    return furthest;
  }

  async #expected(index: number): Promise<Gradients> {
    const known = this.#gradients[index];
    if (known !== undefined) return known;
    await this.#trainer.reset();
    const found = await this.#trainer.gradients(this.#batch(index));
    this.#gradients[index] = found;
    return found;
  }

  async #curve(index: number): Promise<readonly number[]> {
    const known = this.#losses[index];
    if (known !== undefined) return known;
    await this.#trainer.reset();
    const losses: number[] = [];
    for (let step = 0; step < this.#steps; step += 1)
      losses.push(await this.#trainer.step(this.#batch(index), step));
    this.#losses[index] = losses;
    return losses;
  }

  #batch(index: number): Batch {
    return batchAt(this.#network, this.#size, 2, seed + index);
  }
}
