/** The groups and the frozen weights of a train section, by the names of a network's weights. */
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { matchesWeight } from "../../compiler/learning/groups/weight-pattern.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { trainedWeights } from "../../compiler/tensors/programs/training.ts";
import { averagedOf } from "../engines/averaged-state.ts";
import type { WeightGroup } from "../engines/engine.ts";
import { UserError } from "../user-error.ts";

export interface TrainedGroup extends WeightGroup {
  /** Before the schedule; `undefined`: that of the optimizer. */
  readonly learningRate: number | undefined;
}

/** Weights with the same settings form one group; those without settings of their own are in none. */
export function weightGroups(
  graph: Graph,
  { groups = [] }: Pick<TrainConfiguration, "groups">,
): readonly TrainedGroup[] {
  const found = new Map<string, TrainedGroup>();
  for (const { name } of trainedWeights({ graph })) {
    const own = groups.filter((group) => matchesWeight(group.name, name));
    if (own.length === 0) continue;
    const learningRate = own.findLast((group) => group.learningRate !== undefined)?.learningRate;
    const weightDecay = own.findLast((group) => group.weightDecay !== undefined)?.weightDecay;
    const key = `${learningRate} ${weightDecay}`;
    const weights = [...(found.get(key)?.weights ?? []), name];
    found.set(key, { weights, learningRate, weightDecay });
  }
  return [...found.values()];
}

/** Weights and running statistics that are frozen in an epoch. @param epoch from 1 */
export function frozenIn(
  graph: Graph,
  { freeze = [] }: Pick<TrainConfiguration, "freeze">,
  epoch: number,
): readonly string[] {
  const now = freeze.filter(({ from, until = Number.POSITIVE_INFINITY }) => from <= epoch && epoch <= until);
  if (now.length === 0) return [];
  return averagedOf(graph)
    .map(({ name }) => name)
    .filter((name) => now.some((one) => matchesWeight(one.name, name)));
}

/** @throws UserError where an epoch would train nothing. */
export function refuseWhollyFrozen(
  graph: Graph,
  { freeze = [], epochs }: Pick<TrainConfiguration, "freeze" | "epochs">,
): void {
  const weights = trainedWeights({ graph });
  // what is frozen changes at these epochs alone
  const changes = freeze.flatMap(({ from, until }) => [from, ...(until === undefined ? [] : [until + 1])]);
  for (const epoch of [1, ...changes].filter((one) => one <= epochs).sort((a, b) => a - b)) {
    const frozen = new Set(frozenIn(graph, { freeze }, epoch));
    if (weights.length === 0 || weights.some(({ name }) => !frozen.has(name))) continue;
    throw new UserError(
      `in epoch ${epoch} every weight of ${graph.name} is frozen`,
      "change `freeze` in the train section: name fewer layers, or other epochs",
    );
  }
}
