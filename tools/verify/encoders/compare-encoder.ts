/** An encoder of std/encoders beside torchvision's network with the same random weights. */
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { type CompiledNetwork, compile } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { torchvisionEncoders } from "../../../compiler/prelude/torchvision/encoders.ts";
import { torchvisionWeights } from "../../../compiler/prelude/torchvision/weight-names.ts";
import type { WeightArray } from "../../../runtime/arrays.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { runTorchvision } from "./run-torchvision.ts";

export interface EncoderComparison {
  readonly encoder: string;
  readonly version: string;
  /** Without torchvision's classifier. */
  readonly parameters: number;
  readonly layers: number;
  /** The largest |ours − torchvision's| over the largest |torchvision's|. */
  readonly difference: number;
  /** What differs beside the values: counts, sizes, weights. */
  readonly faults: readonly string[];
}

/** Coprime with 32, so that every rounding of sizes shows. */
const size = [75, 101] as const;

export function encoderNetwork(encoder: string): CompiledNetwork {
  const source = `import { ${encoder} } from "std/encoders"\nnetwork Encoder {\n  input image [3, H, W]\n  ${encoder}() as encoder\n  output result\n}\n`;
  const host = { read: () => undefined };
  const { networks, diagnostics } = compile({ path: `${encoder}.fcn`, text: source }, host);
  const [network] = networks;
  if (network === undefined)
    throw new Error(`${encoder}: ${diagnostics.map(({ message }) => message).join("; ")}`);
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
  const found = await runTorchvision({ ...table, size, seed });
  const [named] = torchvisionWeights(graph);
  if (named === undefined) throw new Error(`${encoder} has not the layers of its table`);
  const faults: string[] = [];
  const parameters = parameterCount(graph);
  if (parameters !== found.parameters)
    faults.push(`${parameters} parameters, torchvision ${found.parameters}`);

  const { weights, unmatched } = renamedWeights(graph, named.names, found.weights);
  faults.push(...unmatched, ...differentSizes(graph, named.names, found.shapes));

  const session = await engine.open(graph, { seed });
  await session.writeWeights(weights);
  const image = { data: found.image, shape: [1, ...size, 3] as const };
  const predicted = (await session.predict(new Map([["image", image]]))).get("result")?.data;
  session.close();
  const difference =
    predicted?.length === found.result.length ? relative(predicted, found.result) : Number.POSITIVE_INFINITY;
  return { encoder, version: found.version, parameters, layers: table.layers.length, difference, faults };
}

function renamedWeights(
  { nodes }: Graph,
  names: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, WeightArray>,
) {
  const unmatched: string[] = [];
  const left = new Set(given.keys());
  const weights = new Map<string, WeightArray>();
  for (const { name, weights: own } of nodes) {
    for (const { name: weight, shape } of own) {
      const theirs = names.get(`${name}.${weight}`) ?? "";
      const value = given.get(theirs);
      left.delete(theirs);
      if (value === undefined || !sameButOnes(value.shape, shape))
        unmatched.push(`${name}.${weight} [${shape}] is ${theirs} [${value?.shape}] of torchvision`);
      else weights.set(`${name}.${weight}`, { shape, data: value.data });
    }
  }
  return { weights, unmatched: [...unmatched, ...[...left].map((name) => `${name} has no place`)] };
}

function sameButOnes(one: readonly number[], other: readonly number[]): boolean {
  const significant = (shape: readonly number[]) => shape.filter((extent) => extent !== 1).join("x");
  return significant(one) === significant(other);
}

function differentSizes(
  graph: Graph,
  names: ReadonlyMap<string, string>,
  shapes: Readonly<Record<string, readonly number[]>>,
): readonly string[] {
  const shaped = shapeAt(graph, size);
  if (shaped.kind === "refused") return [shaped.message];
  return graph.nodes.flatMap(({ id, name, weights: [weight] }) => {
    const theirs = names.get(`${name}.${weight?.name}`)?.replace(/\.[^.]*$/, "");
    if (theirs === undefined) return [];
    const [ours, expected] = [shaped.shapes[id]?.join(", "), shapes[theirs]?.join(", ")];
    return ours === expected ? [] : [`${name} is [${ours}], ${theirs} of torchvision [${expected}]`];
  });
}

function relative(found: Float32Array, expected: Float64Array): number {
  let [apart, largest] = [0, 0];
  for (const [i, value] of expected.entries()) {
    apart = Math.max(apart, Math.abs((found[i] ?? Number.NaN) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return apart / largest;
}
