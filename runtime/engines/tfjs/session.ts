/** A graph on a TensorFlow.js backend: its weights, and what can be done with them. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch, TargetBatch, WeightArray } from "../../arrays.ts";
import { Random } from "../../random.ts";
import { UserError } from "../../user-error.ts";
import { initialiseWeights } from "../../weights/initialise.ts";
import { type CheckedInputs, checkInputs, shapesAt } from "../check-inputs.ts";
import { NotFinite, type Session, type SessionOptions, type StepResult } from "../engine.ts";
import { refuseLargeMaps, refuseLargeWeights } from "../largest-array.ts";
import { refuseSingleValues } from "../single-value.ts";
import { checkTraining, trainedOutputs } from "../trained-outputs.ts";
import { type Backend, onBackend } from "./backend.ts";
import { exclusively } from "./exclusive.ts";
import { forwardPass, KeptTensors, type Pass } from "./forward-pass.ts";
import { guideImages } from "./guide-images.ts";
import { inputGradients, readByInput } from "./input-gradients.ts";
import { lossOnTape, termLoss } from "./losses/term-loss.ts";
import type { Tensor, Tensor4D } from "./lowering.ts";
import { lossMap, mapAt, nodesOf } from "./maps-of-output.ts";
import { Optimizer } from "./optimizer.ts";
import { sumOfGradients } from "./sum-of-gradients.ts";
import { releaseAsWalked } from "./tape-release.ts";
import { TrainedPass } from "./trained-pass.ts";
import { arrayOf, WeightStore } from "./weight-store.ts";

type Training = NonNullable<SessionOptions["training"]>;

interface ReadyInputs extends CheckedInputs {
  /** The images whose colours a crf compares, by its node. */
  readonly guides: Pass["guides"];
}

export class TfjsSession implements Session {
  readonly #backend: Backend;
  readonly #graph: Graph;
  readonly #seed: number;
  readonly #training: Training | undefined;
  readonly #normalisations: NonNullable<SessionOptions["normalisations"]>;
  readonly #weights: WeightStore;
  readonly #optimizer: Optimizer | undefined;
  #closed = false;

  /** To be called with the backend current. @throws EngineRefusal for a weight or an expected batch too large for it. */
  constructor(
    backend: Backend,
    graph: Graph,
    { seed, training, normalisations, expects = [] }: SessionOptions,
  ) {
    if (training !== undefined) checkTraining(graph, training);
    refuseLargeWeights(backend, graph);
    for (const { sizes, images } of expects) refuseLargeMaps(backend, shapesAt(graph, sizes), images);
    this.#backend = backend;
    this.#graph = graph;
    this.#seed = seed;
    this.#training = training;
    this.#normalisations = normalisations ?? new Map();
    const values = backend.ledger ? undefined : initialiseWeights(graph, seed);
    this.#weights = new WeightStore(backend.tf, graph, values);
    this.#optimizer = training && new Optimizer(backend.tf, training.optimizer, this.#weights.trainable);
  }

