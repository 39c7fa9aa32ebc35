/** What every model says about itself beside its graph. */

import { acceptedSizes } from "../analyses/inspect/accepted-sizes.ts";
import { perAxis } from "../axis.ts";
import { counted } from "../counted.ts";
import type { Graph } from "../network/graph.ts";
import { isInput } from "../ops/input.ts";
import type { TargetWeights } from "./target.ts";

export function describeWeights(origin: TargetWeights["origin"]): string {
  switch (origin.kind) {
    case "initial":
      return `initial, not trained (seed ${origin.seed})`;
    case "trained":
      return `trained for ${counted(origin.epoch, "epoch")}, ${counted(origin.step, "step")}; program ${origin.source}`;
    case "imported":
      return "from another program";
  }
}

/** In pixels, as `fcn inspect --json` gives them, by input. */
export function acceptedByInput(graph: Graph) {
  const inputs = graph.nodes.filter(isInput).map(({ attributes }) => {
    const [height, width] = perAxis((axis) => acceptedSizes(graph, attributes.size[axis]));
    return [attributes.name, { height, width }] as const;
  });
  return Object.fromEntries(inputs);
}
