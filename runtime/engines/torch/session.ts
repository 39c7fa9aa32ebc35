/** A session of PyTorch: predictions and evaluations. What trains is `fcn train`, which runs processes of its own. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { identifier } from "../../../compiler/targets/pytorch/names.ts";
import { extentOf } from "../../../compiler/targets/pytorch/run/extent.ts";
import type { MapBatch, PredictionBatch, TargetBatch, WeightArray } from "../../arrays.ts";
import { UserError } from "../../user-error.ts";
import { weightsOf } from "../../weights/weight-name.ts";
import { checkInputs } from "../check-inputs.ts";
import {
  type LossPart,
  type OutputTraining,
  type PredictOptions,
  type Session,
  type SessionOptions,
  type StepResult,
  WeightMismatch,
} from "../engine.ts";
import type { SentArray, TorchServer } from "./server.ts";
import { givenWeights } from "./trained-outputs.ts";

type Maps = ReadonlyMap<string, MapBatch>;
type Weights = ReadonlyMap<string, WeightArray>;

export class TorchSession implements Session {
  readonly #graph: Graph;
  readonly #training: ReadonlyMap<string, OutputTraining>;
  /** As files of weights have them. */
  readonly #metadata: Readonly<Record<string, string>>;
  readonly #server: TorchServer;
  readonly #closed: () => Promise<void>;
  #weights: Weights = new Map();

  constructor(graph: Graph, options: SessionOptions, server: TorchServer, closed: () => Promise<void>) {
    this.#graph = graph;
    this.#training = options.training?.outputs ?? new Map();
    this.#metadata = normalisationsOf(graph, options);
    this.#server = server;
    this.#closed = closed;
  }

  async predict(inputs: Maps, { dropoutSeed }: PredictOptions = {}): Promise<Maps> {
    if (dropoutSeed !== undefined) throw refusal("draw the dropout masks of other engines");
    checkInputs(this.#graph, inputs);
    const { outputs } = this.#graph;
    const fields = outputs.map(({ name }) => identifier(name));
    const { arrays } = await this.#server.ask(
      { kind: "predict", inputs: [...inputs.keys()].map(identifier), outputs: fields },
      sent(inputs),
    );
    return new Map(outputs.map(({ name }) => [name, mapIn(arrays, identifier(name))]));
  }

  async evaluate(inputs: Maps, targets: ReadonlyMap<string, TargetBatch>): Promise<StepResult> {
    checkInputs(this.#graph, inputs);
    const trained = this.#graph.outputs.filter(({ name }) => this.#training.has(name));
    const { header, arrays } = await this.#server.ask(
      {
        kind: "evaluate",
        inputs: [...inputs.keys()].map(identifier),
        outputs: trained.map(({ name }) => identifier(name)),
        given: givenWeights(this.#training),
      },
      [...sent(inputs), ...sentTargets(targets)],
    );
    const found = [...(header.terms as readonly (readonly [number, number])[])]; // written by the program
    const terms = new Map<string, readonly LossPart[]>();
    const predictions = new Map<string, PredictionBatch>();
    for (const { name } of trained) {
      const { loss = [], predicts, confidence } = this.#training.get(name) ?? {};
      terms.set(
        name,
        loss.map(({ term }): LossPart => {
          const [total, divisor] = found.shift() ?? [0, 0];
          const value = divisor === 0 ? 0 : total / divisor;
          const isSum = "reduction" in term && term.reduction === "sum";
          const counts = !isSum && extentOf(term.kind) !== "areas" && term.kind !== "scale_invariant";
          return { value, counted: counts ? divisor : undefined };
        }),
      );
      const map = mapIn(arrays, identifier(name));
      predictions.set(
        name,
        predicts === "map" ? { kind: "map", ...map } : classesOf(map, confidence === true),
      );
    }
    const sums = [...terms].map(
      ([name, parts]) => [name, parts.reduce((sum, { value }) => sum + value, 0)] as const,
    );
    const loss = sums.reduce((sum, [, value]) => sum + value, 0);
    return { loss, losses: new Map(sums), terms, predictions };
  }

  async writeWeights(weights: Weights): Promise<void> {
    const known = new Map(
      weightsOf(this.#graph).map(({ name, specification }) => [name, specification.shape]),
    );
    for (const [name, { shape }] of weights) {
      const wanted = known.get(name);
      if (wanted === undefined) throw new WeightMismatch(`the network has no weight "${name}"`);
      if (shape.join() !== wanted.join())
        throw new WeightMismatch(
          `"${name}" has shape [${shape.join(", ")}], and the network needs [${wanted.join(", ")}]`,
        );
    }
    this.#weights = new Map([...this.#weights, ...weights]);
    await this.#server.ask(
      { kind: "weights", metadata: this.#metadata },
      [...this.#weights].map(([name, { shape, data }]) => ({ name, shape, data })),
    );
  }

  async readWeights(): Promise<Weights> {
    return this.#weights;
  }

  /** Engines of this process report where values stop being finite. */
  async findNotFinite(): Promise<undefined> {
    return undefined;
  }

  readonly step = refuseToTrain;
  readonly update = refuseToTrain;
  readonly gradients = refuseToTrain;
  readonly inputGradients = refuseToTrain;
  readonly exchangeAverages = refuseToTrain;
  readonly readState = refuseToTrain;
  readonly writeState = refuseToTrain;

  allocations(): number {
    return 0;
  }

  close(): void {
    this.#server.close();
    void this.#closed();
  }
}

/** The entries of the metadata of weights that say how inputs were normalised. */
function normalisationsOf(
  graph: Graph,
  { normalisations }: SessionOptions,
): Readonly<Record<string, string>> {
  if (normalisations === undefined) return {};
  const [first, ...others] = graph.nodes.filter(isInput).map(({ attributes: { name } }) => name);
  const known = normalisations.get(first ?? "");
  return {
    ...(known && { normalisation: JSON.stringify(known) }),
    other_normalisations: JSON.stringify(
      Object.fromEntries(others.map((name) => [name, normalisations.get(name)])),
    ),
  };
}

async function refuseToTrain(): Promise<never> {
  throw refusal("train or differentiate");
}

function refusal(what: string): UserError {
  return new UserError(
    `the engine torch predicts and evaluates here, and does not ${what}`,
    "use another engine, by --engine",
  );
}

function sent(maps: Maps): readonly SentArray[] {
  return [...maps].map(([name, { shape, data }]) => ({ name: identifier(name), shape, data }));
}

/** Unknown classes are −1, unknown values NaN. */
function sentTargets(targets: ReadonlyMap<string, TargetBatch>): readonly SentArray[] {
  return [...targets].map(([output, target]) => {
    const name = `target ${identifier(output)}`;
    if (target.kind === "labels") return { name, shape: target.shape, data: target.data };
    const { shape, valid } = target;
    const data = target.data.map((value, i) => (valid[Math.floor(i / shape[3])] === 0 ? Number.NaN : value));
    return { name, shape, data };
  });
}

function mapIn(
  arrays: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  name: string,
): MapBatch {
  const found = arrays.get(name);
  if (found === undefined) throw new Error(`PyTorch gave no ${name}`);
  const [batch = 0, height = 0, width = 0, channels = 0] = found.shape;
  return { shape: [batch, height, width, channels], data: found.data };
}

/** Of probabilities; one channel is that of class 1. */
function classesOf(
  { shape: [batch, height, width, channels], data }: MapBatch,
  withConfidence: boolean,
): PredictionBatch {
  const count = batch * height * width;
  const classes = new Int32Array(count);
  const confidence = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < channels; c++)
      if ((data[i * channels + c] ?? 0) > (data[i * channels + best] ?? 0)) best = c;
    const value = data[i * channels + best] ?? 0;
    classes[i] = channels === 1 ? Number(value > 0.5) : best;
    confidence[i] = channels === 1 ? Math.max(value, 1 - value) : value;
  }
  const labels = { kind: "labels", data: classes, shape: [batch, height, width] } as const;
  return withConfidence ? { ...labels, confidence } : labels;
}
