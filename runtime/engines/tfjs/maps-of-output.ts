/** The feature maps of a pass that an output and its losses read. */
import type { TermTargets, TrainedOutput } from "../trained-outputs.ts";
import type { Tensor4D } from "./lowering.ts";

/** The nodes whose feature maps an output's losses and prediction read. */
export function nodesOf({ output, predicts, terms }: TrainedOutput): readonly number[] {
  const values = predicts === "map" || terms.some(({ kind }) => kind === "map");
  return values ? [output.logits, output.node] : [output.logits];
}

/** What a loss reads of a pass. */
export function lossMap(
  maps: ReadonlyMap<number, Tensor4D>,
  { output }: TrainedOutput,
  { kind }: TermTargets,
): Tensor4D {
  return mapAt(maps, kind === "map" ? output.node : output.logits);
}

/** @throws Error when the pass made no such feature map: a mistake of the caller. */
export function mapAt(maps: ReadonlyMap<number, Tensor4D>, node: number): Tensor4D {
  const map = maps.get(node);
  if (map === undefined) throw new Error(`the pass gave no map for node ${node}`);
  return map;
}
