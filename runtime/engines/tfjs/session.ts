/** A graph on a TensorFlow.js backend: its weights, and what can be done with them. */
import type { Graph, GraphOutput } from "../../../compiler/ir/graph.ts";
import { Random } from "../../random.ts";
import { UserError } from "../../user-error.ts";
import { initialiseWeights } from "../../weights/initialise.ts";
import { type CheckedInputs, checkInputs } from "../check-inputs.ts";
import { type ClassTargets, checkClassWeights, classCount, classTargets } from "../class-targets.ts";
import {
  type LabelBatch,
  type MapBatch,
  NotFinite,
  type Session,
  type SessionOptions,
  type StepResult,
  type WeightArray,
} from "../engine.ts";
import { type Backend, onBackend } from "./backend.ts";
import { chosenClasses, lossOnTape, lossScale, pixelLosses, sumOf } from "./cross-entropy.ts";
import { forwardPass, KeptTensors } from "./forward-pass.ts";
import type { Tensor, Tensor4D } from "./lowering.ts";
import { Optimizer } from "./optimizer.ts";
import { releaseAsWalked } from "./tape-release.ts";
import { arrayOf, WeightStore } from "./weight-store.ts";

type Training = NonNullable<SessionOptions["training"]>;

/** An output that has labels, and what its loss needs. */
interface LabelledOutput {
  readonly output: GraphOutput;
  readonly targets: ClassTargets;
  readonly scale: number;
}

/** What a pass with labels leaves to be read. */
interface LabelledPass {
  /** Weighted pixel losses and the factor of their sum, by output. */
  readonly losses: { readonly values: Tensor; readonly scale: number }[];
  /** Of the first labelled output, int32 [batch, height, width]. */
  predictions: Tensor | undefined;
}

export class TfjsSession implements Session {
  readonly #backend: Backend;
  readonly #graph: Graph;
  readonly #seed: number;
  readonly #training: Training | undefined;
  readonly #weights: WeightStore;
  readonly #optimizer: Optimizer | undefined;
  #closed = false;

  /** To be called with the backend current. */
  constructor(backend: Backend, graph: Graph, { seed, training }: SessionOptions) {
    if (training !== undefined) checkClassWeights(graph, graph.outputs, training.loss.weights);
    this.#backend = backend;
    this.#graph = graph;
    this.#seed = seed;
    this.#training = training;
    this.#weights = new WeightStore(backend.tf, graph, initialiseWeights(graph, seed));
    this.#optimizer = training && new Optimizer(backend.tf, training.optimizer, this.#weights.trainable);
  }

