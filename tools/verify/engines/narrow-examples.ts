/** Every example of the project, narrow and at a small size, with batches by its own train section. */
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { isAccepted, nearestAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import { comparedForm } from "../../../compiler/tensors/losses/formulas.ts";
import type { MapBatch, TargetBatch, WeightArray } from "../../../runtime/arrays.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import type { SessionOptions, SessionTraining } from "../../../runtime/engines/engine.ts";
import { Random } from "../../../runtime/random.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import type { MemorySubject } from "../memory/subjects.ts";
import { networkOf } from "../targets/examples.ts";
import { randomLabels, randomMaps } from "./random-batch.ts";

/** A comparison needs no larger one; unless normalisation over a batch would see few positions. */
const largest = 32;

/** What two examples would otherwise compute for minutes in float64: wide layers of a context, a copy of 224×224 pixels. */
const smaller: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "dilation8.fcn": { widths: "[2, 2, 2, 2, 2, 2, 2]" },
  "iizuka-colourisation.fcn": { side: "64" },
};

export interface NarrowExample {
  readonly network: CompiledNetwork;
  readonly options: SessionOptions & { readonly training: SessionTraining };
  readonly inputs: ReadonlyMap<string, MapBatch>;
  readonly targets: ReadonlyMap<string, TargetBatch>;
}

export async function narrowExample(subject: MemorySubject): Promise<NarrowExample> {
  const { network, size } = await narrowNetwork(subject);
  return withBatch(network, [size, size]);
}

/** The network, and the pixels of a side at which it is compared. */
export async function narrowNetwork(
  subject: MemorySubject,
): Promise<{ readonly network: CompiledNetwork; readonly size: number }> {
  const { parameters } = await networkOf(subject);
  const settings = {
    ...subject.settings,
    ...smaller[subject.example],
    ...(parameters.has("classes") && { classes: "2" }),
  };
  const network = await networkOf({ ...subject, settings });
  const normalised = network.graph.nodes.some((node) => {
    const { kind, traits } = operationOf(node);
    return kind === "normalisation" && traits.training;
  });
  return { network, size: normalised ? subject.size : Math.min(subject.size, largest) };
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
      return [
        output,
        valuesFor(compares === "prediction" ? "values" : compares, [2, height, width, channels]),
      ];
    }),
  );
  return { network, options: { seed: 1, training }, inputs, targets };
}

/** The nearest accepted size that is at least this large; the largest one where all are smaller. */
function acceptedFrom({ accepts, nodes, inputs }: Graph, least: PerAxis<number>): PerAxis<number> {
  const first = nodes[inputs[0] ?? -1];
  if (first === undefined || !isInput(first)) throw new Error("a network has an input");
  const symbols = perAxis((axis) => first.attributes.size[axis].symbol);
  const from = symbols[0] === symbols[1] ? [least[1], least[1]] : least;
  return perAxis((axis) => {
    const [at = 0, accepted] = [from[axis], accepts.get(symbols[axis] ?? "")];
    if (accepted === undefined || isAccepted(accepted, at)) return at;
    const { above, below } = nearestAccepted(accepted, at);
    return above ?? below ?? at;
  });
}

/** Every fifth position is unknown. */
function valuesFor(compares: "distributions" | "heat" | "values", shape: MapBatch["shape"]): TargetBatch {
  const { data } = randomMaps(11, shape);
  const channels = shape[3];
  if (compares === "distributions") {
    for (let start = 0; start < data.length; start += channels) {
      const own = data.subarray(start, start + channels);
      const total = own.reduce((sum, value) => sum + value ** 2, 0);
      for (const [i, value] of own.entries()) own[i] = value ** 2 / total;
    }
  }
  if (compares === "heat")
    for (const [i, value] of data.entries()) data[i] = i % 7 === 0 ? 1 : (value + 1) / 2.01;
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

/** Every number changed by up to a millionth of itself: as much as the rounding of some ten layers. */
export function rounded<T extends { readonly data: Float32Array }>(
  arrays: ReadonlyMap<string, T>,
  seed: number,
): ReadonlyMap<string, T> {
  const random = new Random(seed, "rounding");
  return new Map(
    [...arrays].map(([name, array]) => [
      name,
      { ...array, data: array.data.map((value) => value * (1 + random.between(-1e-6, 1e-6))) },
    ]),
  );
}
