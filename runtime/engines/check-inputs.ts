/** Whether a batch fits a graph: every input there, of the right channels, and of a size the graph accepts. */

import type { PerAxis } from "../../compiler/axis.ts";
import { counted } from "../../compiler/counted.ts";
import type { Graph, InputNode } from "../../compiler/network/graph.ts";
import { nearestAccepted } from "../../compiler/network/nearest-accepted.ts";
import { type ShapedGraph, shapeGraph } from "../../compiler/network/shape-graph.ts";
import type { ShapeRefusal } from "../../compiler/network/shape-refusal.ts";
import { sizesOfInputs } from "../../compiler/network/sizes-of-inputs.ts";
import { isInput } from "../../compiler/ops/input.ts";
import { formatSet } from "../../compiler/sizes/format-set.ts";
import type { MapBatch } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import { elementCount } from "../weights/weight-name.ts";
import { SizeRefusal } from "./engine.ts";

export interface CheckedInputs {
  readonly shaped: ShapedGraph;
  /** Images in the batch. */
  readonly batch: number;
  /** By input node. */
  readonly maps: ReadonlyMap<number, MapBatch>;
}

/**
 * @param values whether the values are looked at: a forecast has none, and would take as long as it has pixels
 * @throws UserError when an input is missing or unknown, its channels or batch size differ, or a value is not finite.
 * @throws SizeRefusal when the graph does not accept the size.
 */
export function checkInputs(
  graph: Graph,
  inputs: ReadonlyMap<string, MapBatch>,
  values = true,
): CheckedInputs {
  const maps = new Map<number, MapBatch>();
  const sizes = new Map<string, PerAxis<number>>();
  let batch: number | undefined;
  for (const node of inputNodes(graph)) {
    const { name, channels } = node.attributes;
    const map = inputs.get(name);
    if (map === undefined) throw new UserError(`${graph.name}: no values are given for its input "${name}"`);
    const [count, height, width, given] = map.shape;
    if (given !== channels) {
      throw new UserError(
        `${graph.name}: input "${name}" has ${counted(channels, "channel")}, and the value given has ${given}`,
      );
    }
    if (count < 1) throw new UserError(`${graph.name}: input "${name}" gets an empty batch`);
    if (batch !== undefined && count !== batch) {
      throw new UserError(
        `${graph.name}: input "${name}" gets ${counted(count, "image")}, and another input ${batch}`,
      );
    }
    if (map.data.length !== elementCount(map.shape)) {
      throw new Error(`input "${name}": shape [${map.shape.join(", ")}] and ${map.data.length} values`);
    }
    if (values) checkFinite(graph, name, map);
    batch = count;
    maps.set(node.id, map);
    sizes.set(name, [height, width]);
  }
  for (const name of inputs.keys()) {
    if (!sizes.has(name)) throw new UserError(`${graph.name} has no input "${name}"`);
  }
  if (batch === undefined) throw new Error(`${graph.name} has no input`);
  return { shaped: shapesAt(graph, sizes), batch, maps };
}

/** Some kernels turn NaN into 0, so that nothing later would show it. */
function checkFinite(graph: Graph, name: string, { data, shape }: MapBatch): void {
  let zero = 0;
  for (let i = 0; i < data.length; i++) zero += 0 * (data[i] ?? Number.NaN); // NaN from the first value that is not finite
  if (zero === 0) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  const [, height, width, channels] = shape;
  const pixel = Math.floor(at / channels);
  const place = `image ${Math.floor(pixel / (height * width))} of the batch, row ${Math.floor(pixel / width) % height}, column ${pixel % width}`;
  throw new UserError(`${graph.name}: input "${name}" holds ${data[at]} (${place})`);
}

function inputNodes(graph: Graph): readonly InputNode[] {
  return graph.inputs.map((id) => {
    const node = graph.nodes[id];
    if (node === undefined || !isInput(node))
      throw new Error(`input ${id} of ${graph.name} is not an input node`);
    return node;
  });
}

/** @throws SizeRefusal when the graph does not accept the sizes. */
export function shapesAt(graph: Graph, sizes: ReadonlyMap<string, PerAxis<number>>): ShapedGraph {
  const symbols = sizesOfInputs(graph, sizes);
  if ("kind" in symbols) throw refusal(symbols, sizes);
  const shaped = shapeGraph(graph, symbols);
  if (shaped.kind === "refused") throw refusal(shaped, sizes);
  return shaped;
}

function refusal(reason: ShapeRefusal, sizes: ReadonlyMap<string, PerAxis<number>>): SizeRefusal {
  const given = [...sizes].map(([name, [height, width]]) => `${name} is ${height}×${width}`).join(", ");
  const accepted =
    reason.accepted === undefined
      ? ""
      : `. The network accepts ${formatSet(reason.accepted, { unicode: true })}`;
  const near = reason.message.includes("nearest") ? "" : nearest(reason);
  return new SizeRefusal(`${reason.message}${near} (${given})${accepted}`);
}

function nearest({ accepted, size }: ShapeRefusal): string {
  if (accepted === undefined || size === undefined) return "";
  const { below, above } = nearestAccepted(accepted, size);
  const sizes = [below, above].filter((value) => value !== undefined);
  return sizes.length === 0 ? "" : `; the nearest accepted sizes: ${sizes.join(" and ")}`;
}
