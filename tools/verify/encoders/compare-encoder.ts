/** An encoder of std/encoders, or an example, beside torchvision's network with the same random weights, loaded by name. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { type CompiledNetwork, compile } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { torchvisionEncoders } from "../../../compiler/prelude/torchvision/encoders.ts";
import { torchvisionParts } from "../../../compiler/prelude/torchvision/weight-names.ts";
import type { WeightArray } from "../../../runtime/arrays.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { startingWeights } from "../../../runtime/training/starting-weights.ts";
import { readStoredWeights } from "../../../runtime/training/weights-file.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { writeSafetensors } from "../../../runtime/weights/safetensors.ts";
import { weightsOf } from "../../../runtime/weights/weight-name.ts";
import { packageRoot } from "../../host/package-root.ts";
import { runTorchvision, type TorchvisionRun } from "./run-torchvision.ts";

export interface EncoderComparison {
  readonly name: string;
  readonly version: string;
  /** Of an encoder without torchvision's classifier. */
  readonly parameters: number;
  readonly layers: number;
  /** The largest |ours − torchvision's| over the largest |torchvision's|. */
  readonly difference: number;
  /** What differs beside the values: counts, sizes, weights. */
  readonly faults: readonly string[];
}

/** Coprime with 32, so that every rounding of sizes shows. */
const size = [75, 101] as const;
/** VGG-16 as Caffe has it rounds up at its pools, torchvision's down: equal where nothing is left over. */
const evenSize = [64, 96] as const;

/** An example, and the network of torchvision.models.segmentation that it is. */
export interface TorchvisionExample {
  readonly name: string;
  readonly example: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly model: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The outputs that are compared, each with torchvision's name of it. */
  readonly outputs: readonly (readonly [ours: string, theirs: string])[];
}

const labels = [["labels", "out"]] as const;

export const torchvisionExamples: readonly TorchvisionExample[] = [
  {
    name: "FCN-ResNet50",
    example: "fcn-resnet50.fcn",
    settings: {},
    model: "fcn_resnet50",
    arguments: {},
    outputs: labels,
  },
  {
    name: "FCN-ResNet50, auxiliary",
    example: "fcn-resnet50.fcn",
    settings: { auxiliary: "true" },
    model: "fcn_resnet50",
    arguments: { aux_loss: true },
    outputs: [...labels, ["earlier", "aux"]],
  },
  {
    name: "DeepLab v3",
    example: "deeplab-v3.fcn",
    settings: { output_stride: "8", drop: "0.5" },
    model: "deeplabv3_resnet50",
    arguments: {},
    outputs: labels,
  },
  {
    name: "LR-ASPP",
    example: "lr-aspp.fcn",
    settings: {},
    model: "lraspp_mobilenet_v3_large",
    arguments: {},
    outputs: labels,
  },
];

export function encoderNetwork(encoder: string): CompiledNetwork {
  const source = `import { ${encoder} } from "std/encoders"\nnetwork Encoder {\n  input image [3, H, W]\n  ${encoder}() as encoder\n  output result\n}\n`;
  return compiled(`${encoder}.fcn`, source, {});
}

/** Its outputs as scores: torchvision's networks end before the softmax. */
export async function exampleNetwork({ example, settings }: TorchvisionExample): Promise<CompiledNetwork> {
  const text = await readFile(join(packageRoot(), "examples", example), "utf8");
  return compiled(example, text.replace(/(output \w+) by softmax/g, "$1"), settings);
}

function compiled(path: string, text: string, settings: Readonly<Record<string, string>>): CompiledNetwork {
  const host = { read: () => undefined };
  const { networks, diagnostics } = compile({ path, text }, host, {
    settings: new Map(Object.entries(settings)),
  });
  const [network] = networks;
  if (network === undefined)
    throw new Error(`${path}: ${diagnostics.map(({ message }) => message).join("; ")}`);
  return network;
}

