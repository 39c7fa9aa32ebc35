/** Every example of the project, narrow and at a small size, with batches by its own train section. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { isAccepted, nearestAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { comparedForm } from "../../../compiler/tensors/losses/formulas.ts";
import type { MapBatch, TargetBatch, WeightArray } from "../../../runtime/arrays.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import type { SessionOptions, SessionTraining } from "../../../runtime/engines/engine.ts";
import { Random } from "../../../runtime/random.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { packageRoot } from "../../../tools/host/package-root.ts";
import { randomLabels, randomMaps } from "../../engines/batches.ts";
import { narrowExamples } from "../../examples/narrow-examples.ts";
import { compileExample } from "../../support/compile-source.ts";

interface Settings {
  readonly settings: Readonly<Record<string, string>>;
  readonly size: number;
}

/** Of those with targets or inputs of their own. */
const others: Readonly<Record<string, Settings>> = {
  "colourisation.fcn": { settings: { width: "4" }, size: 16 },
  "denoising-autoencoder.fcn": { settings: { width: "4" }, size: 16 },
  "eigen-multitask.fcn": { settings: { width: "4" }, size: 32 },
  "hed.fcn": { settings: { width: "4", border: "1" }, size: 32 },
  "iizuka-colourisation.fcn": { settings: { width: "4" }, size: 32 },
  "retouching.fcn": { settings: { width: "4" }, size: 16 },
  "rgbd-fusion.fcn": { settings: { width: "4" }, size: 32 },
  "super-resolution.fcn": { settings: { width: "4" }, size: 16 },
  "zhang-colourisation.fcn": { settings: { width: "4" }, size: 16 },
  "sliding-window-classifier.fcn": { settings: { width: "8" }, size: 32 },
};

/** A comparison needs no larger one, though learning does; unless normalisation over a batch would see few positions. */
const largest = 32;

const labelled: Readonly<Record<string, Settings>> = Object.fromEntries(
  Object.values(narrowExamples).flatMap((group) =>
    Object.entries(group).map(([name, { settings, size }]) => [
      name,
      { settings: { classes: "2", ...settings }, size },
    ]),
  ),
);

/** Every file of examples/. */
export const exampleNames: readonly string[] = readdirSync(join(packageRoot(), "examples"))
  .filter((name) => name.endsWith(".fcn"))
  .sort();

export interface NarrowExample {
  readonly network: CompiledNetwork;
  readonly options: SessionOptions & { readonly training: SessionTraining };
  readonly inputs: ReadonlyMap<string, MapBatch>;
  readonly targets: ReadonlyMap<string, TargetBatch>;
}

/** @throws Error for an example that has no settings here. */
export function narrowExample(name: string): NarrowExample {
  const found = labelled[name] ?? others[name];
  if (found === undefined) throw new Error(`${name} has no narrow settings`);
  const settings = name === "deconvnet.fcn" ? { ...found.settings, width: "1" } : found.settings; // 224 pixels a side
  const network = compileExample(name, settings);
  const normalised = network.graph.nodes.some(({ operation }) => operation === "batchnorm");
  const size = normalised ? found.size : Math.min(found.size, largest);
  return withBatch(network, [size, size]);
}

/**
 * A batch of two, and how the network is trained by its own train section.
 * @param least the size is the first that the network accepts from there on
 */
export function withBatch(network: CompiledNetwork, least: PerAxis<number>): NarrowExample {
  const { graph } = network;
  const size = acceptedFrom(graph, least);
  const training = sessionTraining(network);
  const inputs = new Map(
    graph.inputs.map((id) => {
      const node = graph.nodes[id];
      if (node === undefined || !isInput(node)) throw new Error("an input is no input node");
      const [height, width] = perAxis((axis) => {
        const { symbol, shift, scale } = node.attributes.size[axis];
        return (symbol === undefined ? 0 : scale * size[axis]) + shift;
      });
      return [node.attributes.name, randomMaps(3 + id, [2, height, width, node.map.channels])];
    }),
  );
  const sizes = new Map([...inputs].map(([input, { shape }]) => [input, [shape[1], shape[2]] as const]));
  const { shapes } = shapesAt(graph, sizes);
  const targets = new Map(
    [...training.outputs].map(([output, { loss }]): readonly [string, TargetBatch] => {
      const { node = -1, activation } = graph.outputs.find((one) => one.name === output) ?? {};
      const [channels, height, width] = shapes[node] ?? [0, 0, 0];
      const [first] = loss;
      if (first === undefined) throw new Error(`output "${output}" has no loss`);
      const compares = comparedForm(first.term.kind);
      if (compares === "classes") {
        const classes = activation === "sigmoid" ? 2 : channels;
        return [output, { kind: "labels", ...randomLabels(5, [2, height, width], classes, 7) }];
      }
      return [output, valuesFor(compares, [2, height, width, channels])];
    }),
  );
  return { network, options: { seed: 1, training }, inputs, targets };
}

function acceptedFrom({ accepts, nodes, inputs }: Graph, least: PerAxis<number>): PerAxis<number> {
  const first = nodes[inputs[0] ?? -1];
  if (first === undefined || !isInput(first)) throw new Error("a network has an input");
  const symbols = perAxis((axis) => first.attributes.size[axis].symbol);
  const from = symbols[0] === symbols[1] ? [least[1], least[1]] : least;
  return perAxis((axis) => {
    const [at = 0, accepted] = [from[axis], accepts.get(symbols[axis] ?? "")];
    if (accepted === undefined || isAccepted(accepted, at)) return at;
    return nearestAccepted(accepted, at).above ?? at;
  });
}

/** Every fifth position is unknown. */
function valuesFor(compares: "distributions" | "values", shape: MapBatch["shape"]): TargetBatch {
  const { data } = randomMaps(11, shape);
  const channels = shape[3];
  if (compares === "distributions") {
    for (let start = 0; start < data.length; start += channels) {
      const own = data.subarray(start, start + channels);
      const total = own.reduce((sum, value) => sum + value ** 2, 0);
      for (const [i, value] of own.entries()) own[i] = value ** 2 / total;
    }
  }
  const valid = Uint8Array.from({ length: data.length / channels }, (_, i) => (i % 5 === 4 ? 0 : 1));
  return { kind: "map", data, shape, valid };
}

/** Weights as after some training: none is zero or one alone, which would hide a mistake. */
export function disturbed(weights: ReadonlyMap<string, WeightArray>): ReadonlyMap<string, WeightArray> {
  const random = new Random(9, "weights");
  return new Map(
    [...weights].map(([name, { shape, data }]) => {
      const deviation = name.endsWith("running_variance") ? 0 : 0.05;
      return [name, { shape, data: data.map((value) => value + deviation * random.normal()) }];
    }),
  );
}

/** Every number moved by about as much as float32 rounds it. */
export function rounded<T extends { readonly data: Float32Array }>(
  arrays: ReadonlyMap<string, T>,
  seed: number,
): ReadonlyMap<string, T> {
  const random = new Random(seed, "rounding");
  return new Map(
    [...arrays].map(([name, array]) => [
      name,
      { ...array, data: array.data.map((value) => value * (1 + random.between(-1.2e-7, 1.2e-7))) },
    ]),
  );
}
