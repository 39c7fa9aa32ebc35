/** One network of a file, with given parameters, to its graph. */
import type { Block, Network } from "../../../grammar/ast.ts";
import type { Argument } from "../../../grammar/expression.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { Graph } from "../../network/graph.ts";
import { bindParameters } from "../calls/bind-parameters.ts";
import type { LostText } from "../names/lost-text.ts";
import type { Scope } from "../names/scope.ts";
import { asNumber, printValue } from "../names/value.ts";
import { Elaboration } from "../state/elaboration.ts";
import { elaborateBody } from "./statements.ts";

export interface ElaboratedNetwork {
  /** `undefined` when there are errors. */
  readonly graph: Graph | undefined;
  /** With errors: the feature maps that could be computed despite them, if any. */
  readonly partial: Graph | undefined;
  /** Parameter values as the language writes them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The value of the parameter `classes`, as names or as a count. */
  readonly classes: readonly string[] | undefined;
  readonly classCount: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly calledBlocks: ReadonlySet<Block>;
  /** Number of nodes, also when there are errors. */
  readonly operations: number;
}

export function elaborateNetwork(
  network: Network,
  fileScope: Scope,
  settings: readonly Argument[],
  lost: ReadonlyMap<string, LostText>,
): ElaboratedNetwork {
  const state = new Elaboration(network.name.text, lost, elaborateBody);
  fileScope.record.beginNetwork();
  const owner = { kind: "network", name: network.name.text, parameters: network.parameters } as const;
  const scope = bindParameters(owner, settings, network.name.span, fileScope, fileScope, state);
  if (scope !== undefined) {
    elaborateBody(network.body, scope, state, "network");
    requireEnds(network, state);
  }
  const parameters = new Map<string, string>();
  for (const { name } of network.parameters) {
    const binding = scope?.own(name.text);
    if (binding !== undefined) parameters.set(name.text, printValue(binding.value));
  }
  const classes = scope?.own("classes")?.value;
  const names =
    classes?.kind === "list"
      ? classes.items.map((item) =>
          item.kind === "text" || item.kind === "word" ? item.value : printValue(item),
        )
      : undefined;
  const sound = !state.incomplete && !state.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const graph = sound
    ? state.builder.finish(
        state.outputs.map(({ span: _, ...output }) => output),
        names,
      )
    : undefined;
  if (graph instanceof Refusal) state.refused(graph, network.name.span);
  const partial =
    graph === undefined && state.builder.length > 0 ? state.builder.finish([], names) : undefined;
  return {
    graph: graph instanceof Refusal ? undefined : graph,
    partial: partial instanceof Refusal ? undefined : partial,
    parameters,
    classes: names,
    classCount: classes === undefined ? undefined : asNumber(classes),
    diagnostics: state.diagnostics,
    calledBlocks: state.calledBlocks,
    operations: state.builder.length,
  };
}

/** Reports a missing input or output, once, and only when there are no other errors. */
function requireEnds(network: Network, state: Elaboration): void {
  if (state.incomplete || state.diagnostics.some((diagnostic) => diagnostic.severity === "error")) return;
  const facts = { network: network.name.text };
  if (state.current === undefined) state.report("structure/no-input", facts, network.name.span);
  else if (state.outputs.length === 0) state.report("structure/no-output", facts, network.name.span);
}
