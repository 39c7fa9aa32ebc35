/** The weights that a checkpoint would be evaluated with, as a weights file: without the state of the optimizer and of the run. */
import { averageName } from "../../compiler/tensors/programs/state-names.ts";
import type { TensorFile } from "../weights/tensor-file.ts";
import { statePrefix, weightPrefix } from "./checkpoint.ts";
import { checkpointEntries } from "./weights-metadata.ts";

export interface PlainWeights extends TensorFile {
  /** The weights are their averages over the updates. */
  readonly averaged: boolean;
}

export function plainWeights({ tensors, metadata }: TensorFile): PlainWeights {
  const known = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  let averaged = false;
  const plain = tensors.flatMap((tensor) => {
    if (!tensor.name.startsWith(weightPrefix)) return [];
    const name = tensor.name.slice(weightPrefix.length);
    const average = known.get(statePrefix + averageName(name));
    averaged ||= average !== undefined;
    return [{ ...(average ?? tensor), name }];
  });
  return {
    tensors: plain,
    metadata: new Map([...metadata].filter(([entry]) => !checkpointEntries.has(entry))),
    averaged,
  };
}
