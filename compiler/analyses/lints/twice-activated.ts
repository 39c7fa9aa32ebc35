/**
 * A softmax or sigmoid that is applied twice: as an operation, and again by the output or by a loss that takes logits. The
 * second one flattens the distribution: after softmax twice, no class of n gets a probability above e/(e + n − 1). Cross
 * entropy takes logits for numerical stability (Goodfellow, Bengio & Courville 2016, section 6.2.2.3).
 */

import type { Output, Statement } from "../../../grammar/ast.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { familyOf } from "../../family.ts";
import { formOf } from "../../learning/targets/registry.ts";
import type { GraphNode, GraphOutput } from "../../network/graph.ts";
import { asOutputActivation, type OutputActivation } from "../../ops/output-activation.ts";
import { type LintSubject, lint } from "./lint.ts";
import { placeOf } from "./place.ts";
import { statementsWithin } from "./statements-within.ts";

export const twiceActivated = lint("lints/twice-activated", function* (subject) {
  const { graph } = subject;
  for (const output of graph.outputs) {
    const inner = graph.nodes[output.logits];
    const activation = inner && asOutputActivation(inner.operation);
    if (inner === undefined || activation === undefined) continue;
    const place = placeOf(inner);
    const again = secondActivation(output, subject);
    if (again === undefined || place === undefined) continue;
    const facts = { inner: activation, output: output.name, ...again };
    yield { facts, ...place, fixes: fixesFor(inner, output, subject) };
  }
});

/** The second activation. The losses of class labels take logits; those of other targets take the result of the output. */
function secondActivation(
  output: GraphOutput,
  { train }: LintSubject,
): { readonly outer: OutputActivation; readonly by: "output" | "loss" } | undefined {
  if (output.activation !== undefined) return { outer: output.activation, by: "output" };
  const trained = train?.outputs.find(({ name }) => name === output.name);
  const classes = trained !== undefined && formOf(trained.target) === "classes";
  return classes ? { outer: "softmax", by: "loss" } : undefined;
}

/** Removes the operation, and adds it to the output where that has no activation. */
function fixesFor(inner: GraphNode, output: GraphOutput, subject: LintSubject): readonly Fix[] {
  const call = subject.callOf(inner);
  if (call === undefined || call.as !== undefined || servesMore(inner, output, subject)) return [];
  const remove = { span: call.span, text: "" };
  if (output.activation !== undefined)
    return [{ title: `remove this ${inner.operation}`, safe: true, edits: [remove] }];
  const { body } = subject.syntax.network;
  const named = (statement: Statement): statement is Output =>
    statement.kind === "output" && statement.name.text === (familyOf(output.name) ?? output.name);
  const statement = Array.from(statementsWithin(body)).find(named);
  if (statement === undefined) return [];
  const { end } = statement.span;
  const by = { span: { ...statement.span, start: end, end }, text: ` by ${inner.operation}` };
  return [
    { title: `write \`by ${inner.operation}\` at the output instead`, safe: true, edits: [remove, by] },
  ];
}

/** Whether the result of the operation is used elsewhere, or its call created other nodes: removing it would change those too. */
function servesMore(inner: GraphNode, output: GraphOutput, { graph, readers }: LintSubject): boolean {
  const { span } = inner.origin;
  return (
    (readers[inner.id] ?? []).some(({ id }) => id !== output.node) ||
    graph.outputs.some((other) => other !== output && [other.node, other.logits].includes(inner.id)) ||
    graph.nodes.some(
      (other) =>
        other !== inner &&
        other.operation === inner.operation &&
        other.origin.span?.file === span?.file &&
        other.origin.span?.start === span?.start,
    )
  );
}
