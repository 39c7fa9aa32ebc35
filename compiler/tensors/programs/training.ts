/** The first half of a training step: gradients from a batch. The second is the update from gradients (update.ts). */
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { ProgramBuilder } from "../build.ts";
import { byParts, type Parts } from "../passes/by-parts.ts";
import { differentiate } from "../passes/differentiate.ts";
import { expandGraph } from "../passes/expand/expand-graph.ts";
import { droppedValues, type Recomputation } from "../passes/recompute/dropped-values.ts";
import { recomputed } from "../passes/recompute/recompute.ts";
import { simplified } from "../passes/simplify/simplify.ts";
import type { Program } from "../program.ts";
import { float32 } from "../value.ts";
import { type ComparedOutput, compareOutputs, nodesOf } from "./compared-outputs.ts";

export interface GradientsOptions {
  /** Masks, or the identity. */
  readonly dropout: boolean;
  /** Weights that get no gradient, and running statistics that stay as they are, by name. */
  readonly frozen?: ReadonlySet<string>;
  /** What is computed again in the backward pass; left out: nothing. */
  readonly recomputation?: Recomputation | undefined;
  /** Left out: joined feature maps are computed whole. */
  readonly parts?: Parts | undefined;
}

/**
 * Outputs: "loss" by term, "gradient" by weight (those that change the loss), and "map" or "classes" by output. Updates: running
 * statistics. Feeds beside those of the forward pass: "target" by output, "valid" by term, and "scale" by term: what the sum of the
 * term's values is multiplied by.
 */
export function gradientsProgram(
  shaped: ShapedGraph,
  batch: number,
  outputs: readonly ComparedOutput[],
  { dropout, frozen = new Set(), recomputation, parts }: GradientsOptions,
): Program {
  const { graph } = shaped;
  const forward = new ProgramBuilder(graph.name);
  const maps = expandGraph(forward, shaped, batch, outputs.flatMap(nodesOf), {
    training: true,
    dropout,
    frozen,
  });
  const terms = compareOutputs(forward, maps, outputs);
  const parted = parts && byParts(forward.finish(), parts);
  const build = parted?.build ?? forward;
  const weights = trainedWeights(shaped).flatMap(({ name, shape }) =>
    build.hasState(name) && !frozen.has(name)
      ? [{ name, value: build.state("weight", name, float32(...shape)) }]
      : [],
  );
  const sums = terms.map(({ name, values }) => {
    build.at({ part: "backward", node: undefined, name: undefined, span: undefined });
    const weights = build.broadcast(build.feed("scale", name, float32()), values.shape);
    return { value: parted?.value(values.id) ?? values, weights };
  });
  const gradients = differentiate(
    build,
    sums,
    weights.map(({ value }) => value),
  );
  for (const { name, value } of weights) {
    const gradient = gradients.get(value.id);
    if (gradient !== undefined) build.output("gradient", name, gradient);
  }
  const program = simplified(build.finish());
  return recomputation === undefined ? program : recomputed(program, droppedValues(program, recomputation));
}

export interface TrainedWeight {
  /** `${node}.${weight}` */
  readonly name: string;
  readonly shape: readonly number[];
}

/** The weights that an optimizer changes, in the graph's order. */
export function trainedWeights({ graph }: Pick<ShapedGraph, "graph">): readonly TrainedWeight[] {
  return graph.nodes.flatMap((node) =>
    node.weights
      .filter(({ trainable }) => trainable)
      .map(({ name, shape }) => ({ name: `${node.name}.${name}`, shape })),
  );
}
