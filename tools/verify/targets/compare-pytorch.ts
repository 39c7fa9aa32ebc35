/** An emitted package run by PyTorch in float64, compared with the tensor program in float64. */

import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { ShapedGraph } from "../../../compiler/network/shape-graph.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { className, identifier } from "../../../compiler/targets/pytorch/names.ts";
import { pytorch } from "../../../compiler/targets/pytorch/pytorch.ts";
import { ProgramBuilder } from "../../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import { differentiate } from "../../../compiler/tensors/passes/differentiate.ts";
import { expandGraph } from "../../../compiler/tensors/passes/expand/expand-graph.ts";
import { simplified } from "../../../compiler/tensors/passes/simplify/simplify.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import { predictionProgram } from "../../../compiler/tensors/programs/prediction.ts";
import { trainedWeights } from "../../../compiler/tensors/programs/training.ts";
import { float32 } from "../../../compiler/tensors/value.ts";
import { verified } from "../../../compiler/tensors/verify.ts";
import type { WeightArray } from "../../../runtime/arrays.ts";
import { Random } from "../../../runtime/random.ts";
import { elementCount } from "../../../runtime/weights/weight-name.ts";
import { fittingSize, livelySubject } from "./compare-onnx.ts";
import {
  compareTraining,
  type TrainingComparison,
  type TrainingSettings,
  trainingJobs,
} from "./compare-pytorch-training.ts";
import { livelyWeights } from "./lively-weights.ts";
import { runTorch, type TorchArray, type TorchArrays, type TorchJob } from "./pytorch-driver.ts";
import { randomFieldTables } from "./random-field-tables.ts";

const seed = 1;
/** A bias before a normalisation has the gradient 0 but for rounding: compared with this share of the largest gradient of all. */
const leastShare = 1e-3;

export interface PyTorchComparison {
  /** The largest |package − program| over the largest |program|: over outputs and sizes. */
  readonly outputs: number;
  /** Over all weights and sizes, each relative to its own largest gradient, or to a thousandth of the largest of all. */
  readonly gradients: number;
  /** The weight that differs most. */
  readonly gradientAt: string;
  /** Over all running means and variances after a training step. */
  readonly statistics: number;
  readonly sizes: readonly PerAxis<number>[];
  /** At the first size, where it was asked for. */
  readonly training?: TrainingComparison;
}

/** The files of a package with weights under which every layer matters. @throws Error where it is refused */
export async function emittedPackage(network: CompiledNetwork): Promise<ReadonlyMap<string, Uint8Array>> {
  const emission = await pytorch.emit(livelySubject(network));
  if (emission.kind === "refused")
    throw new Error(emission.diagnostics.map(({ message }) => message).join("; "));
  return emission.files;
}

export interface AskedNetwork {
  readonly network: CompiledNetwork;
  readonly asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[];
  /** Where its training is compared, too. */
  readonly training?: Omit<TrainingSettings, "size">;
}

/** Several networks in one process of Python, which takes seconds to start. */
export async function comparePyTorch(
  subjects: readonly AskedNetwork[],
): Promise<readonly PyTorchComparison[]> {
  const prepared = await Promise.all(subjects.map(prepare));
  const found = await runTorch(
    prepared.map(({ network, files, cases, training }) => ({
      files,
      className: className(network.name),
      jobs: [...cases.map(({ job }) => job), ...(training ? trainingJobs(network, training) : [])],
    })),
  );
  const comparisons: PyTorchComparison[] = [];
  for (const [i, one] of prepared.entries()) {
    const given = found[i] ?? [];
    const { network, cases, training } = one;
    comparisons.push({
      ...compared(one, given),
      ...(training && { training: await compareTraining(network, training, given.slice(cases.length)) }),
    });
  }
  return comparisons;
}

interface Prepared {
  readonly network: CompiledNetwork;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly sizes: readonly PerAxis<number>[];
  readonly cases: readonly Case[];
  readonly training: TrainingSettings | undefined;
}

