/**
 * Holds a lowering, on one engine, to the float64 reference: every output, and gradients against central differences of the
 * reference.
 */
import { expect } from "vitest";
import type { NodeOf } from "../../compiler/network/graph.ts";
import type { Attributes, OperationName, PoolAttributes } from "../../compiler/ops/attributes.ts";
import type { MapShape } from "../../compiler/ops/operation.ts";
import { type Backend, onBackend } from "../../runtime/engines/tfjs/backend.ts";
import { toEngineLayout } from "../../runtime/engines/tfjs/layout.ts";
import type { LoweringContext, PoolMaxima, Tensor, Tensor4D } from "../../runtime/engines/tfjs/lowering.ts";
import { lowerings } from "../../runtime/engines/tfjs/lowerings/lowerings.ts";
import { Random } from "../../runtime/random.ts";
import type { Computed, NumericCase } from "./numeric-case.ts";
import { computeByProgram, program, type TensorProgram } from "./program.ts";
import { recordVerified } from "./record-verified.ts";
import { type Maps, maps } from "./reference/map.ts";
import { windowCount } from "./reference/pooling.ts";
import type { Weight } from "./reference/weights.ts";

/**
 * Of the largest magnitude in the array, at least of 1. The sums here have at most some 200 terms of order 1; float32 rounds
 * each to 6e-8, and rounding that all went one way would reach 1.2e-5.
 */
export const tolerance = 2e-5;

/** A step at which the differences of the float64 reference are good to 1e-7, and that crosses no kink of `distinctMaps`. */
const step = 1e-4;

/** Coordinates of each input and weight at which the gradient is compared. */
const samples = 24;

/**
 * Of the tensor program, which computes in float64 as the reference does: some hundred terms of order 1. Its gradients are as near
 * as the differences of the reference; the tables of a crf are float32 on both sides, and summed in another order.
 */
const programTolerance = { output: 1e-10, gradient: 1e-6, crf: 1e-5 } as const;

/** Computes on the engine, compares everything with the reference, and records the largest errors. */
export async function verify<O extends OperationName>(
  engine: Backend | TensorProgram,
  test: NumericCase<O>,
): Promise<void> {
  const weights = test.weights ?? {};
  const expected = test.reference(test.inputs, weights);
  const random = new Random(test.seed ?? 7, "cotangent");
  const { batch, channels, height, width } = expected;
  const cotangent = maps(batch, channels, height, width, () => Math.fround(random.normal()));
  const computed = await compute(engine, test, expected, cotangent);
  const exact = test.operation === "crf" ? programTolerance.crf : undefined;
  const isProgram = isTensorProgram(engine);
  const allowed = isProgram ? (exact ?? programTolerance.gradient) : (test.tolerance ?? tolerance);
  const allowedOutput = isProgram ? (exact ?? programTolerance.output) : allowed;
  const forward = compare("output", computed.output.data, expected.data, allowedOutput);
  const objective = (): number => {
    const output = test.reference(test.inputs, weights).data;
    return output.reduce((sum, value, i) => sum + value * (cotangent.data[i] ?? 0), 0);
  };
  const gradients: number[] = [];
  computed.inputGradients.forEach((gradient, i) => {
    const input = test.inputs[i];
    if (input !== undefined)
      gradients.push(compareGradient(`input ${i}`, gradient.data, input.data, objective, random, allowed));
  });
  for (const [name, gradient] of Object.entries(computed.weightGradients)) {
    const weight = weights[name];
    if (weight !== undefined)
      gradients.push(compareGradient(name, gradient.data, weight.data, objective, random, allowed));
  }
  expect(computed.leaked, "tensors left over").toBe(0);
  if (isTensorProgram(engine)) return;
  recordVerified(engine, {
    operation: test.operation,
    forward,
    gradient: gradients.length === 0 ? undefined : Math.max(...gradients),
  });
}

function isTensorProgram(engine: Backend | TensorProgram): engine is TensorProgram {
  return engine === program;
}

