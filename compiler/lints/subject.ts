/** What lints look at, made of a compiled network and the syntax it comes from. */
import type { Apply, Network, Program, Train } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import type { Graph, GraphNode } from "../ir/graph.ts";
import type { TrainConfiguration } from "../train/configuration.ts";
import type { LintSubject } from "./lint.ts";
import { statementsWithin } from "./statements-within.ts";

/** `programs`: every file read, by path. */
export function lintSubject(
  graph: Graph,
  train: TrainConfiguration | undefined,
  syntax: { readonly network: Network; readonly train: Train | undefined },
  programs: ReadonlyMap<string, Program>,
): LintSubject {
  const calls = new Map<string, ReadonlyMap<number, Apply>>();
  const callAt = (span: Span): Apply | undefined => {
    const known = calls.get(span.file) ?? callsOf(programs.get(span.file));
    calls.set(span.file, known);
    return known.get(span.start);
  };
  return {
    graph,
    train,
    syntax,
    readers: readersOf(graph),
    callOf: ({ origin: { span } }) => (span === undefined ? undefined : callAt(span)),
  };
}

function readersOf(graph: Graph): readonly (readonly GraphNode[])[] {
  const readers: GraphNode[][] = graph.nodes.map(() => []);
  for (const node of graph.nodes) for (const input of new Set(node.inputs)) readers[input]?.push(node);
  return readers;
}

/** By the start of their text. */
function callsOf(program: Program | undefined): ReadonlyMap<number, Apply> {
  const found = new Map<number, Apply>();
  for (const item of program?.items ?? []) {
    if (item.kind !== "network" && item.kind !== "block") continue;
    for (const statement of statementsWithin(item.body)) {
      const call = statement.kind === "section" ? statement.content : statement;
      if (call.kind === "apply") found.set(call.span.start, call);
    }
  }
  return found;
}