async function prepare({ network, asked, training }: AskedNetwork): Promise<Prepared> {
  const { graph } = network;
  const files = await emittedPackage(network);
  const weights = livelyWeights(graph, seed);
  const at = asked.map(({ size, batch }) => {
    const fitting = fittingSize(network, size);
    const shaped = shapeAt(graph, fitting);
    if (shaped.kind === "refused") throw new Error(shaped.message);
    return { size: fitting, shaped, batch };
  });
  const cases = at.flatMap(({ shaped, batch }) => [
    forwardCase(shaped, batch, weights),
    // Batch normalisation needs more than one value.
    ...(trainedWeights({ graph }).length > 0 ? [gradientsCase(shaped, 2, weights)] : []),
  ]);
  const [first] = at;
  const trained = training && first && { ...training, size: first.size };
  return { network, files, sizes: at.map(({ size }) => size), cases, training: trained };
}

function compared(
  { network: { graph }, sizes, cases }: Prepared,
  found: readonly TorchArrays[],
): PyTorchComparison {
  const trained = new Set(trainedWeights({ graph }).map(({ name }) => name));
  let [outputs, gradients, statistics, gradientAt] = [0, 0, 0, ""];
  for (const [i, { expected, job }] of cases.entries()) {
    const made = found[i] ?? new Map<string, TorchArray>();
    const overall = Math.max(
      ...[...expected].map(([name, { data }]) => (trained.has(name) ? largest(data) : 0)),
    );
    for (const [name, { data }] of expected) {
      const isGradient = job.kind === "gradients" && trained.has(name);
      const apart = difference(data, made.get(name), isGradient ? leastShare * overall : undefined);
      if (job.kind === "forward") outputs = Math.max(outputs, apart);
      else if (!isGradient) statistics = Math.max(statistics, apart);
      else if (!(apart <= gradients)) [gradients, gradientAt] = [apart, name];
    }
  }
  return { outputs, gradients, gradientAt, statistics, sizes };
}

interface Case {
  readonly job: TorchJob;
  readonly expected: TorchArrays;
}

function forwardCase(shaped: ShapedGraph, batch: number, weights: ReadonlyMap<string, WeightArray>): Case {
  const program = predictionProgram(shaped, batch);
  const inputs = inputsAt(shaped, batch);
  const { outputs } = evaluate(program, { feeds: fedInputs(shaped, batch, inputs), state: stateOf(weights) });
  const expected = shaped.graph.outputs.map(({ name }): readonly [string, TorchArray] => {
    const map = outputs.get(outputName("map", name));
    if (map === undefined) throw new Error(`the program has no ${name}`);
    return [identifier(name), { shape: map.shape, data: Float64Array.from(map.data) }];
  });
  return { job: { kind: "forward", inputs: renamed(inputs) }, expected: new Map(expected) };
}

/** Of the sum over the outputs of each times random coefficients, by every weight; and the running statistics after it. */
function gradientsCase(shaped: ShapedGraph, batch: number, weights: ReadonlyMap<string, WeightArray>): Case {
  const { graph } = shaped;
  const program = weightedProgram(shaped, batch);
  const inputs = inputsAt(shaped, batch);
  const coefficients = new Map(
    graph.outputs.map(({ name, node }) => {
      const shape = [batch, ...(shaped.shapes[node] ?? [])];
      return [name, drawn(shape, `coefficients of ${name}`, (random) => random.normal())] as const;
    }),
  );
  const rates = new Map(
    graph.nodes.flatMap((node) =>
      "rate" in node.attributes ? [[node.name, node.attributes.rate] as const] : [],
    ),
  );
  const masks = new Map(
    program.feeds
      .filter(({ kind }) => kind === "mask")
      .map(({ name, value }) => {
        const rate = rates.get(name) ?? 0;
        const shape = program.values[value]?.shape ?? [];
        const draw = (random: Random) => (random.uniform() < rate ? 0 : 1 / (1 - rate));
        return [name, drawn(shape, `mask of ${name}`, draw)] as const;
      }),
  );
  const { outputs, state } = evaluate(program, {
    feeds: new Map([
      ...fedInputs(shaped, batch, inputs),
      ...fed("mask", masks),
      ...[...coefficients].map(([name, { data }]) => [feedName("gradient", name), data] as const),
    ]),
    state: stateOf(weights),
  });
  const expected = new Map<string, TorchArray>();
  for (const { name, shape } of trainedWeights(shaped)) {
    const found = outputs.get(outputName("gradient", name));
    const data = found === undefined ? new Float64Array(elementCount(shape)) : Float64Array.from(found.data);
    expected.set(name, { shape, data });
  }
  for (const [name, { shape, data }] of state) expected.set(name, { shape, data: Float64Array.from(data) });
  return {
    job: { kind: "gradients", inputs: renamed(inputs), coefficients: renamed(coefficients), masks },
    expected,
  };
}

