/** An operation computed by an engine: a graph of this operation alone, opened as any network is. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import type { MapBatch, WeightArray } from "../../runtime/arrays.ts";
import type { Engine, Session, SessionOptions } from "../../runtime/engines/engine.ts";
import { Network } from "../engines/graphs.ts";
import { mapAsWeights, oneHot } from "./map-as-weights.ts";
import type { Computed, NumericCase } from "./numeric-case.ts";
import { type Maps, maps } from "./reference/map.ts";
import type { Weight } from "./reference/weights.ts";

const output = "map";

/** Targets are so many times as far from the map as the gradient is large: float32 rounds the distance, not the map. */
const steepness = 1024;

/** Output and gradients, for the given gradient of the output. */
export async function computeByEngine<O extends OperationName>(
  engine: Engine,
  test: NumericCase<O>,
  cotangent: Maps,
): Promise<Computed> {
  return test.training === true ? inTraining(engine, test, cotangent) : inPrediction(engine, test, cotangent);
}

/** The gradients of inputs are asked for as such; those of weights are those of a loss that has the given one. */
async function inPrediction<O extends OperationName>(
  engine: Engine,
  test: NumericCase<O>,
  cotangent: Maps,
): Promise<Computed> {
  const { graph, node, inputs } = networkOf(test);
  const names = test.differentiableWeights ?? [];
  const options = optionsOf(test, names.length > 0 ? cotangent : undefined);
  return withSession(engine, graph, options, async (session) => {
    await session.writeWeights(weightsOf(test));
    const made = mapOf(await session.predict(inputs));
    const pass = async () => ({
      mapGradients:
        differentiated(test).length === 0
          ? new Map<string, MapBatch>()
          : await session.inputGradients(inputs, node, toBatch(cotangent)),
      weightGradients:
        names.length === 0
          ? new Map<string, WeightArray>()
          : await session.gradients(inputs, targetsFor(made, cotangent)),
    });
    const { result, leaked } = await withLeak(session, engine, pass);
    return {
      output: fromBatch(made),
      inputGradients: differentiated(test).map((_, place) =>
        fromBatch(result.mapGradients.get(inputName(place)) ?? zeros(test.inputs[place])),
      ),
      weightGradients: gradientsOf(test, result.weightGradients),
      statistics: {},
      leaked,
    };
  });
}

/**
 * As a training step computes it. The differentiable inputs are weights; their gradients are what the step of a plain gradient
 * descent takes from them, with dropout too. A second session repeats the first one, with targets that give the gradient.
 */
async function inTraining<O extends OperationName>(
  engine: Engine,
  test: NumericCase<O>,
  cotangent: Maps,
): Promise<Computed> {
  const { graph, inputs } = networkOf(test);
  const options = optionsOf(test, cotangent);
  const trained = (use: (session: Session) => Promise<StepOf>): Promise<StepOf> =>
    withSession(engine, graph, options, async (session) => {
      await session.writeWeights(weightsOf(test));
      return use(session);
    });
  const first = await trained((session) => step(session, inputs, anyTarget(cotangent), 0));
  const second = await trained(async (session) => {
    const targets = targetsFor(first.output, cotangent);
    if (test.operation === "dropout") return step(session, inputs, targets, 1);
    const { result, leaked } = await withLeak(session, engine, () => session.gradients(inputs, targets));
    return { ...first, gradients: result, leaked };
  });
  return {
    output: fromBatch(first.output),
    inputGradients: differentiated(test).map((input, place) => {
      const gradient = second.gradients.get(`${inputName(place)}.weight`);
      if (gradient === undefined) throw new Error(`no gradient of input ${place}`);
      const { batch, channels, height, width } = input;
      const positions = batch * height * width;
      return maps(
        batch,
        channels,
        height,
        width,
        (b, c, y, x) => gradient.data[c * positions + (b * height + y) * width + x] ?? Number.NaN,
      );
    }),
    weightGradients: gradientsOf(test, second.gradients),
    statistics: movedStatistics(test, first.weights),
    leaked: second.leaked,
  };
}

