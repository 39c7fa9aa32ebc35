/** Feature maps that lead to no output: they cost memory and time, their weights get no gradient, and usually a join is missing. */

import { familyOf } from "../../family.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { isInput } from "../../ops/input.ts";
import { asOutputActivation } from "../../ops/output-activation.ts";
import type { LintSubject } from "./lint.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";
import { statementsWithin } from "./statements-within.ts";

export const unread = lint("lints/unread", function* (subject) {
  const { graph, readers } = subject;
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
    // Shared weights are trained through the calls that lead to an output.
    const shared = [...alive].some((id) => dead.has(graph.nodes[id]?.sharesWith ?? -1));
    const facts = { what: called(end), operations: dead.size, untrained: trains && !shared };
    const output = outputJustBefore(end, subject);
    if (output === undefined) yield { facts, ...place };
    else {
      const edits = [{ span: { ...place.at, end: place.at.start }, text: "by " }];
      yield {
        facts: { ...facts, instead: `output ${output} by ${end.operation}` },
        ...place,
        fixes: [{ title: "insert `by`", safe: true, edits }],
      };
    }
  }
});

/** `output labels softmax`: the name of the output just before a softmax or sigmoid that is meant for it. */
function outputJustBefore(end: GraphNode, { graph, syntax, statementOf }: LintSubject): string | undefined {
  if (asOutputActivation(end.operation) === undefined) return undefined;
  const call = statementOf(end);
  if (call?.kind !== "apply" || call.as !== undefined) return undefined;
  const before = [...statementsWithin(syntax.network.body)].find(
    (statement) =>
      statement.kind === "output" &&
      statement.activation === undefined &&
      statement.span.file === call.span.file &&
      // One space: on another line the operation would continue.
      call.span.start - statement.span.end === 1,
  );
  if (before?.kind !== "output") return undefined;
  const { text } = before.name;
  return graph.outputs.find(({ name, node }) => (familyOf(name) ?? name) === text && node === end.inputs[0])
    ?.name;
}

/** The ends and the nodes they depend on, except those in `without` and what only these depend on. */
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
  if (isInput(node)) return `the input ${node.attributes.name}`;
  return label === undefined ? `the feature map after ${node.operation}` : `the feature map ${label}`;
}
