/** Programs in inference mode: a network's outputs, its losses without an update, single feature maps (of a training step too), and their gradients by the inputs. */

import type { ShapedGraph } from "../../network/shape-graph.ts";
import { isInput } from "../../ops/input.ts";
import { ProgramBuilder } from "../build.ts";
import { byParts, type Parts } from "../passes/by-parts.ts";
import { differentiate } from "../passes/differentiate.ts";
import { type ExpansionMode, expandGraph } from "../passes/expand/expand-graph.ts";
import { simplified } from "../passes/simplify/simplify.ts";
import type { Program } from "../program.ts";
import { float32 } from "../value.ts";
import { type ComparedOutput, compareOutputs, mapAt, nodesOf } from "./compared-outputs.ts";

const inference = { training: false, dropout: false } as const;

export interface PredictionOptions {
  /** Whether it is on. */
  readonly dropout?: boolean | undefined;
  /** Left out: joined feature maps are computed whole. */
  readonly parts?: Parts | undefined;
}

/** Outputs: "map", by name. */
export function predictionProgram(
  shaped: ShapedGraph,
  batch: number,
  { dropout = false, parts }: PredictionOptions = {},
): Program {
  const { graph } = shaped;
  const build = new ProgramBuilder(graph.name);
  const wanted = graph.outputs.map(({ node }) => node);
  const maps = expandGraph(build, shaped, batch, wanted, { ...inference, dropout });
  for (const { name, node } of graph.outputs) build.output("map", name, mapAt(maps, node));
  return finished(build, parts);
}

/** Outputs: "loss" by term, and "map" or "classes" by the output's name (compared-outputs.ts). */
export function evaluationProgram(
  shaped: ShapedGraph,
  batch: number,
  outputs: readonly ComparedOutput[],
  parts?: Parts,
): Program {
  const build = new ProgramBuilder(shaped.graph.name);
  const maps = expandGraph(build, shaped, batch, outputs.flatMap(nodesOf), inference);
  compareOutputs(build, maps, outputs);
  return finished(build, parts);
}

function finished(build: ProgramBuilder, parts: Parts | undefined): Program {
  const program = build.finish();
  const parted = parts && byParts(program, parts);
  return simplified(parted?.build.finish() ?? program);
}

/** Outputs: "map", by the nodes' numbers. */
export function mapsProgram(
  shaped: ShapedGraph,
  batch: number,
  nodes: readonly number[],
  mode: ExpansionMode = inference,
): Program {
  const build = new ProgramBuilder(shaped.graph.name);
  const maps = expandGraph(build, shaped, batch, nodes, mode);
  for (const node of nodes) build.output("map", String(node), mapAt(maps, node));
  return simplified(build.finish());
}

/**
 * Gradients of a weighted sum of a feature map's values by the network's inputs, in inference mode. Feed beside the inputs: "gradient"
 * by the node's number, of the feature map's shape. Outputs: "gradient" by the name of every input that the feature map depends on.
 */
export function inputGradientsProgram(shaped: ShapedGraph, batch: number, node: number): Program {
  const { graph } = shaped;
  const build = new ProgramBuilder(graph.name);
  const maps = expandGraph(build, shaped, batch, [node], inference);
  const value = mapAt(maps, node);
  const weights = build.feed("gradient", String(node), float32(...value.shape));
  const inputs = graph.inputs.flatMap((id) => maps.get(id) ?? []);
  const gradients = differentiate(build, [{ value, weights }], inputs);
  for (const id of graph.inputs) {
    const [input, of] = [graph.nodes[id], maps.get(id)];
    const gradient = of === undefined ? undefined : gradients.get(of.id);
    if (input === undefined || !isInput(input) || gradient === undefined) continue;
    build.output("gradient", input.attributes.name, gradient);
  }
  return simplified(build.finish());
}
