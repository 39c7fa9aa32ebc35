/** `start from`: weights of another run that fit this network by name and shape; the rest keep their initial values. */
import { counted } from "../../compiler/counted.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { WeightArray } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import { encodersNamedAs, isSegmentation } from "../weights/torchvision/fit-part.ts";
import { weightsOf } from "../weights/weight-name.ts";
import { compareWeights, describeMismatch, type WeightMismatch } from "./weight-mismatch.ts";
import type { StoredWeights } from "./weights-file.ts";

export interface TakenOver {
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly mismatch: WeightMismatch;
}

/** @throws UserError when not a single weight fits. */
export function takeOver(graph: Graph, from: Pick<StoredWeights, "file" | "weights" | "unread">): TakenOver {
  const mismatch = compareWeights(graph, from);
  const reshaped = new Set(mismatch.reshaped.map(({ name }) => name));
  const weights = new Map<string, WeightArray>();
  for (const { name } of weightsOf(graph)) {
    const found = from.weights.get(name);
    if (found !== undefined && !reshaped.has(name)) weights.set(name, found);
  }
  if (weights.size > 0) return { weights, mismatch };
  throw new UserError(
    [
      `no weight of ${from.file} fits ${graph.name}:`,
      ...describeMismatch(mismatch).map((line) => `  ${line}`),
    ].join("\n"),
    isTorchvision(from.weights)
      ? "the file has torchvision's names: start from it `as torchvision`, by --as torchvision"
      : "if these are the same weights under other names, rename them: --map FILE; --start-from none starts from scratch",
  );
}

function isTorchvision(weights: StoredWeights["weights"]): boolean {
  return isSegmentation(weights) || encodersNamedAs(weights).length > 0;
}

/** "12 weights loaded from w.safetensors", and what was not, a line for each tensor. */
export function describeTakenOver(file: string, { weights, mismatch }: TakenOver): string {
  const rest = describeMismatch(mismatch);
  return [
    `${counted(weights.size, "weight")} loaded from ${file}${rest.length === 0 ? "" : "; these do not fit, and are initialised or ignored:"}`,
    ...rest.map((line) => `  ${line}`),
  ].join("\n");
}
