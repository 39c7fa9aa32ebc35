/** The subject of lints, from a compiled network and its syntax. */
import type { Network, Program, Statement, Train } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import type { TrainConfiguration } from "../../learning/configuration.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import type { LintSubject } from "./lint.ts";
import { statementsWithin } from "./statements-within.ts";
import { trainedShapes } from "./trained-shapes.ts";

/** `programs`: every file read, by path. */
export function lintSubject(
  graph: Graph,
  train: TrainConfiguration | undefined,
  syntax: { readonly network: Network; readonly train: Train | undefined },
  programs: ReadonlyMap<string, Program>,
): LintSubject {
  const statements = new Map<string, ReadonlyMap<number, Statement>>();
  const statementAt = (span: Span): Statement | undefined => {
    const known = statements.get(span.file) ?? statementsOf(programs.get(span.file));
    statements.set(span.file, known);
    return known.get(span.start);
  };
  const statementOf = ({ origin: { span } }: GraphNode) =>
    span === undefined ? undefined : statementAt(span);
  let shapes: { readonly shaped: ShapedGraph | undefined } | undefined;
  return {
    graph,
    train,
    syntax,
    readers: readersOf(graph),
    statementOf,
    callOf: (node) => {
      const statement = statementOf(node);
      return statement?.kind === "apply" ? statement : undefined;
    },
    trained: () => {
      shapes ??= { shaped: trainedShapes(graph, train) };
      return shapes.shaped;
    },
  };
}

function readersOf(graph: Graph): readonly (readonly GraphNode[])[] {
  const readers: GraphNode[][] = graph.nodes.map(() => []);
  for (const node of graph.nodes) {
    const inputs = node.inputs.length > 1 ? new Set(node.inputs) : node.inputs;
    for (const input of inputs) readers[input]?.push(node);
  }
  return readers;
}

/** By the start of their text. */
function statementsOf(program: Program | undefined): ReadonlyMap<number, Statement> {
  const found = new Map<number, Statement>();
  for (const item of program?.items ?? []) {
    if (item.kind !== "network" && item.kind !== "block") continue;
    for (const statement of statementsWithin(item.body)) {
      found.set(statement.span.start, statement);
      if (statement.kind === "section" && statement.content.kind === "apply")
        found.set(statement.content.span.start, statement.content);
    }
  }
  return found;
}