  predict(inputs: ReadonlyMap<string, MapBatch>): Promise<ReadonlyMap<string, MapBatch>> {
    return this.#run(async () => {
      const checked = checkInputs(this.#graph, inputs);
      const kept = new KeptTensors();
      const nodes = this.#graph.outputs.map((output) => output.node);
      try {
        const maps = this.#backend.tf.tidy(() => {
          const found = this.#forward(checked, nodes, { training: false, dropout: false }, kept);
          return nodes.map((node) => mapAt(found, node));
        });
        for (const map of maps) kept.keep(map);
        const results = new Map<string, MapBatch>();
        for (const [i, output] of this.#graph.outputs.entries()) {
          const map = maps[i];
          if (map === undefined) throw new Error(`no map for output ${output.name}`);
          results.set(output.name, { data: Float32Array.from(await map.data()), shape: map.shape });
        }
        return results;
      } finally {
        kept.dispose();
      }
    });
  }

  step(
    inputs: ReadonlyMap<string, MapBatch>,
    labels: ReadonlyMap<string, LabelBatch>,
    rate: number,
  ): Promise<StepResult> {
    return this.#run(async () => {
      const optimizer = this.#optimizer;
      if (optimizer === undefined) throw new Error("the session was opened for prediction only");
      if (this.#weights.trainable.length === 0) {
        throw new UserError(`${this.#graph.name} has no weight that can be trained`);
      }
      const kept = new KeptTensors();
      try {
        const { pass, gradients } = this.#gradients(inputs, labels, kept, true);
        const result = await this.#result(pass);
        const slopes = await this.#sumOfGradients(gradients, kept);
        const wrong = [["loss", result.loss] as const, ["gradient", slopes] as const].find(
          ([, value]) => !Number.isFinite(value),
        );
        if (wrong !== undefined) {
          throw new NotFinite(
            `the ${wrong[0]} of ${this.#graph.name} is ${wrong[1]}; the weights were left as they were`,
          );
        }
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
    labels: ReadonlyMap<string, LabelBatch>,
  ): Promise<StepResult> {
    return this.#run(async () => {
      const { tf } = this.#backend;
      const checked = checkInputs(this.#graph, inputs);
      const outputs = this.#labelled(checked, labels);
      const kept = new KeptTensors();
      const pass: LabelledPass = { losses: [], predictions: undefined };
      try {
        tf.tidy(() => {
          const nodes = outputs.map(({ output }) => output.logits);
          const maps = this.#forward(checked, nodes, { training: false, dropout: false }, kept);
          for (const { output, targets, scale } of outputs) {
            const logits = mapAt(maps, output.logits);
            this.#note(pass, kept, logits, tf.keep(pixelLosses(tf, logits, targets)), scale);
          }
        });
        return await this.#result(pass);
      } finally {
        kept.dispose();
      }
    });
  }

  gradients(
    inputs: ReadonlyMap<string, MapBatch>,
    labels: ReadonlyMap<string, LabelBatch>,
  ): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#run(async () => {
      const kept = new KeptTensors();
      try {
        const { gradients } = this.#gradients(inputs, labels, kept, false);
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
    this.#weights.dispose();
    this.#optimizer?.dispose();
  }

  #run<T>(task: () => Promise<T>): Promise<T> {
    return onBackend(this.#backend, () => {
      if (this.#closed) throw new Error("the session is closed");
      return task();
    });
  }

  #forward(
    { shaped, maps }: CheckedInputs,
    wanted: readonly number[],
    mode: { readonly training: boolean; readonly dropout: boolean },
    kept: KeptTensors,
  ): ReadonlyMap<number, Tensor4D> {
    const { tf } = this.#backend;
    const inputs = new Map(
      [...maps].map(([node, { data, shape }]) => [node, tf.tensor4d(data, [...shape])] as const),
    );
    const weight: Parameters<typeof forwardPass>[0]["weight"] = (node, name) => this.#weights.of(node, name);
    const seed = new Random(this.#seed, `dropout at step ${this.#optimizer?.steps ?? 0}`).integer(2 ** 31);
    return forwardPass({ tf, shaped, inputs, wanted, weight, seed, kept, ...mode });
  }

  /** Gradients by weight name; they, and what the pass noted, end with `kept`. */
  #gradients(
    inputs: ReadonlyMap<string, MapBatch>,
    labels: ReadonlyMap<string, LabelBatch>,
    kept: KeptTensors,
    dropout: boolean,
  ): { readonly pass: LabelledPass; readonly gradients: ReadonlyMap<string, Tensor> } {
    const { tf } = this.#backend;
    const checked = checkInputs(this.#graph, inputs);
    const outputs = this.#labelled(checked, labels);
    const pass: LabelledPass = { losses: [], predictions: undefined };
    const trainable = this.#weights.trainable;
    const { value, grads } = tf.variableGrads(
      () => {
        const nodes = outputs.map(({ output }) => output.logits);
        const maps = this.#forward(checked, nodes, { training: true, dropout }, kept);
        const terms = outputs.map(({ output, targets, scale }) => {
          const logits = mapAt(maps, output.logits);
          return lossOnTape(tf, logits, targets, scale, (losses) =>
            this.#note(pass, kept, logits, losses, scale),
          );
        });
        const loss = terms.reduce((sum, term) => sum.add(term)).asScalar();
        releaseAsWalked(tf);
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

  /** Their sum: not finite when one of them is not. Some kernels (wasm's relu) turn NaN into 0, so the loss alone does not tell. */
  async #sumOfGradients(gradients: ReadonlyMap<string, Tensor>, kept: KeptTensors): Promise<number> {
    const { tf } = this.#backend;
    const sum = tf.tidy(() =>
      [...gradients.values()].map((one) => one.sum()).reduce((a, b) => a.add(b), tf.scalar(0)),
    );
    kept.keep(sum);
    const [value = Number.NaN] = await sum.data();
    return value;
  }

  /** Keeps the pixel losses of an output, and the classes of the first. */
  #note(pass: LabelledPass, kept: KeptTensors, logits: Tensor4D, values: Tensor, scale: number): void {
    const { tf } = this.#backend;
    kept.keep(values);
    pass.losses.push({ values, scale });
    if (pass.predictions !== undefined) return;
    pass.predictions = tf.keep(chosenClasses(tf, logits));
    kept.keep(pass.predictions);
  }

  async #result({ losses, predictions }: LabelledPass): Promise<StepResult> {
    if (predictions === undefined) throw new Error("a pass with labels noted no predictions");
    let loss = 0;
    for (const { values, scale } of losses) loss += scale * sumOf(await values.data());
    const [batch = 0, height = 0, width = 0] = predictions.shape;
    const data = Int32Array.from(await predictions.data());
    return { loss, predictions: { data, shape: [batch, height, width] } };
  }

  /** @throws UserError when labels name no output, or do not fit it. */
  #labelled(
    { shaped, batch }: CheckedInputs,
    labels: ReadonlyMap<string, LabelBatch>,
  ): readonly LabelledOutput[] {
    if (this.#training === undefined) throw new Error("the session was opened without a loss");
    const { weights, reduction } = this.#training.loss;
    const { outputs, name: network } = this.#graph;
    for (const name of labels.keys()) {
      if (!outputs.some((output) => output.name === name)) {
        throw new UserError(
          `${network} has no output "${name}" to compare labels with; it has ${outputs.map((o) => `"${o.name}"`).join(", ")}`,
        );
      }
    }
    const labelled = outputs.flatMap((output) => {
      const batchOfLabels = labels.get(output.name);
      const shape = shaped.shapes[output.logits];
      if (batchOfLabels === undefined || shape === undefined) return [];
      const classes = classCount(this.#graph, output);
      const targets = classTargets(output, batchOfLabels, batch, shape, classes, weights);
      return [{ output, targets, scale: lossScale(reduction, targets.totalWeight) }];
    });
    if (labelled.length === 0) throw new UserError(`no labels are given for ${network}`);
    return labelled;
  }
}

function mapAt(maps: ReadonlyMap<number, Tensor4D>, node: number): Tensor4D {
  const map = maps.get(node);
  if (map === undefined) throw new Error(`the pass gave no map for node ${node}`);
  return map;
}
