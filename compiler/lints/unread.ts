/** Maps that lead to no output: they cost memory and time, their weights are never trained, and mostly a join was forgotten. */
import type { Graph, GraphNode } from "../ir/graph.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const unread = lint("lints/unread", function* ({ graph, readers }) {
  const alive = reaching(
    graph,
    graph.outputs.flatMap(({ node, logits }) => [node, logits]),
  );
  const ends = graph.nodes.filter(({ id }) => !alive.has(id) && readers[id]?.length === 0);
  for (const end of ends) {
    const place = placeOf(end);
    if (place === undefined) continue;
    const dead = reaching(graph, [end.id], alive);
    const trains = [...dead].some((id) => graph.nodes[id]?.weights.some(({ trainable }) => trainable));
    // Weights of a call that others use are trained by those that lead to an output.
    const shared = [...alive].some((id) => dead.has(graph.nodes[id]?.sharesWith ?? -1));
    yield { facts: { what: called(end), operations: dead.size, untrained: trains && !shared }, ...place };
  }
});

/** The nodes that the ends are made of, and the ends; not those in `without`, nor what only these are made of. */
function reaching(
  graph: Graph,
  ends: readonly number[],
  without: ReadonlySet<number> = new Set(),
): ReadonlySet<number> {
  const found = new Set(ends);
  for (const id of found)
    for (const input of graph.nodes[id]?.inputs ?? []) if (!without.has(input)) found.add(input);
  return found;
}

function called(node: GraphNode): string {
  const { label } = node.origin;
  if (node.operation === "input") return `the input ${node.attributes.name}`;
  return label === undefined ? `the map after ${node.operation}` : `the map ${label}`;
}
