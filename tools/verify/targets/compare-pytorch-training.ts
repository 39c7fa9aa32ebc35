/**
 * The training of an emitted package by PyTorch in float64 beside the network's own programs in float64: the gradient of the package's
 * loss by every weight, and the losses of some steps of its optimizer, from equal weights and with equal dropout masks.
 */
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { isDropout } from "../../../compiler/ops/dropout.ts";
import { identifier } from "../../../compiler/targets/pytorch/names.ts";
import type { MapBatch, TargetBatch } from "../../../runtime/arrays.ts";
import { channelsFirst } from "../../../runtime/engines/feeds/channels-first.ts";
import { dropoutMask, dropoutSeed } from "../../../runtime/engines/feeds/dropout-mask.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { ReferenceExecutor, referenceSession } from "../reference-executor.ts";
import { batchAt, furthestGradient } from "./compare-typescript.ts";
import { livelyWeights } from "./lively-weights.ts";
import type { TorchArray, TorchArrays, TorchJob } from "./pytorch-driver.ts";

const seed = 1;
const batch = 2;

export interface TrainingSettings {
  readonly size: PerAxis<number>;
  readonly learningRate: number;
  readonly steps: number;
}

export interface TrainingComparison {
  /** Of the weight that is furthest off, relative to its own largest gradient, or to a thousandth of the largest of all. */
  readonly lossGradients: number;
  readonly lossGradientAt: string;
  /** |package − program| / program of each step's loss. */
  readonly losses: readonly number[];
}

/** What PyTorch is asked: the gradients of the loss, then the steps. */
export function trainingJobs(
  network: CompiledNetwork,
  { size, learningRate, steps }: TrainingSettings,
): readonly TorchJob[] {
  const given = batchAt(network, size, batch);
  const inputs = mapped(given.inputs, mapArray);
  const targets = mapped(given.targets, targetArray);
  const settings = new Map([
    ["rate", { shape: [], data: Float64Array.of(learningRate) }],
    ["count", { shape: [], data: Float64Array.of(steps) }],
  ]);
  return [
    { kind: "loss", inputs, targets },
    { kind: "steps", inputs, targets, masks: masksOf(network, size, steps), settings },
  ];
}

/** @param found what PyTorch gave for `trainingJobs` */
export async function compareTraining(
  network: CompiledNetwork,
  { size, learningRate, steps }: TrainingSettings,
  [gradients = new Map(), trained = new Map()]: readonly TorchArrays[],
): Promise<TrainingComparison> {
  const { inputs, targets } = batchAt(network, size, batch);
  const options = { seed, training: sessionTraining(network) };
  const session = referenceSession(network.graph, options, new ReferenceExecutor(true));
  try {
    await session.writeWeights(livelyWeights(network.graph, seed));
    const { name, distance } = furthestGradient(await session.gradients(inputs, targets), gradients);
    const found = trained.get("losses")?.data ?? [];
    if (found.length !== steps) throw new Error(`PyTorch gave ${found.length} losses of ${steps} steps`);
    const losses: number[] = [];
    for (const own of found) {
      const { loss } = await session.step(inputs, targets, learningRate);
      losses.push(Math.abs(own - loss) / Math.max(Math.abs(loss), 1e-6));
    }
    return { lossGradients: distance, lossGradientAt: name, losses };
  } finally {
    session.close();
  }
}

/** By step and layer: "0 dropout1". */
function masksOf({ graph }: CompiledNetwork, size: PerAxis<number>, steps: number): TorchArrays {
  const shaped = shapeAt(graph, size);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  return new Map(
    graph.nodes.filter(isDropout).flatMap(({ id, name, attributes: { rate, drops } }) => {
      const [channels = 0, height = 0, width = 0] = shaped.shapes[id] ?? [];
      const [rows, columns] = drops === "values" ? [height, width] : [1, 1];
      const shape = [batch, drops === "images" ? 1 : channels, rows, columns] as const;
      return Array.from({ length: steps }, (_, step) => {
        const mask = dropoutMask({ name, rate, shape }, dropoutSeed(seed, step));
        return [`${step} ${name}`, { shape, data: Float64Array.from(mask) }] as const;
      });
    }),
  );
}

function mapped<V>(arrays: ReadonlyMap<string, V>, to: (value: V) => TorchArray): TorchArrays {
  return new Map([...arrays].map(([name, value]) => [identifier(name), to(value)]));
}

/** What is unknown is -1 or NaN. */
function targetArray(target: TargetBatch): TorchArray {
  if (target.kind === "labels") return { shape: target.shape, data: Float64Array.from(target.data) };
  const { shape, valid } = target;
  const data = target.data.map((value, i) => (valid[Math.floor(i / shape[3])] === 0 ? Number.NaN : value));
  return mapArray({ data, shape });
}

function mapArray({ data, shape }: MapBatch): TorchArray {
  const [images, height, width, channels] = shape;
  return { shape: [images, channels, height, width], data: Float64Array.from(channelsFirst(data, shape)) };
}
