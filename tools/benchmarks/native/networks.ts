/** The networks that the benchmark trains, at the sizes of its tables. */
import { join } from "node:path";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { OptimizerConfiguration } from "../../../compiler/learning/optimizers/registry.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { MapBatch, TargetBatch } from "../../../runtime/arrays.ts";
import type { SessionTraining } from "../../../runtime/engines/engine.ts";
import { Random } from "../../../runtime/random.ts";
import { packageRoot } from "../../host/package-root.ts";
import { loadNetwork } from "../../library/load-network.ts";

interface BenchmarkNetwork {
  readonly title: string;
  /** From the root of the project. */
  readonly file: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly batch: number;
}

export const benchmarkNetworks = {
  "u-net": {
    title: "U-Net, width 32, depth 4, batch normalisation",
    file: "tools/benchmarks/native/unet.fcn",
    settings: { width: "32" },
    batch: 1,
  },
  "fcn-8s": {
    title: "FCN-8s, a quarter of its width",
    file: "examples/fcn-8s.fcn",
    settings: { width: "16" },
    batch: 2,
  },
  segnet: {
    title: "SegNet, half its width",
    file: "examples/segnet.fcn",
    settings: { width: "32" },
    batch: 2,
  },
  "deeplab-v3": {
    title: "DeepLab v3 on ResNet-50, half its width",
    file: "examples/deeplab-v3.fcn",
    settings: { width: "32" },
    batch: 2,
  },
  "fc-densenet": {
    title: "FC-DenseNet56",
    file: "examples/fc-densenet.fcn",
    settings: {},
    batch: 2,
  },
} as const satisfies Readonly<Record<string, BenchmarkNetwork>>;

export type BenchmarkName = keyof typeof benchmarkNetworks;

export const benchmarkNames = Object.keys(benchmarkNetworks) as readonly BenchmarkName[]; // the table has no other keys

export interface Workload {
  readonly network: CompiledNetwork;
  readonly training: SessionTraining;
  readonly inputs: ReadonlyMap<string, MapBatch>;
  readonly targets: ReadonlyMap<string, TargetBatch>;
}

const optimizer: OptimizerConfiguration = {
  kind: "sgd",
  learningRate: 0.01,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
};

/** A network of one input and one output of classes, and a batch of noise. @param size pixels of a side */
export function workload(name: BenchmarkName, batch: number, size: number): Workload {
  const { file, settings } = benchmarkNetworks[name];
  const { network } = loadNetwork(join(packageRoot(), file), { settings });
  const { nodes, inputs, outputs } = network.graph;
  const [input, output] = [nodes[inputs[0] ?? -1], outputs[0]];
  if (input === undefined || !isInput(input) || output === undefined)
    throw new Error(`${file} has no input and output`);
  const { channels } = input.map;
  const classes = nodes[output.logits]?.map.channels ?? 0;
  const random = new Random(1);
  const data = Float32Array.from({ length: batch * size * size * channels }, () => random.normal());
  const labels = Int32Array.from({ length: batch * size * size }, () => random.integer(classes));
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  return {
    network,
    training: {
      outputs: new Map([[output.name, { loss: [{ factor: 1, term }], predicts: "classes" }]]),
      optimizer,
    },
    inputs: new Map([[input.attributes.name, { data, shape: [batch, size, size, channels] }]]),
    targets: new Map([[output.name, { kind: "labels", data: labels, shape: [batch, size, size] }]]),
  };
}
