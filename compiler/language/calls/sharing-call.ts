/** `weights = low`: a call whose layers use the weights of an earlier one. */
import type { Apply } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import { words } from "../../ops/registry.ts";
import { evaluate } from "../expressions/evaluate.ts";
import { wrong } from "../expressions/wrong.ts";
import type { Scope } from "../names/scope.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { Sharing } from "../state/sharing.ts";

export interface SharingCall {
  /** Without the argument `weights`. */
  readonly apply: Apply;
  readonly sharing: Sharing | undefined;
  /** Of the argument. */
  readonly span: Span;
}

/** Arguments about the weights of the operation itself: their initialisation, and whether they are trained. */
const ownWeightsOnly: ReadonlySet<string> = new Set(["init", "frozen"]);

/** `undefined` when `weights` names something without weights, which is reported. */
export function sharingCall(apply: Apply, scope: Scope, state: Elaboration): SharingCall | undefined {
  const argument = apply.arguments?.find(({ name }) => name?.text === "weights");
  if (argument === undefined) return { apply, sharing: undefined, span: apply.span };
  const value = evaluate(argument.value, scope, state);
  if (value.kind === "poison") return undefined;
  if (value.kind !== "map") {
    const what = `\`weights\` of ${apply.callee.text}`;
    wrong(argument.value, what, "the name of a layer, an encoder or a block call", value, scope, state);
    return undefined;
  }
  const [from, to] = value.made ?? [value.node, value.node + 1];
  const sources: number[] = [];
  for (let id = from; id < to; id++) {
    const { weights, sharesWith } = state.builder.node(id);
    if (weights.length > 0 || sharesWith !== undefined) sources.push(id);
  }
  if (sources.length === 0) {
    state.report("structure/no-weights", { called: value.called }, argument.value.span);
    return undefined;
  }
  const idle = apply.arguments?.find(({ name }) => ownWeightsOnly.has(name?.text ?? ""));
  if (idle !== undefined && words.has(apply.callee.text)) {
    const facts = { argument: idle.name?.text ?? "", called: value.called };
    state.report("structure/shared-elsewhere", facts, idle.span);
    return undefined;
  }
  const rest = apply.arguments?.filter((other) => other !== argument);
  return {
    apply: { ...apply, arguments: rest },
    sharing: new Sharing(sources, state.sharing),
    span: argument.span,
  };
}