/** Output and gradients on the engine, for the given gradient of the output. */
export async function compute<O extends OperationName>(
  engine: Backend | TensorProgram,
  test: NumericCase<O>,
  outputShape: Omit<Maps, "data">,
  cotangent: Maps,
): Promise<Computed> {
  if (isTensorProgram(engine)) return computeByProgram(test, outputShape, cotangent);
  const backend = engine;
  const { tf } = backend;
  return onBackend(backend, async () => {
    const before = liveCount(backend);
    const weights = test.weights ?? {};
    const inputCount = test.differentiableInputs ?? test.inputs.length;
    const weightNames = test.differentiableWeights ?? [];
    const statistics = new Map<string, Tensor>();
    const kept: Tensor[] = [];
    const tensors = tf.tidy(() => {
      const inputs = test.inputs.map((input) => toTensor(backend, input));
      const values = new Map(
        Object.entries(weights).map(([name, weight]) => [name, weightTensor(backend, name, weight)]),
      );
      const node = nodeOf(test.operation, test.attributes);
      const maxima = test.pool === undefined ? undefined : maximaOf(backend, test.pool);
      const forward = (...differentiated: Tensor[]): Tensor4D => {
        const maps = inputs.map((input, i) => (i < inputCount ? (differentiated[i] as Tensor4D) : input)); // in that order
        const context: LoweringContext = {
          tf,
          training: test.training ?? false,
          output: shapeOf(outputShape),
          inputs: test.inputs.map(shapeOf),
          weight: (name) => {
            const at = weightNames.indexOf(name);
            const tensor = at < 0 ? values.get(name) : differentiated[inputCount + at];
            if (tensor === undefined) throw new Error(`no weight ${name}`);
            return tensor;
          },
          keepMaxima: undefined,
          maxima,
          guide: test.guide,
          keep: (tensor) => void kept.push(tf.keep(tensor)),
          updateStatistic: (name, value) => {
            statistics.set(name, tf.keep(value.clone()));
          },
          seed: test.seed ?? 7,
        };
        return lowerings[test.operation](node, maps, context);
      };
      const subjects = [
        ...inputs.slice(0, inputCount),
        ...weightNames.map((name) => values.get(name) as Tensor),
      ]; // made above
      const gradient = toTensor(backend, cotangent);
      if (subjects.length === 0) return [forward()];
      const { value, grads } = tf.valueAndGrads(forward)(subjects, gradient);
      return [value, ...grads];
    });
    const shapes = tensors.map((tensor) => tensor.shape);
    const data = await Promise.all(tensors.map((tensor) => tensor.data()));
    const found = await Promise.all(
      [...statistics].map(async ([name, tensor]) => [name, [...(await tensor.data())]] as const),
    );
    for (const tensor of [...tensors, ...kept, ...statistics.values()]) tensor.dispose();
    const map = (i: number): Maps => fromChannelsLast(data[i] ?? [], shapes[i] ?? []);
    return {
      output: map(0),
      inputGradients: test.inputs.slice(0, inputCount).map((_, i) => map(1 + i)),
      weightGradients: Object.fromEntries(
        weightNames.map((name, i) => {
          const at = 1 + inputCount + i;
          return [name, canonical(name, data[at] ?? [], weights[name]?.shape ?? [])];
        }),
      ),
      statistics: Object.fromEntries(found),
      leaked: liveCount(backend) - before,
    };
  });
}

/** Buffers show what a kernel allocated and did not free. WebGPU frees its own later, so there only tensors count. */
function liveCount({ tf, name }: Backend): number {
  return tf.memory().numTensors + (name === "webgpu" ? 0 : tf.backend().numDataIds());
}

/** A node as the graph would hold it; a lowering reads its name and attributes, and sizes from the context. */
function nodeOf<O extends OperationName>(operation: O, attributes: Attributes[O]): NodeOf<O> {
  const origin = { span: undefined, role: undefined, scope: [], construct: undefined, label: undefined };
  const map = undefined as never; // no lowering reads it
  return { id: 0, name: operation, operation, attributes, inputs: [], map, weights: [], origin };
}

