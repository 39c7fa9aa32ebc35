/** A graph with other attributes at some of its nodes: sizes, geometry, weights and crops are recomputed. */
import { perAxis } from "../axis.ts";
import { Refusal } from "../diagnostics/problem.ts";
import { alignedCrop } from "../geometry/alignment.ts";
import { isWhole } from "../geometry/rational.ts";
import { isCropTo } from "../ops/cropping.ts";
import { centredOffset } from "../sizes/centred-offset.ts";
import { allSizes, isEmpty } from "../sizes/size-set.ts";
import { GraphBuilder } from "./build.ts";
import type { CropToNode, Graph, GraphNode } from "./graph.ts";
import { verifyGraph } from "./verify.ts";

/**
 * `changed`: a node with new attributes, by its number; its inputs stay. An aligned crop follows the grids as they are
 * then, a centred one by half the difference.
 * `undefined`: an operation refuses its inputs, a crop cannot align, or no size is left.
 * @throws Error when the result violates a constraint of graphs (verify.ts): the change forgot a node.
 */
export function rebuild(graph: Graph, changed: ReadonlyMap<number, GraphNode>): Graph | undefined {
  const builder = new GraphBuilder(graph.name);
  for (const held of graph.nodes) {
    const node = changed.get(held.id) ?? held;
    const attributes = isCropTo(node) ? recut(builder, node) : node.attributes;
    if (attributes === undefined) return undefined;
    const { operation, inputs, name, origin, sharesWith } = node;
    const shared = sharesWith === undefined ? {} : { sharesWith };
    // The node pairs its operation with its own attributes; the union of nodes hides it.
    const request = { operation, attributes, inputs, name, origin, ...shared } as Parameters<
      GraphBuilder["append"]
    >[0];
    if (builder.append(request) instanceof Refusal) return undefined;
  }
  const built = builder.finish(graph.outputs, graph.classes);
  if (built instanceof Refusal || [...built.accepts.values()].some(isEmpty)) return undefined;
  const [violation] = verifyGraph(built);
  if (violation === undefined) return built;
  throw new Error(`the rebuilt ${graph.name} violates ${violation.constraint}: ${violation.message}`);
}

function recut(
  builder: GraphBuilder,
  { inputs, attributes }: CropToNode,
): CropToNode["attributes"] | undefined {
  const [own, reference] = inputs.map((id) => builder.node(id).map);
  if (own === undefined || reference === undefined) return undefined;
  const cuts = perAxis((axis) => {
    if (attributes.rule === "aligned") {
      const offset = alignedCrop(own.geometry[axis], reference.geometry[axis]);
      return offset !== undefined && isWhole(offset) && offset.numerator >= 0
        ? offset.numerator
        : "impossible";
    }
    const symbol = own.size[axis].symbol ?? reference.size[axis].symbol;
    const offset = centredOffset(own.size[axis], reference.size[axis], allSizes(symbol));
    return offset instanceof Refusal ? "impossible" : offset;
  });
  const [y, x] = cuts;
  if (y === "impossible" || x === "impossible") return undefined;
  return { rule: attributes.rule, offset: [y, x] };
}