interface StepOf {
  readonly output: MapBatch;
  /** What the step took away, times the learning rate, and the weights after it. */
  readonly gradients: ReadonlyMap<string, WeightArray>;
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly leaked: number;
}

async function step(
  session: Session,
  inputs: ReadonlyMap<string, MapBatch>,
  targets: ReturnType<typeof targetsFor>,
  rate: number,
): Promise<StepOf> {
  const before = await session.readWeights();
  const { predictions } = await session.step(inputs, targets, rate);
  const made = predictions.get(output);
  if (made?.kind !== "map") throw new Error("the step gives no map");
  const weights = await session.readWeights();
  const gradients = new Map(
    Array.from(before, ([name, { shape, data }]) => {
      const after = weights.get(name)?.data ?? [];
      return [name, { shape, data: data.map((value, i) => value - (after[i] ?? Number.NaN)) }] as const;
    }),
  );
  return { output: made, gradients, weights, leaked: 0 };
}

/** Inputs of the sizes of the case; in training, those with a gradient are weights. */
function networkOf<O extends OperationName>(
  test: NumericCase<O>,
): { readonly graph: Graph; readonly node: number; readonly inputs: ReadonlyMap<string, MapBatch> } {
  const network = new Network(test.operation);
  const fed = new Map<string, MapBatch>();
  const feed = (name: string, map: Maps): number => {
    fed.set(name, toBatch(map));
    return network.input(name, map.channels, [map.height, map.width]);
  };
  const learned = test.training === true ? differentiated(test).length : 0;
  const given = test.pool === undefined ? test.inputs : test.inputs.slice(0, 1);
  const nodes = given.map((input, place) => {
    if (place >= learned) return feed(inputName(place), input);
    const { batch, height, width } = input;
    fed.set(`${inputName(place)} places`, oneHot(batch, height, width));
    const places = network.input(`${inputName(place)} places`, batch * height * width, [height, width]);
    return mapAsWeights(network, places, input.channels, inputName(place));
  });
  if (test.pool !== undefined) {
    const pooled = feed("pooled", test.pool.input);
    nodes.push(network.add("maxpool", test.pool.attributes, [pooled], "pool"), pooled);
  }
  const node = network.add(test.operation, test.attributes as Attributes[O], nodes, "subject");
  const graph = network.finish({ name: output, node, logits: node, activation: undefined });
  return { graph, node, inputs: fed };
}

function optionsOf<O extends OperationName>(
  test: NumericCase<O>,
  cotangent: Maps | undefined,
): SessionOptions {
  const seed = test.seed ?? 7;
  // The colours that a crf compares are those of its guide as they are: levels of 255.
  const levels = { mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] };
  const normalisations =
    test.operation === "crf" ? { normalisations: new Map([[inputName(1), levels]]) } : {};
  if (cotangent === undefined) return { seed, ...normalisations };
  const factor = cotangent.data.length / (2 * steepness); // of a mean of squares, whose slope is twice the distance
  return {
    seed,
    ...normalisations,
    training: {
      outputs: new Map([[output, { loss: [{ factor, term: { kind: "l2" } }], predicts: "map" }]]),
      optimizer: { kind: "sgd", learningRate: 1, momentum: 0, nesterov: false, weightDecay: 0 },
    },
  };
}

/** Targets at which the loss has the gradient. */
function targetsFor(made: MapBatch, cotangent: Maps) {
  const slope = toBatch(cotangent).data;
  const data = made.data.map((value, i) => value - steepness * (slope[i] ?? Number.NaN));
  const [batch, height, width] = made.shape;
  const valid = new Uint8Array(batch * height * width).fill(1);
  return new Map([[output, { kind: "map" as const, data, shape: made.shape, valid }]]);
}

