/** Weights on disk with what they were trained for, and their check against the network they are asked to serve. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { WeightArray } from "../engines/engine.ts";
import { UserError } from "../user-error.ts";
import { readSafetensors, writeSafetensors } from "../weights/safetensors.ts";
import { weightsOf } from "../weights/weight-name.ts";
import { decodeMetadata, encodeMetadata, type WeightsMetadata } from "./weights-metadata.ts";

export interface TrainedWeights {
  readonly file: string;
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly metadata: WeightsMetadata;
}

/** @throws UserError when the file cannot be written. */
export async function writeWeights(
  file: string,
  weights: ReadonlyMap<string, WeightArray>,
  metadata: WeightsMetadata,
): Promise<void> {
  await writeSafetensors(file, { weights, metadata: encodeMetadata(metadata) });
}

/** @throws UserError when the file cannot be read or is none of this program. */
export async function readWeights(file: string): Promise<TrainedWeights> {
  const { weights, metadata } = await readSafetensors(file);
  return { file, weights, metadata: decodeMetadata(metadata, file) };
}

/** @throws UserError naming what is missing, extra or shaped otherwise, when the weights are not this network's. */
export function checkWeights(graph: Graph, { file, weights, metadata }: TrainedWeights): void {
  const differences = compareWeights(graph, weights);
  if (differences.length === 0) return;
  const asked = [...metadata.parameters].map(([name, value]) => `--set "${name}=${value}"`).join(" ");
  throw new UserError(
    `${file} holds weights of another network than ${graph.name}: ${differences.join("; ")}`,
    `they were trained for ${metadata.network}${asked === "" ? "" : `, with ${asked}`}`,
  );
}

/** What differs, in sentences; empty when every weight of the graph is there in its shape and no other. */
export function compareWeights(graph: Graph, weights: ReadonlyMap<string, WeightArray>): readonly string[] {
  const wanted = new Map(weightsOf(graph).map(({ name, specification }) => [name, specification.shape]));
  const missing = [...wanted.keys()].filter((name) => !weights.has(name));
  const extra = [...weights.keys()].filter((name) => !wanted.has(name));
  const reshaped = [...wanted].flatMap(([name, shape]) => {
    const found = weights.get(name)?.shape;
    return found === undefined || sameShape(found, shape)
      ? []
      : [`${name} is [${found.join(", ")}], the network's is [${shape.join(", ")}]`];
  });
  return [
    ...(missing.length === 0 ? [] : [`${missing.length} missing: ${some(missing)}`]),
    ...(extra.length === 0 ? [] : [`${extra.length} it does not have: ${some(extra)}`]),
    ...(reshaped.length === 0 ? [] : [`${reshaped.length} of another shape: ${some(reshaped)}`]),
  ];
}

export function sameShape(first: readonly number[], second: readonly number[]): boolean {
  return first.length === second.length && first.every((extent, i) => extent === second[i]);
}

function some(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(", ");
  return items.length > 3 ? `${shown}, …` : shown;
}