function maximaOf(backend: Backend, pool: { attributes: PoolAttributes; input: Maps }): PoolMaxima {
  const { tf } = backend;
  const kept: PoolMaxima[] = [];
  const { height, width, channels } = pool.input;
  const along = (cells: number, axis: 0 | 1): number => windowCount(pool.attributes, cells, axis);
  lowerings.maxpool(nodeOf("maxpool", pool.attributes), [toTensor(backend, pool.input)], {
    tf,
    training: false,
    output: [channels, along(height, 0), along(width, 1)],
    inputs: [shapeOf(pool.input)],
    weight: () => {
      throw new Error("a pool has no weights");
    },
    keepMaxima: (maxima) => kept.push(maxima),
    maxima: undefined,
    guide: undefined,
    keep: () => {
      throw new Error("a pool keeps its maxima alone");
    },
    updateStatistic: () => {
      throw new Error("a pool has no statistics");
    },
    seed: 0,
  });
  const [maxima] = kept;
  if (maxima === undefined) throw new Error("the pool kept no maxima");
  return maxima;
}

function shapeOf({ channels, height, width }: Omit<Maps, "data">): MapShape {
  return [channels, height, width];
}

function toTensor({ tf }: Backend, map: Maps): Tensor4D {
  const { batch, channels, height, width } = map;
  const data = new Float32Array(map.data.length);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let cell = 0; cell < height * width; cell++) {
      for (let c = 0; c < channels; c++)
        data[at++] = map.data[(b * channels + c) * height * width + cell] ?? 0;
    }
  }
  return tf.tensor4d(data, [batch, height, width, channels]);
}

function fromChannelsLast(data: ArrayLike<number>, shape: readonly number[]): Maps {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  return maps(
    batch,
    channels,
    height,
    width,
    (b, c, y, x) => data[((b * height + y) * width + x) * channels + c] ?? Number.NaN,
  );
}

function weightTensor({ tf }: Backend, name: string, weight: Weight): Tensor {
  const { shape, data } = toEngineLayout(name, {
    shape: weight.shape,
    data: Float32Array.from(weight.data),
  });
  return tf.tensor(data, [...shape]);
}

/** A gradient in engine layout, filed where the weight of the graph's layout has its values. */
function canonical(name: string, data: ArrayLike<number>, shape: readonly number[]): Weight {
  // The flat places of the engine's layout, found by sending each place's own number through it.
  const places = toEngineLayout(name, {
    shape,
    data: Float32Array.from({ length: data.length }, (_, i) => i),
  });
  const result = new Float64Array(data.length);
  places.data.forEach((place, i) => {
    result[place] = data[i] ?? Number.NaN;
  });
  return { shape, data: result };
}

function compareGradient(
  what: string,
  gradient: ArrayLike<number>,
  values: Float64Array,
  objective: () => number,
  random: Random,
  allowed: number,
): number {
  const all = random.shuffled(Array.from({ length: values.length }, (_, i) => i));
  const places = all.slice(0, samples);
  const found = places.map((place) => gradient[place] ?? Number.NaN);
  const expected = places.map((place) => {
    const held = values[place] ?? Number.NaN;
    values[place] = held + step;
    const above = objective();
    values[place] = held - step;
    const below = objective();
    values[place] = held;
    return (above - below) / (2 * step);
  });
  return compare(`gradient of ${what}`, found, expected, allowed);
}

/** @returns the largest difference, of the largest magnitude expected, at least of 1 */
export function compare(
  what: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed = tolerance,
): number {
  expect(found.length, `${what}: how many`).toBe(expected.length);
  let largest = 1;
  let furthest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((found[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (!(difference <= allowed * largest)) {
      expect.fail(`${what}, place ${i}: found ${found[i]}, expected ${expected[i]} (largest ${largest})`);
    }
    furthest = Math.max(furthest, difference);
  }
  return furthest / largest;
}
