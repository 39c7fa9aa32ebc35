/** One exercise of an emitted module, in Node and in a page alike: outputs, gradients, a few training steps. */
import type { Driver, PlainArrays } from "./typescript-driver.ts";

/** Arrays as JSON; NaN has no place in it. */
export type JsonArrays = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
>;

export interface Exercise {
  readonly inputs: JsonArrays;
  /** Integer labels. */
  readonly targets: JsonArrays;
  readonly learningRate: number;
  readonly steps: number;
}

export interface Exercised {
  readonly outputs: JsonArrays;
  /** By the names of the weights file. */
  readonly gradients: JsonArrays;
  /** Before each step. */
  readonly losses: readonly number[];
  /** The outputs after the last step, which the running statistics enter. */
  readonly trained: JsonArrays;
  /** More tensors after the last step than after the first. */
  readonly leaked: number;
}

export async function exercised(
  driver: Driver,
  file: Uint8Array,
  { inputs, targets, learningRate, steps }: Exercise,
): Promise<Exercised> {
  driver.load(file);
  const images = plain(inputs, (data) => Float32Array.from(data));
  const labels = plain(targets, (data) => Int32Array.from(data));
  const kept = (_: string, shape: readonly number[]): Float32Array =>
    new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(1);
  const outputs = json(await driver.apply(images));
  const gradients = json(await driver.gradients(images, labels, kept));
  const losses: number[] = [];
  let tensors = 0;
  for (let step = 0; step < steps; step += 1) {
    losses.push(await driver.step(images, labels, learningRate, kept));
    if (step === 0) tensors = driver.tensors();
  }
  const leaked = driver.tensors() - tensors;
  return { outputs, gradients, losses, trained: json(await driver.apply(images)), leaked };
}

export function json(arrays: PlainArrays): JsonArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
  );
}

function plain(
  arrays: JsonArrays,
  typed: (data: readonly number[]) => Float32Array | Int32Array,
): PlainArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: typed(data) }]),
  );
}
