/** A lint: a rule that finds what trains badly, or does something else than it seems to, in a network without errors. */
import type { Apply, Network, Statement, Train } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import type { DiagnosticCode, FactsOf } from "../../diagnostics/catalogue.ts";
import { type Diagnostic, diagnose, type Fix, type Related } from "../../diagnostics/diagnostic.ts";
import type { TrainConfiguration } from "../../learning/configuration.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";

export type LintCode = Extract<DiagnosticCode, `lints/${string}`>;

/** A network without errors, with the parameters it was compiled for. */
export interface LintSubject {
  readonly graph: Graph;
  /** `undefined` when the file has no train section for it. */
  readonly train: TrainConfiguration | undefined;
  readonly syntax: { readonly network: Network; readonly train: Train | undefined };
  /** The consumers of each node, by node number. */
  readonly readers: readonly (readonly GraphNode[])[];
  /** The statement that created a node, in whichever file it is; for `encoder e = call()`, the call. */
  readonly statementOf: (node: GraphNode) => Statement | undefined;
  /** The same as statementOf, where it is a call. */
  readonly callOf: (node: GraphNode) => Apply | undefined;
  /**
   * The feature maps at the training size: the training crop, or inputs of fixed size. `undefined` where there is no such
   * size, or where the network does not accept it.
   */
  readonly trained: () => ShapedGraph | undefined;
}

/** One place where a lint holds. A fix is offered only if compiling its result shows that it helps. */
export interface Finding<C extends LintCode = LintCode> {
  readonly facts: FactsOf<C>;
  readonly at: Span;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

export interface Lint {
  readonly code: LintCode;
  /** Pure: the result depends only on the subject, in the order of the graph. */
  readonly find: (subject: LintSubject) => readonly Diagnostic[];
}

/** `find` returns the facts of its own code; diagnostics/lints.ts turns them into messages. */
export function lint<C extends LintCode>(
  code: C,
  find: (subject: LintSubject) => Iterable<Finding<C>>,
): Lint {
  return {
    code,
    find: (subject) =>
      Array.from(find(subject), ({ facts, at, related, fixes }) =>
        diagnose(code, facts, at, { related: related ?? [], fixes: fixes ?? [] }),
      ),
  };
}