  predict(inputs: ReadonlyMap<string, MapBatch>): Promise<ReadonlyMap<string, MapBatch>> {
    return this.#run(async () => {
      const ready = await this.#readied(inputs);
      const kept = new KeptTensors();
      const nodes = this.#graph.outputs.map((output) => output.node);
      try {
        const maps = this.#backend.tf.tidy(() => {
          const found = this.#forward(ready, nodes, { training: false, dropout: false }, kept);
          return nodes.map((node) => mapAt(found, node));
        });
        for (const map of maps) kept.keep(map);
        const results = new Map<string, MapBatch>();
        for (const [i, output] of this.#graph.outputs.entries()) {
          const map = maps[i];
          if (map === undefined) throw new Error(`no value for output ${output.name}`);
          const values = await map.data(); // asked for in a forecast too: whether any array could hold them
          const data = this.#backend.ledger ? new Float32Array(0) : new Float32Array(values);
          results.set(output.name, { data, shape: map.shape });
        }
        return results;
      } finally {
        kept.dispose();
      }
    });
  }

  step(
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
    rate: number,
  ): Promise<StepResult> {
    return this.#run(async () => {
      const optimizer = this.#optimizer;
      if (optimizer === undefined) throw new Error("the session was opened for prediction only");
      if (this.#weights.trainable.length === 0) {
        throw new UserError(`${this.#graph.name} has no trainable weights`);
      }
      const ready = await this.#readied(inputs);
      // A forecast of memory makes a step of one image whatever the batch.
      if (!this.#backend.ledger) refuseSingleValues(ready.shaped, ready.batch, this.#losses().outputs.keys());
      const kept = new KeptTensors();
      try {
        const { pass, gradients } = this.#gradients(ready, targets, kept, true);
        const result = await pass.result();
        const slopes = await sumOfGradients(this.#backend.tf, gradients, kept);
        const wrong = [["loss", result.loss] as const, ["gradient", slopes] as const].find(
          ([, value]) => !Number.isFinite(value),
        );
        if (wrong !== undefined) {
          throw new NotFinite(
            `the ${wrong[0]} of ${this.#graph.name} is ${wrong[1]}; the weights have not changed`,
          );
        }
        this.#backend.ledger?.beginUpdate();
        optimizer.update(gradients, rate);
        for (const [name, value] of kept.statistics) this.#weights.assign(name, value);
        return result;
      } finally {
        kept.dispose();
      }
    });
  }

  evaluate(
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
  ): Promise<StepResult> {
    return this.#run(async () => {
      const { tf } = this.#backend;
      const ready = await this.#readied(inputs);
      const outputs = trainedOutputs(this.#graph, this.#losses(), ready, targets);
      const kept = new KeptTensors();
      const pass = new TrainedPass(tf, kept);
      try {
        tf.tidy(() => {
          const nodes = outputs.flatMap(nodesOf);
          const maps = this.#forward(ready, nodes, { training: false, dropout: false }, kept);
          for (const one of outputs) {
            for (const term of one.terms) {
              pass.noteLoss(one.output.name, termLoss(tf, lossMap(maps, one, term), term), term.factor);
            }
            pass.notePrediction(one, maps);
          }
        });
        return await pass.result();
      } finally {
        kept.dispose();
      }
    });
  }

  gradients(
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
  ): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#run(async () => {
      const ready = await this.#readied(inputs);
      const kept = new KeptTensors();
      try {
        const { gradients } = this.#gradients(ready, targets, kept, false);
        const arrays = new Map<string, WeightArray>();
        for (const weight of this.#weights.trainable) {
          const gradient = gradients.get(weight.name);
          const { shape } = weight.specification;
          const zeros = { shape, data: new Float32Array(weight.variable.size) };
          arrays.set(weight.name, gradient === undefined ? zeros : await arrayOf(weight, gradient));
        }
        return arrays;
      } finally {
        kept.dispose();
      }
    });
  }

  inputGradients(
    inputs: ReadonlyMap<string, MapBatch>,
    node: number,
    weights: MapBatch,
  ): Promise<ReadonlyMap<string, MapBatch>> {
    return this.#run(async () => {
      const ready = await this.#readied(inputs);
      const kept = new KeptTensors();
      const mode = { training: false, dropout: false };
      const forward = (fed: ReadonlyMap<number, Tensor4D>) =>
        mapAt(this.#forward(ready, [node], mode, kept, fed), node);
      try {
        const fed = () => this.#fed(ready);
        return await readByInput(this.#graph, inputGradients(this.#backend.tf, weights, kept, fed, forward));
      } finally {
        kept.dispose();
      }
    });
  }

  readWeights(): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#run(() => this.#weights.read());
  }

  writeWeights(weights: ReadonlyMap<string, WeightArray>): Promise<void> {
    return this.#run(async () => this.#weights.write(weights));
  }

  /** The random state is the number of steps: dropout masks follow from it and the seed. */
  readState(): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#run(async () => (await this.#optimizer?.read()) ?? new Map());
  }

  writeState(state: ReadonlyMap<string, WeightArray>): Promise<void> {
    return this.#run(async () => {
      if (this.#optimizer === undefined) throw new Error("the session was opened for prediction only");
      this.#optimizer.write(state);
    });
  }

  /** Tensors and the buffers behind them, of this process: TensorFlow.js counts them for all sessions together. */
  allocations(): number {
    const { numTensors, numDataBuffers } = this.#backend.tf.memory();
    return numTensors + numDataBuffers;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // After the task that may be running; disposing does not reject.
    void exclusively(async () => {
      this.#weights.dispose();
      this.#optimizer?.dispose();
    });
  }

  #run<T>(task: () => Promise<T>): Promise<T> {
    return onBackend(this.#backend, () => {
      if (this.#closed) throw new Error("the session is closed");
      return task();
    });
  }

  /** The inputs, checked, and what has to be read of them before a pass, which cannot wait. */
  async #readied(inputs: ReadonlyMap<string, MapBatch>): Promise<ReadyInputs> {
    const checked = checkInputs(this.#graph, inputs, this.#backend.ledger === undefined);
    refuseLargeMaps(this.#backend, checked.shaped, checked.batch);
    const { tf } = this.#backend;
    const guides = await guideImages(this.#graph, checked.maps, this.#normalisations, (nodes) => {
      const kept = new KeptTensors(); // cropping and resampling keep nothing
      return tf.tidy(() => {
        const mode = { training: false, dropout: false };
        const maps = this.#forward({ ...checked, guides: new Map() }, nodes, mode, kept);
        return nodes.map((node) => mapAt(maps, node).clone());
      });
    });
    return { ...checked, guides };
  }

  #fed({ maps }: ReadyInputs): ReadonlyMap<number, Tensor4D> {
    const { tf } = this.#backend;
    return new Map(
      [...maps].map(([node, { data, shape }]) => [node, tf.tensor4d(data, [...shape])] as const),
    );
  }

  #forward(
    ready: ReadyInputs,
    wanted: readonly number[],
    mode: { readonly training: boolean; readonly dropout: boolean },
    kept: KeptTensors,
    inputs = this.#fed(ready),
  ): ReadonlyMap<number, Tensor4D> {
    const { tf, ledger } = this.#backend;
    const { shaped, guides } = ready;
    const weight: Parameters<typeof forwardPass>[0]["weight"] = (node, name) => this.#weights.of(node, name);
    const seed = new Random(this.#seed, `dropout at step ${this.#optimizer?.steps ?? 0}`).integer(2 ** 31);
    const begin = ledger && ((node?: number) => ledger.beginForward(node, tapeLength(tf)));
    return forwardPass({ tf, shaped, inputs, wanted, weight, seed, guides, kept, begin, ...mode });
  }

  /** Gradients by weight name; they, and what the pass noted, end with `kept`. */
  #gradients(
    ready: ReadyInputs,
    targets: ReadonlyMap<string, TargetBatch>,
    kept: KeptTensors,
    dropout: boolean,
  ): { readonly pass: TrainedPass; readonly gradients: ReadonlyMap<string, Tensor> } {
    const { tf, ledger } = this.#backend;
    const outputs = trainedOutputs(this.#graph, this.#losses(), ready, targets);
    const pass = new TrainedPass(tf, kept);
    const trainable = this.#weights.trainable;
    const { value, grads } = tf.variableGrads(
      () => {
        const maps = this.#forward(ready, outputs.flatMap(nodesOf), { training: true, dropout }, kept);
        const terms = outputs.flatMap((one) => {
          pass.notePrediction(one, maps);
          return one.terms.map((term) =>
            lossOnTape(tf, lossMap(maps, one, term), term, (loss) =>
              pass.noteLoss(one.output.name, loss, term.factor),
            ),
          );
        });
        const loss = terms.reduce((sum, term) => sum.add(term)).asScalar();
        releaseAsWalked(tf, ledger && ((place) => ledger.beginBackward(place)));
        return loss;
      },
      trainable.map(({ variable }) => variable),
    );
    kept.keep(value);
    const gradients = new Map<string, Tensor>();
    for (const { name, variable } of trainable) {
      const gradient = grads[variable.name];
      if (gradient === undefined) continue;
      kept.keep(gradient);
      gradients.set(name, gradient);
    }
    return { pass, gradients };
  }

  #losses(): Training {
    if (this.#training === undefined) throw new Error("the session was opened without a loss");
    return this.#training;
  }
}

function tapeLength(tf: Backend["tf"]): number {
  return tf.engine().state.activeTape?.length ?? 0; // null outside a gradient, which the types leave out
}
