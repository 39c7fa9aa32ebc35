/** Samples of emitted packages for PyTorch beside the runtime's: the same pairs, batches and values. */
import { expect } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { identifier } from "../../compiler/targets/pytorch/names.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { trainingBatches, validationBatches } from "../../runtime/data/batches.ts";
import type { Batch, DataSet } from "../../runtime/data/data-set.ts";
import type { DecodePool } from "../../runtime/data/decode-pool.ts";
import { measureNormalisation } from "../../runtime/data/measure-normalisation.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import {
  imageScale,
  inputPlans,
  layerPlans,
  outputPlans,
  targetPlans,
} from "../../runtime/training/output-plans.ts";
import { trainedBatch } from "../../runtime/training/trained-batch.ts";
import { compileText } from "./compile-source.ts";
import { type PythonArray, runScript, writePackage } from "./python-package.ts";

/** The folder in which programs lie, and what decodes their images. */
export interface Place {
  readonly folder: string;
  readonly pool: DecodePool;
}

export function compiled(text: string): CompiledNetwork {
  const { networks, diagnostics } = compileText(text);
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return network;
}

async function openedData({ folder }: Place, { graph, train }: CompiledNetwork): Promise<DataSet> {
  if (train === undefined) throw new Error("the network is not trained");
  const layers = layerPlans(graph, train);
  return openDataSet(train.data, train.masks, { baseDirectory: folder, layers });
}

/** The batches of an epoch, or of the validation. */
async function runtimeBatches(
  place: Place,
  network: CompiledNetwork,
  epoch: number | undefined,
): Promise<Batch[]> {
  const { graph, train } = network;
  if (train === undefined) throw new Error("the network is not trained");
  const data = await openedData(place, network);
  const inputs = await Promise.all(
    inputPlans(graph, train).map(async (plan) => ({
      ...plan,
      normalisation: await measureNormalisation(data, plan.layer),
    })),
  );
  const targets = targetPlans(outputPlans(graph, train));
  const { batch, augment, seed, lastBatch } = train;
  const common = { batch, inputs, targets, pool: place.pool };
  const made =
    epoch === undefined
      ? validationBatches(data, common)
      : trainingBatches(data, { ...common, augment, seed, lastBatch, epoch });
  const batches: Batch[] = [];
  for await (const one of made) batches.push(one);
  return batches;
}

export interface SampleCase {
  readonly network: CompiledNetwork;
  /** Left out: the validation. */
  readonly epoch?: number | undefined;
}

/** In one process of Python. @returns arrays by case, batch and name: "0 1 image" */
async function packageBatches({ folder }: Place, cases: readonly SampleCase[]) {
  const scripts: string[] = [];
  const names = new Set(cases.map(({ network }) => network.name));
  if (names.size < new Set(cases.map(({ network }) => network)).size)
    throw new Error("two networks have one name, and so have their packages");
  for (const [number, { network, epoch }] of cases.entries()) {
    const name = await writePackage(network, folder);
    const [samples, last] =
      epoch === undefined ? ['"validate"', "keep"] : ['"train", augment=True', network.train?.lastBatch];
    scripts.push(`from ${name}.data import Samples, batches, collate
samples = Samples(${samples})
for number, keys in enumerate(batches(samples, ${network.train?.batch}, ${epoch ?? 0}, "${last}")):
    inputs, targets = collate([samples[key] for key in keys])
    for name, tensor in {**inputs, **targets}.items():
        write(f"${number} {number} {name}", tensor)
`);
  }
  return runScript(folder, scripts.join("\n"));
}

export interface Apart {
  /** The largest difference of two values. */
  readonly inputs: number;
  readonly targets: number;
}

/** @returns for each case how far the package's samples are from the runtime's; their names, shapes and number are compared */
export async function compareSamples(place: Place, cases: readonly SampleCase[]): Promise<readonly Apart[]> {
  const all = new ComparedSamples(() => place);
  const asked = cases.map((one) => all.add(one));
  const apart: Apart[] = [];
  for (const compare of asked) apart.push(await compare());
  return apart;
}

/** Cases of several tests, whose packages run in one process of Python: it starts when the first of the tests asks. */
export class ComparedSamples {
  readonly #place: () => Place;
  readonly #cases: SampleCase[] = [];
  #found: ReturnType<typeof packageBatches> | undefined;

  constructor(place: () => Place) {
    this.#place = place;
  }

  /** To be called before a test runs, with a network of a name of its own. */
  add(one: SampleCase): () => Promise<Apart> {
    const number = this.#cases.push(one) - 1;
    return async () => {
      const place = this.#place();
      this.#found ??= packageBatches(place, this.#cases);
      const expected = await runtimeBatches(place, one.network, one.epoch);
      return compared(one.network, expected, await this.#found, `${number} `);
    };
  }
}

function compared(
  network: CompiledNetwork,
  expected: readonly Batch[],
  found: ReadonlyMap<string, PythonArray>,
  prefix: string,
): Apart {
  expect(expected.length).toBeGreaterThan(0);
  let [inputs, targets] = [0, 0];
  for (const [number, batch] of expected.entries()) {
    const { graph, train } = network;
    if (train === undefined) throw new Error("the network is not trained");
    const trained = trainedBatch(graph, outputPlans(graph, train), imageScale(graph, train), batch);
    for (const [name, map] of trained.inputs)
      inputs = Math.max(inputs, apart(planes(map), found.get(`${prefix}${number} ${identifier(name)}`)));
    for (const [name, target] of trained.targets) {
      const made = found.get(`${prefix}${number} ${identifier(name)}`);
      if (target.kind === "labels") targets = Math.max(targets, apart(target, made));
      else {
        const { shape, valid } = target;
        const data = target.data.map((value, i) =>
          valid[Math.floor(i / shape[3])] === 0 ? Number.NaN : value,
        );
        targets = Math.max(targets, apart(planes({ shape, data }), made));
      }
    }
  }
  expect(found.has(`${prefix}${expected.length} image`)).toBe(false);
  return { inputs, targets };
}

/** NaN equals NaN. */
function apart(
  expected: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  found: PythonArray | undefined,
): number {
  expect(found?.shape).toEqual(expected.shape);
  let most = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [one, other] = [expected.data[i] ?? 0, found?.data[i] ?? 0];
    if (Number.isNaN(one) && Number.isNaN(other)) continue;
    const difference = Math.abs(one - other);
    if (!(difference <= most)) most = difference;
  }
  return most;
}

function planes({ shape: [images, height, width, channels], data }: MapBatch) {
  const positions = height * width;
  const values = Float64Array.from({ length: data.length }, (_, i) => {
    const image = Math.floor(i / (channels * positions));
    const channel = Math.floor(i / positions) % channels;
    return data[(image * positions + (i % positions)) * channels + channel] ?? 0;
  });
  return { shape: [images, channels, height, width], data: values };
}

/** Normalised float32 values of a few units, whose mean and deviation were summed in another order. */
export const rounding = 2e-6;
