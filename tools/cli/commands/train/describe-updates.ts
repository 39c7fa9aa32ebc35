/** What a run does beside plain updates, in words. */
import type { TrainConfiguration } from "../../../../compiler/learning/configuration.ts";
import { matchesWeight } from "../../../../compiler/learning/groups/weight-pattern.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { averagedOf } from "../../../../runtime/engines/averaged-state.ts";

/** A line for each. */
export function describeUpdates(
  graph: Graph,
  {
    freeze = [],
    accumulate = 1,
    average,
    fold,
  }: Pick<TrainConfiguration, "freeze" | "accumulate" | "average" | "fold">,
): readonly string[] {
  const statistics = averagedOf(graph).flatMap(({ name, kind }) => (kind === "statistic" ? [name] : []));
  const frozen = freeze.map(({ name, from, until }) => {
    const epochs = until === undefined ? `from epoch ${from} on` : `in epochs ${from} to ${until}`;
    const how = statistics.some((statistic) => matchesWeight(name, statistic))
      ? "; its normalisations use their running statistics and do not change them"
      : "";
    return `frozen ${epochs}: ${name}${how}`;
  });
  return [
    ...(fold === undefined ? [] : [`validated on fold ${fold.fold} of ${fold.of}`]),
    ...(accumulate > 1 ? [`a step is one update from ${accumulate} batches`] : []),
    ...frozen,
    ...(average === undefined
      ? []
      : [`evaluated and kept: the average of the weights, decay ${average.decay}`]),
  ];
}