const anyTarget = (map: Maps) => targetsFor(toBatch(map), map);

function weightsOf<O extends OperationName>(test: NumericCase<O>): ReadonlyMap<string, WeightArray> {
  const own = Object.entries(test.weights ?? {}).map(
    ([name, { shape, data }]) => [`subject.${name}`, { shape, data: Float32Array.from(data) }] as const,
  );
  const learned = test.training === true ? differentiated(test) : [];
  const inputs = learned.map((input, place) => {
    const { batch, channels, height, width } = input;
    const positions = height * width;
    const data = new Float32Array(input.data.length);
    input.data.forEach((value, i) => {
      const position = i % positions;
      const c = Math.floor(i / positions) % channels;
      const b = Math.floor(i / (positions * channels));
      data[c * batch * positions + b * positions + position] = value;
    });
    return [`${inputName(place)}.weight`, { shape: [channels, batch * positions, 1, 1], data }] as const;
  });
  return new Map([...own, ...inputs]);
}

function gradientsOf<O extends OperationName>(
  test: NumericCase<O>,
  found: ReadonlyMap<string, WeightArray>,
): Readonly<Record<string, Weight>> {
  return Object.fromEntries(
    (test.differentiableWeights ?? []).map((name) => {
      const gradient = found.get(`subject.${name}`);
      if (gradient === undefined) throw new Error(`no gradient of ${name}`);
      return [name, { shape: gradient.shape, data: Float64Array.from(gradient.data) }];
    }),
  );
}

/** Those that the step changed. */
function movedStatistics<O extends OperationName>(
  test: NumericCase<O>,
  after: ReadonlyMap<string, WeightArray>,
): Readonly<Record<string, readonly number[]>> {
  const moved = Object.entries(test.weights ?? {}).flatMap(([name, { data }]) => {
    const now = after.get(`subject.${name}`)?.data;
    const changed = now?.some((value, i) => value !== Math.fround(data[i] ?? Number.NaN)) === true;
    return now !== undefined && changed ? [[name, [...now]] as const] : [];
  });
  return Object.fromEntries(moved);
}

const inputName = (place: number): string => `input${place}`;

function differentiated<O extends OperationName>(test: NumericCase<O>): readonly Maps[] {
  return test.inputs.slice(0, test.differentiableInputs ?? test.inputs.length);
}

async function withSession<T>(
  engine: Engine,
  graph: Graph,
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await engine.open(graph, options);
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

/** What a pass leaves allocated; the first may leave what later ones use again. WebGPU frees its buffers later. */
async function withLeak<T>(
  session: Session,
  { name }: Engine,
  pass: () => Promise<T>,
): Promise<{ readonly result: T; readonly leaked: number }> {
  const before = session.allocations();
  const result = await pass();
  const after = session.allocations();
  if (name === "webgpu" || after === before) return { result, leaked: 0 };
  await pass();
  return { result, leaked: session.allocations() - after };
}

function mapOf(outputs: ReadonlyMap<string, MapBatch>): MapBatch {
  const made = outputs.get(output);
  if (made === undefined) throw new Error("the session gives no map");
  return made;
}

function zeros(map: Maps | undefined): MapBatch {
  if (map === undefined) throw new Error("no such input");
  return toBatch({ ...map, data: new Float64Array(map.data.length) });
}

function toBatch({ batch, channels, height, width, data }: Maps): MapBatch {
  const result = new Float32Array(data.length);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let cell = 0; cell < height * width; cell++)
      for (let c = 0; c < channels; c++) result[at++] = data[(b * channels + c) * height * width + cell] ?? 0;
  return { data: result, shape: [batch, height, width, channels] };
}

function fromBatch({ data, shape: [batch, height, width, channels] }: MapBatch): Maps {
  return maps(
    batch,
    channels,
    height,
    width,
    (b, c, y, x) => data[((b * height + y) * width + x) * channels + c] ?? Number.NaN,
  );
}
