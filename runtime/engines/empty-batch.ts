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
import { checkLength, zeros } from "./zeros.ts";

export interface EmptyBatch {
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name: of the trained outputs. */
  readonly targets: ReadonlyMap<string, TargetBatch>;
}

/** What a batch holds, by name: [batch, height, width, channels]. */
interface BatchShapes {
  readonly inputs: ReadonlyMap<string, MapBatch["shape"]>;
  /** Of labels, the channels count for nothing. */
  readonly targets: ReadonlyMap<
    string,
    { readonly kind: TargetBatch["kind"]; readonly shape: MapBatch["shape"] }
  >;
}

/**
 * @param sizes [height, width] by input name
 * @throws UserError when an input has no size, or the graph does not accept it
 */
function batchShapes(
  graph: Graph,
  sizes: ReadonlyMap<string, PerAxis<number>>,
  training: SessionTraining | undefined,
  batch: number,
): BatchShapes {
  const inputs = new Map<string, MapBatch["shape"]>();
  for (const id of graph.inputs) {
    const node = graph.nodes[id];
    if (node === undefined || !isInput(node))
      throw new Error(`input ${id} of ${graph.name} is not an input node`);
    const { name, channels } = node.attributes;
    const size = sizes.get(name);
    if (size === undefined) throw new UserError(`no size is given for the input "${name}" of ${graph.name}`);
    inputs.set(name, [batch, ...size, channels]);
  }
  const symbols = sizesOfInputs(graph, sizes);
  const shaped = "kind" in symbols ? symbols : shapeGraph(graph, symbols);
  if (shaped.kind === "refused") throw new UserError(shaped.message);
  const targets = new Map<
    string,
    { readonly kind: TargetBatch["kind"]; readonly shape: MapBatch["shape"] }
  >();
  for (const { name, node } of graph.outputs) {
    const settings = training?.outputs.get(name);
    const found = shaped.shapes[node];
    if (settings === undefined || found === undefined) continue;
    const [channels, height, width] = found;
    // An output has losses of one kind only: of classes or of values.
    const comparing = settings.loss.filter(({ term }) => !isPrior(term.kind));
    const classes =
      comparing.length === 0
        ? settings.predicts === "classes"
        : comparing.every(({ term }) => comparedBy(term.kind).includes("classes"));
    targets.set(name, { kind: classes ? "labels" : "map", shape: [batch, height, width, channels] });
  }
  return { inputs, targets };
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
  const shapes = batchShapes(graph, sizes, training, batch);
  const inputs = new Map<string, MapBatch>();
  for (const [name, shape] of shapes.inputs)
    inputs.set(name, { data: zeros(Float32Array, shape, `"${name}"`), shape });
  const targets = new Map<string, TargetBatch>();
  for (const [name, { kind, shape }] of shapes.targets) {
    const [images, height, width] = shape;
    const cells = [images, height, width] as const;
    targets.set(
      name,
      kind === "labels"
        ? { kind, data: zeros(Int32Array, cells, `"${name}"`), shape: cells }
        : {
            kind,
            data: zeros(Float32Array, shape, `"${name}"`),
            shape,
            valid: zeros(Uint8Array, cells, `"${name}"`).fill(1),
          },
    );
  }
  return { inputs, targets };
}

/** Makes no array. @throws UserError as `emptyBatch` does, of arrays that no machine has */
export function checkEmptyBatch(
  graph: Graph,
  sizes: ReadonlyMap<string, PerAxis<number>>,
  training: SessionTraining | undefined,
  batch: number,
): void {
  const { inputs, targets } = batchShapes(graph, sizes, training, batch);
  for (const [name, shape] of inputs) checkLength(shape, `"${name}"`);
  for (const [name, { kind, shape }] of targets)
    checkLength(kind === "labels" ? shape.slice(0, 3) : shape, `"${name}"`);
}
