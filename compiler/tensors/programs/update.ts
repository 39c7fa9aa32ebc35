/** The second half of a training step: weights from gradients. Where several batches make one update, their gradients are added up first. */
import type { OptimizerName } from "../../learning/optimizers/registry.ts";
import { ProgramBuilder } from "../build.ts";
import type { ClipSettings } from "../clipping/rule.ts";
import { clipped } from "../clipping/rules.ts";
import type { OptimizerSettings } from "../optimizers/rule.ts";
import { ruleOf } from "../optimizers/rules.ts";
import { simplified } from "../passes/simplify/simplify.ts";
import type { Program } from "../program.ts";
import { float32, type Value } from "../value.ts";
import { averageName, gradientName, momentName } from "./state-names.ts";
import type { TrainedWeight } from "./training.ts";

export interface UpdateOptions {
  /** In the order in which they are applied. */
  readonly clip?: readonly ClipSettings[] | undefined;
  /** The gradients of earlier batches are in the state; those that are given are added to them. */
  readonly accumulated?: boolean;
  /** The weights and running statistics that are averaged over the updates; the feed "step" "average" says how fast. */
  readonly averaged?: readonly AveragedState[];
}

export interface UpdatedWeight extends TrainedWeight {
  /** Of its learning rate: the feed of that name. Left out: "learning rate". */
  readonly rate?: string;
  /** Left out: that of the optimizer. */
  readonly weightDecay?: number | undefined;
  /** Updates that it was not part of: the numbers of its step are those of fewer updates. Left out: none. */
  readonly missed?: number;
}

/** The feed of a number of the optimizer's rule, for weights that were not part of so many updates. */
export function stepFeedName(number: string, missed: number): string {
  return missed === 0 ? number : `${number} without ${missed} updates`;
}

/** A part of the network's state with an average. */
export interface AveragedState extends TrainedWeight {
  readonly kind: "weight" | "statistic";
}

/**
 * Feeds: "gradient" by weight, "learning_rate" by group, and "step" by the names of the optimizer's rule. Updates: the weights and their
 * moments.
 */
export function updateProgram<N extends OptimizerName>(
  name: string,
  weights: readonly UpdatedWeight[],
  settings: OptimizerSettings<N>,
  { clip = [], accumulated = false, averaged = [] }: UpdateOptions = {},
): Program {
  const build = new ProgramBuilder(name);
  const rule = ruleOf(settings);
  build.at({ part: "update", node: undefined, name: undefined, span: undefined });
  const changed = new Map<string, Value>();
  const gradients = clipped(build, gradientsOf(build, weights, accumulated), clip);
  for (const weight of weights) {
    build.at({ part: "update", node: undefined, name: weight.name, span: undefined });
    const type = float32(...weight.shape);
    const { rate = "learning rate", missed = 0, weightDecay = settings.weightDecay } = weight;
    const gradient = gradients.get(weight.name);
    if (gradient === undefined) throw new Error(`there is no gradient of ${weight.name}`);
    const updated = rule.update(
      {
        build,
        weight: build.state("weight", weight.name, type),
        gradient,
        moments: (moment) => build.state("moment", momentName(weight.name, moment), type),
        learningRate: build.feed("learning_rate", rate, float32()),
        step: (number) => build.feed("step", stepFeedName(number, missed), float32()),
      },
      { ...settings, weightDecay },
    );
    build.update(weight.name, updated.weight);
    changed.set(weight.name, updated.weight);
    for (const [moment, value] of updated.moments) build.update(momentName(weight.name, moment), value);
  }
  for (const { name: of, kind, shape } of averaged) {
    build.at({ part: "update", node: undefined, name: of, span: undefined });
    const type = float32(...shape);
    const average = build.state("average", averageName(of), type);
    const now = changed.get(of) ?? build.state(kind, of, type);
    const share = build.feed("step", "average", float32());
    build.update(averageName(of), build.add(average, build.multiply(build.subtract(now, average), share)));
  }
  return simplified(build.finish());
}

/**
 * Of a batch that is not the last of its update. Feeds: "gradient" by weight. Updates: the sums of gradients.
 * @param first whether the sums start with this batch
 */
export function accumulationProgram(
  name: string,
  weights: readonly TrainedWeight[],
  { first }: { readonly first: boolean },
): Program {
  const build = new ProgramBuilder(name);
  build.at({ part: "update", node: undefined, name: undefined, span: undefined });
  const sums = gradientsOf(build, weights, !first);
  for (const { name: weight, shape } of weights) {
    const sum = sums.get(weight);
    if (sum === undefined) throw new Error(`there is no gradient of ${weight}`);
    build.state("gradient", gradientName(weight), float32(...shape));
    build.update(gradientName(weight), sum);
  }
  return simplified(build.finish());
}

/** As they are given, or added to the sums in the state. */
function gradientsOf(
  build: ProgramBuilder,
  weights: readonly TrainedWeight[],
  accumulated: boolean,
): ReadonlyMap<string, Value> {
  return new Map(
    weights.map(({ name, shape }) => {
      build.at({ part: "update", node: undefined, name, span: undefined });
      const type = float32(...shape);
      const given = build.feed("gradient", name, type);
      if (!accumulated) return [name, given] as const;
      return [name, build.add(build.state("gradient", gradientName(name), type), given)] as const;
    }),
  );
}
