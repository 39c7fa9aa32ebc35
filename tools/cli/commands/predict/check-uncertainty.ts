/** Whether predictions say how uncertain they are. */
import { learnsMasks, usualTarget } from "../../../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { type Averaging, predictionsOf } from "../../../../runtime/prediction/averaging/averaging.ts";
import type { LearnedTarget } from "../../../../runtime/targets/learned-target.ts";
import { UserError } from "../../../../runtime/user-error.ts";

/** @throws UserError where nothing is averaged, no output gives probabilities of classes, or a random field comes after them */
export function checkUncertainty(
  graph: Graph,
  {
    targets,
    averaging,
    members,
    refined,
  }: {
    readonly targets: Readonly<Record<string, LearnedTarget>> | undefined;
    readonly averaging: Averaging;
    readonly members: number;
    readonly refined: boolean;
  },
): void {
  if (refined)
    throw new UserError(
      "--uncertainty describes the network's predictions, which --crf changes",
      "leave one of them out",
    );
  const labelled = graph.outputs.filter(({ name }) => learnsMasks(targets?.[name] ?? usualTarget));
  if (labelled.length === 0)
    throw new UserError(`no output of ${graph.name} learned labels; --uncertainty needs one`);
  for (const { name, node, activation } of labelled) {
    const binary = activation === "sigmoid" && graph.nodes[node]?.map.channels === 1;
    if (activation === "softmax" || binary) continue;
    throw new UserError(
      `output "${name}" of ${graph.name} does not give class probabilities, which --uncertainty needs`,
      `end it by softmax: output ${name} by softmax`,
    );
  }
  if (members * predictionsOf(averaging) > 1) return;
  throw new UserError(
    "--uncertainty compares several predictions of an image, and only one is asked for",
    "average several: --mc-dropout 20 (of a network with dropout), several --weights, or --tta hflip,vflip",
  );
}
