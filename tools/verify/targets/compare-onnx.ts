/** A network as ONNX run by ONNX Runtime, compared with the same network on an engine. */

import type { InferenceSession, Tensor } from "onnxruntime-node";
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { InputNode } from "../../../compiler/network/graph.ts";
import { isAccepted, nearestAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { TargetSubject } from "../../../compiler/targets/target.ts";
import type { MapBatch } from "../../../runtime/arrays.ts";
import type { Session } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { livelyWeights } from "./lively-weights.ts";

const seed = 1;

/** What `emit` takes, with weights under which every layer matters. */
export function livelySubject(network: CompiledNetwork, changes: Partial<TargetSubject> = {}): TargetSubject {
  const weights = livelyWeights(network.graph, seed);
  return {
    network,
    files: new Map(),
    source: "",
    weights: {
      origin: { kind: "initial", seed },
      valuesOf: (name) => {
        const values = weights.get(name);
        if (values === undefined) throw new Error(`no weight ${name}`);
        return values;
      },
    },
    classes: network.graph.classes,
    normalisations: new Map(),
    preprocess: false,
    runnable: false,
    version: "test",
    ...changes,
  };
}

export interface Comparison {
  /** [height, width] of the first input, pixels. */
  readonly size: PerAxis<number>;
  readonly batch: number;
  readonly output: string;
  /** The largest |ONNX − engine| over the largest |engine|. */
  readonly difference: number;
  /** Standard deviation of the engine's values over the largest of them: 0 for an output that shows nothing. */
  readonly spread: number;
}

/** Runs the model and the network at each size. */
export async function compareOnnx(
  subject: TargetSubject,
  model: Uint8Array,
  asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[],
): Promise<readonly Comparison[]> {
  const { InferenceSession } = await import("onnxruntime-node");
  const { graph } = subject.network;
  const engine = await loadEngine("wasm");
  const session = await engine.open(graph, { seed, normalisations: subject.normalisations });
  const onnx = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    await session.writeWeights(livelyWeights(graph, seed));
    const found: Comparison[] = [];
    for (const { size, batch } of asked) {
      found.push(...(await compareAt(subject, session, onnx, fittingSize(subject.network, size), batch)));
    }
    return found;
  } finally {
    session.close();
    await onnx.release();
  }
}

async function compareAt(
  { network: { graph }, normalisations, preprocess }: TargetSubject,
  session: Session,
  onnx: InferenceSession,
  size: PerAxis<number>,
  batch: number,
): Promise<readonly Comparison[]> {
  const { Tensor } = await import("onnxruntime-node");
  const images = new Map<string, MapBatch>();
  const feeds: Record<string, Tensor> = {};
  for (const input of inputsOf(graph.nodes)) {
    const { name, channels } = input.attributes;
    const [height, width] = sizeOfInput(graph, input, size);
    const shape = [batch, height, width, channels] as const;
    const random = new Random(seed, `${name} ${size.join("x")}`);
    const image = Float32Array.from({ length: batch * height * width * channels }, () => random.uniform());
    const { mean = [], deviation = [] } = normalisations.get(name) ?? {};
    const normalised = image.map(
      (value, i) => (value - (mean[i % channels] ?? 0)) / (deviation[i % channels] ?? 1),
    );
    images.set(name, { data: normalised, shape });
    const fed = { data: preprocess ? image : normalised, shape };
    feeds[name] = new Tensor("float32", channelsFirst(fed), [batch, channels, height, width]);
  }
  const expected = await session.predict(images);
  const given = await onnx.run(feeds);
  return graph.outputs.map(({ name }) => {
    const map = expected.get(name);
    const tensor = given[name];
    if (map === undefined || tensor === undefined) throw new Error(`the output ${name} is missing`);
    const [images, height, width, channels] = map.shape;
    if (tensor.dims.join() !== [images, channels, height, width].join())
      throw new Error(`${name} has the shape [${tensor.dims.join(", ")}] in ONNX and [${map.shape}] here`);
    const values = channelsFirst(map);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const data = tensor.data as Float32Array; // the model's outputs are float
    const apart = values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (data[i] ?? Number.NaN))),
      0,
    );
    return { size, batch, output: name, difference: apart / largest, spread: Math.sqrt(variance) / largest };
  });
}

function inputsOf(nodes: CompiledNetwork["graph"]["nodes"]): readonly InputNode[] {
  return nodes.filter(isInput);
}

/** The size of an input where the first one has a given size. */
export function sizeOfInput(
  { nodes }: CompiledNetwork["graph"],
  input: InputNode,
  first: PerAxis<number>,
): PerAxis<number> {
  const values = new Map<string | undefined, number>();
  inputsOf(nodes)[0]?.attributes.size.forEach(({ symbol, scale, shift }, axis) => {
    if (symbol !== undefined) values.set(symbol, ((first[axis] ?? 0) - shift) / scale);
  });
  return perAxis((axis) => {
    const { symbol, scale, shift } = input.attributes.size[axis];
    const value = symbol === undefined ? 0 : values.get(symbol);
    if (value === undefined) throw new Error(`the first input has no ${symbol}`);
    return scale * value + shift;
  });
}

/** The accepted size at or above the one asked for, else below, of the first input. */
export function fittingSize({ graph }: CompiledNetwork, asked: PerAxis<number>): PerAxis<number> {
  const [input] = inputsOf(graph.nodes);
  if (input === undefined) throw new Error(`${graph.name} has no input`);
  const { size } = input.attributes;
  // Where one symbol gives both, the height decides.
  const square = size[0].symbol === size[1].symbol;
  const along = (axis: 0 | 1): number => {
    const { symbol, scale, shift } = size[axis];
    const set = symbol === undefined ? undefined : graph.accepts.get(symbol);
    if (set === undefined) return shift;
    const of = square ? 0 : axis;
    const wanted = Math.ceil((asked[of] - size[of].shift) / size[of].scale);
    const near = nearestAccepted(set, wanted);
    const value = isAccepted(set, wanted) ? wanted : (near.above ?? near.below);
    if (value === undefined) throw new Error(`${graph.name} accepts no ${symbol}`);
    return scale * value + shift;
  };
  return [along(0), along(1)];
}

/** [batch, height, width, channels] → [batch, channels, height, width] */
function channelsFirst({ data, shape: [batch, height, width, channels] }: MapBatch): Float32Array {
  const positions = height * width;
  const result = new Float32Array(data.length);
  for (let image = 0; image < batch; image += 1) {
    const start = image * positions * channels;
    for (let position = 0; position < positions; position += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        result[start + channel * positions + position] = data[start + position * channels + channel] ?? 0;
      }
    }
  }
  return result;
}
