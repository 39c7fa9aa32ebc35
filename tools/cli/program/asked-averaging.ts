/** The predictions that the command line asks to average. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { isDropout } from "../../../compiler/ops/dropout.ts";
import { type Averaging, combinedFlips } from "../../../runtime/prediction/averaging/averaging.ts";
import { UserError } from "../../../runtime/user-error.ts";
import type { AskedAugmentation } from "./augmentation-options.ts";

/** @throws UserError for passes with dropout of a network without */
export function askedAveraging(
  graph: Graph,
  { tta = [], scales = [1], mcDropout: count, seed = 1 }: AskedAugmentation,
): Averaging {
  const flips = combinedFlips({ vertical: tta.includes("vflip"), horizontal: tta.includes("hflip") });
  if (count === undefined) return { flips, scales };
  if (graph.nodes.some((node) => isDropout(node) && node.attributes.rate > 0))
    return { flips, scales, passes: { count, seed } };
  throw new UserError(
    `${graph.name} has no dropout: every prediction of --mc-dropout would be the same`,
    "add dropout(0.5) after a layer and train the network again, or average several weights, which differ: --weights A --weights B",
  );
}
