/** How much a crop to another feature map's size removes, where that is the same for every accepted size. */
import { type PerAxis, perAxis } from "../axis.ts";
import { Refusal } from "../diagnostics/problem.ts";
import type { CropToNode, Graph } from "../network/graph.ts";
import type { Margins } from "../ops/operation.ts";
import { inputAt } from "../ops/rules.ts";
import { constantValue, difference } from "../sizes/meet.ts";

/** `undefined`: it depends on the size. */
export function constantMargins(node: CropToNode, { nodes }: Graph): PerAxis<Margins> | undefined {
  const [cut, target] = node.inputs.map((id) => inputAt(nodes, id).map.size);
  if (cut === undefined || target === undefined) throw new Error(`${node.name} lacks one of its inputs`);
  const [y, x] = perAxis((axis): Margins | undefined => {
    const surplus = difference(cut[axis], target[axis]);
    const cells = surplus instanceof Refusal ? undefined : constantValue(surplus);
    if (cells === undefined) return undefined;
    const before = node.attributes.offset[axis] ?? cells / 2;
    return { before, after: cells - before };
  });
  return y === undefined || x === undefined ? undefined : [y, x];
}
