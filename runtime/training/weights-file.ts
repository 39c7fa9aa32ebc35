/** Weights on disk with what they were trained for, and their check against the network they are asked to serve. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { WeightArray } from "../arrays.ts";
import { shellWord } from "../files/shell-word.ts";
import { UserError } from "../user-error.ts";
import { quoteName } from "../weights/quote-name.ts";
import { readSafetensors, type WeightFile, writeSafetensors } from "../weights/safetensors.ts";
import { weightsOf } from "../weights/weight-name.ts";
import { compareWeights, describeMismatch, fits } from "./weight-mismatch.ts";
import {
  decodeMetadata,
  encodeMetadata,
  isCheckpoint,
  isOwn,
  type WeightsMetadata,
} from "./weights-metadata.ts";

/** A weights file as it is: of a training run, or from elsewhere. */
export interface StoredWeights {
  readonly file: string;
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** See `WeightFile`. */
  readonly unread?: WeightFile["unread"];
  /** `undefined`: the file is from elsewhere, and says nothing of how the weights were trained. */
  readonly metadata: WeightsMetadata | undefined;
}

export interface TrainedWeights extends StoredWeights {
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

/** @throws UserError when the file cannot be read, is a checkpoint, or has metadata that cannot be. */
export async function readStoredWeights(file: string): Promise<StoredWeights> {
  const { metadata, ...rest } = await readWeightsOnly(file);
  return { file, ...rest, metadata: isOwn(metadata) ? decodeMetadata(metadata, file) : undefined };
}

/** @throws UserError as `readStoredWeights`, and when the file was not written by this program. */
export async function readWeights(file: string): Promise<TrainedWeights> {
  const { metadata, ...rest } = await readWeightsOnly(file);
  return { file, ...rest, metadata: decodeMetadata(metadata, file) };
}

async function readWeightsOnly(file: string): Promise<WeightFile> {
  const content = await readSafetensors(file);
  if (!isCheckpoint(content.metadata)) return content;
  throw new UserError(
    `${file} is a checkpoint, which holds the state of the optimizer too`,
    `take the weights.safetensors of its run, or write the weights of the checkpoint: fcn weights convert ${shellWord(file)} OUT.safetensors`,
  );
}

/** @throws UserError naming every weight that is missing, extra or of another shape, with the shapes; and one with an impossible value. */
export function checkWeights(graph: Graph, stored: StoredWeights): void {
  const mismatch = compareWeights(graph, stored);
  if (fits(mismatch)) {
    refuseImpossible(graph, stored);
    return;
  }
  const { file, metadata } = stored;
  throw new UserError(
    [`${file} does not fit ${graph.name}:`, ...describeMismatch(mismatch).map((line) => `  ${line}`)].join(
      "\n",
    ),
    metadata === undefined
      ? "if these are the same weights under other names, rename them: --map FILE"
      : `the file holds weights of ${trainedNetwork(metadata)}`,
  );
}

/** @throws UserError naming a weight below what it can be, such as a negative variance */
export function refuseImpossible(
  graph: Graph,
  { file, weights }: Pick<StoredWeights, "file" | "weights">,
): void {
  for (const { name, specification } of weightsOf(graph)) {
    const { least } = specification;
    const value = least === undefined ? undefined : weights.get(name)?.data.find((one) => one < least);
    if (value === undefined) continue;
    throw new UserError(
      `${file}: ${quoteName(name)} holds ${value}, and its values are at least ${least}`,
      "the file is damaged, or its tensors have other tensors' names: use another copy, or rename them by --map FILE",
    );
  }
}

function trainedNetwork({ network, parameters }: WeightsMetadata): string {
  const settings = [...parameters].map(([name, value]) => `--set "${name}=${value}"`);
  return [quoteName(network), ...(settings.length === 0 ? [] : ["trained with", ...settings])].join(" ");
}