function weightedProgram(shaped: ShapedGraph, batch: number): Program {
  const { graph } = shaped;
  const build = new ProgramBuilder(graph.name);
  const wanted = graph.outputs.map(({ node }) => node);
  const maps = expandGraph(build, shaped, batch, wanted, { training: true, dropout: true });
  build.at({ part: "backward", node: undefined, name: undefined, span: undefined });
  const sums = graph.outputs.map(({ name, node }) => {
    const value = maps.get(node);
    if (value === undefined) throw new Error(`node ${node} was not expanded`);
    return { value, weights: build.feed("gradient", name, float32(...value.shape)) };
  });
  const weights = trainedWeights(shaped).flatMap(({ name, shape }) =>
    build.hasState(name) ? [{ name, value: build.state("weight", name, float32(...shape)) }] : [],
  );
  const gradients = differentiate(
    build,
    sums,
    weights.map(({ value }) => value),
  );
  for (const { name, value } of weights) {
    const gradient = gradients.get(value.id);
    if (gradient !== undefined) build.output("gradient", name, gradient);
  }
  return simplified(verified(build.finish(), "differentiation"));
}

function inputsAt({ graph, shapes }: ShapedGraph, batch: number): TorchArrays {
  return new Map(
    graph.nodes.filter(isInput).map(({ id, attributes: { name } }) => {
      const shape = [batch, ...(shapes[id] ?? [])];
      return [name, drawn(shape, `input ${name} ${shape.join("x")}`, (random) => random.uniform())] as const;
    }),
  );
}

function drawn(shape: readonly number[], what: string, draw: (random: Random) => number): TorchArray {
  const random = new Random(seed, what);
  return { shape, data: Float64Array.from({ length: elementCount(shape) }, () => draw(random)) };
}

function fed(kind: "input" | "mask", arrays: TorchArrays): ReadonlyMap<string, Float64Array> {
  return new Map([...arrays].map(([name, { data }]) => [feedName(kind, name), data]));
}

function fedInputs(shaped: ShapedGraph, batch: number, inputs: TorchArrays) {
  const feeds = fed("input", inputs);
  return new Map([...feeds, ...randomFieldTables(shaped, batch, feeds)]);
}

function renamed(arrays: TorchArrays): TorchArrays {
  return new Map([...arrays].map(([name, array]) => [identifier(name), array]));
}

function stateOf(weights: ReadonlyMap<string, WeightArray>): ReadonlyMap<string, Float32Array> {
  return new Map([...weights].map(([name, { data }]) => [name, data]));
}

/** The largest difference over the largest expected value; of values that are missing where none are expected, 0. */
function difference(expected: Float64Array, found: TorchArray | undefined, least = 1e-12): number {
  if (found === undefined) return largest(expected) === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (found.data.length !== expected.length) return Number.POSITIVE_INFINITY;
  const apart = expected.reduce((most, value, i) => {
    const here = Math.abs(value - (found.data[i] ?? Number.NaN));
    return here > most || Number.isNaN(here) ? here : most;
  }, 0);
  return apart / Math.max(least, largest(expected));
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
