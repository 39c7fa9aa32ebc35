/** Inputs and targets of the right shapes, all zero. */

import type { PerAxis } from "../../compiler/axis.ts";
import { comparedBy, isPrior } from "../../compiler/learning/losses/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { shapeGraph } from "../../compiler/network/shape-graph.ts";
import { sizesOfInputs } from "../../compiler/network/sizes-of-inputs.ts";
import { isInput } from "../../compiler/ops/input.ts";
import type { MapBatch, TargetBatch } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import type { SessionTraining } from "./engine.ts";
import { zeros } from "./zeros.ts";

export interface EmptyBatch {
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name: of the trained outputs. */
  readonly targets: ReadonlyMap<string, TargetBatch>;
}

/**
 * @param sizes [height, width] by input name
 * @throws UserError when an input has no size, the graph does not accept it, or no array could hold the feature map.
 */
export function emptyBatch(
  graph: Graph,
  sizes: ReadonlyMap<string, PerAxis<number>>,
  training: SessionTraining | undefined,
  batch: number,
): EmptyBatch {
  const inputs = new Map<string, MapBatch>();
  for (const id of graph.inputs) {
    const node = graph.nodes[id];
    if (node === undefined || !isInput(node))
      throw new Error(`input ${id} of ${graph.name} is not an input node`);
    const { name, channels } = node.attributes;
    const size = sizes.get(name);
    if (size === undefined) throw new UserError(`no size is given for the input "${name}" of ${graph.name}`);
    const shape = [batch, ...size, channels] as const;
    inputs.set(name, { data: zeros(Float32Array, shape, `"${name}"`), shape });
  }
  const symbols = sizesOfInputs(graph, sizes);
  const shaped = "kind" in symbols ? symbols : shapeGraph(graph, symbols);
  if (shaped.kind === "refused") throw new UserError(shaped.message);
  const targets = new Map<string, TargetBatch>();
  for (const { name, node } of graph.outputs) {
    const settings = training?.outputs.get(name);
    const shape = shaped.shapes[node];
    if (settings === undefined || shape === undefined) continue;
    const [channels, height, width] = shape;
    const cells = [batch, height, width] as const;
    // An output has losses of one kind only: of classes or of values.
    const comparing = settings.loss.filter(({ term }) => !isPrior(term.kind));
    const classes =
      comparing.length === 0
        ? settings.predicts === "classes"
        : comparing.every(({ term }) => comparedBy(term.kind).includes("classes"));
    targets.set(
      name,
      classes
        ? { kind: "labels", data: zeros(Int32Array, cells, `"${name}"`), shape: cells }
        : {
            kind: "map",
            data: zeros(Float32Array, [...cells, channels], `"${name}"`),
            shape: [...cells, channels],
            valid: zeros(Uint8Array, cells, `"${name}"`).fill(1),
          },
    );
  }
  return { inputs, targets };
}