/** Trained parameters: without running statistics. */
export function parameterCount({ nodes }: Graph): number {
  return nodes
    .flatMap(({ weights }) => weights.filter(({ counted }) => counted))
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

export async function compareEncoder(encoder: string, engine: Engine, seed = 1): Promise<EncoderComparison> {
  const table = torchvisionEncoders.get(encoder);
  if (table === undefined) throw new Error(`there is no encoder ${encoder}`);
  const { graph } = encoderNetwork(encoder);
  const at = encoder === "vgg16" ? evenSize : size;
  const found = await runTorchvision({ model: table.model, layers: table.layers, size: at, seed });
  const names = new Map(torchvisionParts(graph).flatMap((part) => [...part.names]));
  return compared(encoder, graph, found, {
    engine,
    outputs: [["result", "result"]],
    at,
    faults: differentSizes(graph, names, found.shapes, at),
  });
}

export async function compareExample(
  example: TorchvisionExample,
  engine: Engine,
  seed = 1,
): Promise<EncoderComparison> {
  const { graph } = await exampleNetwork(example);
  const { model, arguments: given, name, outputs } = example;
  const segmentation = { arguments: given, outputs: outputs.map(([, theirs]) => theirs) };
  const found = await runTorchvision({ model, segmentation, layers: [], size, seed });
  return compared(name, graph, found, { engine, outputs, at: size, faults: [] });
}

interface Comparing {
  readonly engine: Engine;
  readonly outputs: TorchvisionExample["outputs"];
  readonly at: readonly [height: number, width: number];
  /** Found before. */
  readonly faults: readonly string[];
}

async function compared(
  name: string,
  graph: Graph,
  found: TorchvisionRun,
  { engine, outputs, at, faults: before }: Comparing,
): Promise<EncoderComparison> {
  const faults = [...before];
  const parameters = parameterCount(graph);
  if (parameters !== found.parameters)
    faults.push(`${parameters} parameters, torchvision ${found.parameters}`);
  const layers = graph.nodes.filter(({ weights }) => weights.length > 0).length;
  const loaded = await throughFile(graph, found.weights);
  const result = { name, version: found.version, parameters, layers };
  if (typeof loaded === "string")
    return { ...result, difference: Number.POSITIVE_INFINITY, faults: [...faults, loaded] };
  for (const weight of weightsOf(graph))
    if (!loaded.has(weight.name)) faults.push(`${weight.name} is not loaded`);
  if (found.weights.size !== loaded.size)
    faults.push(`${loaded.size} weights loaded, torchvision has ${found.weights.size}`);

  const session = await engine.open(graph, { seed: 1 });
  await session.writeWeights(loaded);
  const image = { data: found.image, shape: [1, ...at, 3] as const };
  const predicted = await session.predict(new Map([["image", image]]));
  session.close();
  const differences = outputs.map(([ours, theirs]) =>
    relative(predicted.get(ours)?.data, found.results.get(theirs)),
  );
  return { ...result, difference: Math.max(...differences), faults };
}

/** As a user's run loads them: a file `as torchvision`. A text: why they are refused. */
async function throughFile(
  graph: Graph,
  weights: ReadonlyMap<string, WeightArray>,
): Promise<ReadonlyMap<string, WeightArray> | string> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-torchvision-"));
  try {
    const file = join(folder, "weights.safetensors");
    await writeSafetensors(file, { weights, metadata: new Map() });
    return startingWeights(graph, { ...(await readStoredWeights(file)), as: "torchvision" }).weights;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function differentSizes(
  graph: Graph,
  names: ReadonlyMap<string, string>,
  shapes: Readonly<Record<string, readonly number[]>>,
  at: readonly [number, number],
): readonly string[] {
  const shaped = shapeAt(graph, at);
  if (shaped.kind === "refused") return [shaped.message];
  return graph.nodes.flatMap(({ id, name, weights: [weight] }) => {
    const theirs = names.get(`${name}.${weight?.name}`)?.replace(/\.[^.]*$/, "");
    if (theirs === undefined) return [];
    const [ours, expected] = [shaped.shapes[id]?.join(", "), shapes[theirs]?.join(", ")];
    return ours === expected ? [] : [`${name} is [${ours}], ${theirs} of torchvision [${expected}]`];
  });
}

function relative(found: Float32Array | undefined, expected: Float64Array | undefined): number {
  if (found === undefined || found.length !== expected?.length) return Number.POSITIVE_INFINITY;
  let [apart, largest] = [0, 0];
  for (const [i, value] of expected.entries()) {
    apart = Math.max(apart, Math.abs((found[i] ?? Number.NaN) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return apart / largest;
}
