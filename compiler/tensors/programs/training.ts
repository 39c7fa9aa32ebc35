/**
 * A training step in two programs: gradients from a batch, and the update from gradients. Between them the host may add up,
 * scale and examine gradients.
 */
import type { OptimizerName } from "../../learning/optimizers/registry.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { ProgramBuilder } from "../build.ts";
import type { OptimizerSettings } from "../optimizers/rule.ts";
import { ruleOf } from "../optimizers/rules.ts";
import { differentiate } from "../passes/differentiate.ts";
import { expandGraph } from "../passes/expand/expand-graph.ts";
import { simplified } from "../passes/simplify/simplify.ts";
import type { Program } from "../program.ts";
import { float32 } from "../value.ts";
import { verified } from "../verify.ts";
import { type ComparedOutput, compareOutputs, nodesOf } from "./compared-outputs.ts";

/**
 * Outputs: "loss" by term, "gradient" by weight (those that change the loss), and "map" or "classes" by output. Updates: running
 * statistics. Feeds beside those of the forward pass: "target" by output, "valid" by term, and "scale" by term: what the sum of the
 * term's values is multiplied by.
 * @param dropout masks, or the identity
 */
export function gradientsProgram(
  shaped: ShapedGraph,
  batch: number,
  outputs: readonly ComparedOutput[],
  { dropout }: { readonly dropout: boolean },
): Program {
  const { graph } = shaped;
  const build = new ProgramBuilder(graph.name);
  const maps = expandGraph(build, shaped, batch, outputs.flatMap(nodesOf), { training: true, dropout });
  const terms = compareOutputs(build, maps, outputs);
  const weights = trainedWeights(shaped).flatMap(({ name, shape }) =>
    build.hasState(name) ? [{ name, value: build.state("weight", name, float32(...shape)) }] : [],
  );
  const sums = terms.map(({ name, values }) => {
    build.at({ part: "backward", node: undefined, name: undefined, span: undefined });
    return { value: values, weights: build.broadcast(build.feed("scale", name, float32()), values.shape) };
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
  return simplified(verified(build.finish(), "differentiation"));
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

/** The state in which a moment of a weight is kept. */
export function momentName(weight: string, moment: string): string {
  return `${weight}.${moment}`;
}

/**
 * Feeds: "gradient" by weight, "learning_rate", and "step" by the names of the optimizer's rule. Updates: the weights and their
 * moments.
 * @param scaled each gradient is multiplied by the feed "scale" "gradients" first: to clip their norm, or to average them
 */
export function updateProgram<N extends OptimizerName>(
  name: string,
  weights: readonly TrainedWeight[],
  settings: OptimizerSettings<N>,
  { scaled = false }: { readonly scaled?: boolean } = {},
): Program {
  const build = new ProgramBuilder(name);
  build.at({ part: "update", node: undefined, name: undefined, span: undefined });
  const rule = ruleOf(settings);
  const learningRate = build.feed("learning_rate", "learning rate", float32());
  for (const weight of weights) {
    build.at({ part: "update", node: undefined, name: weight.name, span: undefined });
    const type = float32(...weight.shape);
    const given = build.feed("gradient", weight.name, type);
    const updated = rule.update(
      {
        build,
        weight: build.state("weight", weight.name, type),
        gradient: scaled ? build.multiply(given, build.feed("scale", "gradients", float32())) : given,
        moments: (moment) => build.state("moment", momentName(weight.name, moment), type),
        learningRate,
        step: (number) => build.feed("step", number, float32()),
      },
      settings,
    );
    build.update(weight.name, updated.weight);
    for (const [moment, value] of updated.moments) build.update(momentName(weight.name, moment), value);
  }
  return simplified(verified(build.finish(), "building"));
}
