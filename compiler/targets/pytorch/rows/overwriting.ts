/** Feature maps that an activation overwrites, as `nn.ReLU(inplace=True)` does: less memory is written and read. */
import type { Graph, GraphNode, ScopeStep } from "../../../network/graph.ts";
import type { OperationName } from "../../../ops/attributes.ts";

/** What gives new memory, from whose values no gradient is computed. */
const overwritten: ReadonlySet<OperationName> = new Set(["conv", "dense", "batchnorm", "add", "concat"]);

/**
 * Whether nothing but the node reads its input. Both are of one call of a block, so that all of its calls are alike.
 */
export function canOverwrite(node: GraphNode, graph: Graph): boolean {
  const [id = -1] = node.inputs;
  const input = graph.nodes[id];
  return (
    input !== undefined &&
    overwritten.has(input.operation) &&
    readingsOf(graph).get(id) === 1 &&
    isSameScope(node.origin.scope, input.origin.scope)
  );
}

const known = new WeakMap<Graph, ReadonlyMap<number, number>>();

/** How often each feature map is read or given as a result. */
function readingsOf(graph: Graph): ReadonlyMap<number, number> {
  const found = known.get(graph);
  if (found !== undefined) return found;
  const readings = new Map<number, number>();
  const results = graph.outputs.flatMap(({ node, logits }) => [node, logits]);
  for (const id of [...graph.nodes.flatMap(({ inputs }) => inputs), ...results])
    readings.set(id, (readings.get(id) ?? 0) + 1);
  known.set(graph, readings);
  return readings;
}

function isSameScope(one: readonly ScopeStep[], other: readonly ScopeStep[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ kind, name, index }, place) => {
      const step = other[place];
      return step?.kind === kind && step.name === name && step.index === index;
    })
  );
}
