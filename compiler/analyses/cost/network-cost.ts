/** What a network costs at a size and batch: MACs, and the memory of a prediction and of a training step. */
import type { CompiledNetwork } from "../../compiled-network.ts";
import type { GraphNode } from "../../network/graph.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { countParameters, multiplyAdds, shapeOf, sum, weightsOf } from "../../network/totals.ts";
import { isInput } from "../../ops/input.ts";
import {
  type LayerMemory,
  largestBatch,
  layerMemory,
  type MemorySchedule,
  memoryPeak,
} from "./memory-schedule.ts";

/** Plain data: what `fcn cost --json` prints. Bytes, and MACs as `Operation.multiplyAdds` counts them. */
export interface NetworkCost {
  readonly network: string;
  /** Of the size symbols, in pixels. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly batch: number;
  readonly engine: string;
  readonly parameters: number;
  /** For one image; a training step takes three times as many, with those of both gradients. */
  readonly macs: number;
  readonly predict: RunCost;
  /** `null`: it has no weight that can be trained. */
  readonly train: RunCost | null;
  /** What the largest batches are to fit. */
  readonly memory: number | null;
  /** A training step with feature maps computed again in the backward pass: less and less memory for more and more operations. */
  readonly recomputation: readonly RecomputationCost[];
  /** Seconds for the batch; left out: not asked for. */
  readonly time?: TimeEstimate;
  /** Every operation in order. */
  readonly layers: readonly LayerCost[];
}

/** MACs divided by a measured rate. Layers without MACs are not included: a rule of thumb. */
export interface TimeEstimate {
  /** Seconds. */
  readonly predict: number;
  readonly train: number;
  /** MACs of the forward pass per second. */
  readonly rates: { readonly predict: number; readonly train: number };
}

export interface RunCost {
  readonly weights: number;
  /** The optimizer state. */
  readonly moments: number;
  /** What the engine keeps from one run to the next: filters in its own form. */
  readonly kept: number;
  /** The most live bytes at any moment, the above among them. */
  readonly peak: number;
  /** When that is; `null`: in the loss, or before the first layer. */
  readonly at: { readonly phase: "forward" | "backward" | "update"; readonly layer: string | null };
  /** The most images that fit; `null` when no memory is given. */
  readonly largestBatch: number | null;
}

export interface RecomputationCost {
  /** The most live bytes at any moment. */
  readonly peak: number;
  /** Operations that are added, as a share of those without recomputation: 0.3 for 30 % more. */
  readonly added: number;
}

export interface LayerCost {
  readonly name: string;
  readonly op: string;
  readonly parameters: number;
  /** For one image. */
  readonly macs: number;
  /** Its feature map, for the batch. */
  readonly map: number;
  /** The most live bytes of the network while the layer predicts. */
  readonly predict: number;
  /** Allocated in a training step's forward pass and saved for backward: the feature map and what gradients need. */
  readonly kept: number;
  /** The most live bytes of the network while its gradient is computed. */
  readonly train: number;
}

export interface CostOptions {
  readonly batch: number;
  readonly engine: string;
  readonly predict: MemorySchedule;
  readonly train: MemorySchedule | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  /** Left out: none. */
  readonly recomputation?: readonly RecomputationCost[] | undefined;
  /** MACs of the forward pass that the engine computes per second, in prediction and in a training step. */
  readonly rates?: TimeEstimate["rates"] | undefined;
}

export function networkCost(
  network: CompiledNetwork,
  shaped: ShapedGraph,
  { batch, engine, predict, train, memory, recomputation = [], rates }: CostOptions,
): NetworkCost {
  const { graph } = network;
  const macs = multiplyAdds(shaped);
  const predicting = layerMemory(predict, batch);
  const training = train === undefined ? new Map<number, LayerMemory>() : layerMemory(train, batch);
  const run = (schedule: MemorySchedule): RunCost => {
    const { bytes, phase, node } = memoryPeak(schedule, batch);
    const layer = node === undefined ? null : (graph.nodes[node]?.name ?? null);
    const { weights, moments, kept } = schedule;
    const most = memory === undefined ? null : largestBatch(schedule, memory);
    return { weights, moments, kept, peak: bytes, at: { phase, layer }, largestBatch: most };
  };
  return {
    network: network.name,
    sizes: Object.fromEntries(shaped.sizes),
    batch,
    engine,
    parameters: countParameters(weightsOf(graph)),
    macs: sum(macs),
    predict: run(predict),
    train: train === undefined ? null : run(train),
    memory: memory ?? null,
    recomputation,
    ...(rates === undefined
      ? {}
      : {
          time: {
            predict: (batch * sum(macs)) / rates.predict,
            train: (batch * sum(macs)) / rates.train,
            rates,
          },
        }),
    layers: graph.nodes
      .filter((node) => !isInput(node))
      .map((node) => layerCost(node, shaped, batch, macs[node.id] ?? 0, predicting, training)),
  };
}

function layerCost(
  node: GraphNode,
  shaped: ShapedGraph,
  batch: number,
  macs: number,
  predicting: ReadonlyMap<number, LayerMemory>,
  training: ReadonlyMap<number, LayerMemory>,
): LayerCost {
  const [channels, height, width] = shapeOf(shaped, node.id);
  return {
    name: node.name,
    op: node.operation,
    parameters: countParameters(node.weights),
    macs,
    map: 4 * batch * channels * height * width,
    predict: predicting.get(node.id)?.forward ?? 0,
    kept: training.get(node.id)?.kept ?? 0,
    train: training.get(node.id)?.backward ?? 0,
  };
}
