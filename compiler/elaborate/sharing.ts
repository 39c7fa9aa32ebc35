/** `weights = low`: a call whose layers use the weights of an earlier one, in the same order. */
import type { Apply } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { describeWeights, type GraphBuilder } from "../ir/build.ts";
import type { Scope } from "../names/scope.ts";
import type { Elaboration } from "./elaboration.ts";
import { evaluate } from "./evaluate.ts";
import { wrong } from "./wrong.ts";

const nothing = "nothing more";

export class Sharing {
  readonly #sources: readonly number[];
  /** Of the call around, in whose count the layers of this one are too. */
  readonly #outer: Sharing | undefined;
  #taken = 0;

  constructor(sources: readonly number[], outer: Sharing | undefined) {
    this.#sources = sources;
    this.#outer = outer;
  }

  /** The node gets the weights of the next layer there. */
  take(id: number, builder: GraphBuilder): Refusal | undefined {
    const source = this.#next();
    if (source !== undefined) return builder.share(id, source);
    return refuse("structure/weights-differ", { here: describeWeights(builder.node(id)), there: nothing });
  }

  #next(): number | undefined {
    if (this.#outer !== undefined) this.#outer.#next();
    return this.#sources[this.#taken++];
  }

  /** Refused: a layer there has no counterpart here. */
  end(builder: GraphBuilder): Refusal | undefined {
    const left = this.#sources[this.#taken];
    if (left === undefined) return undefined;
    const source = builder.node(left);
    const there = describeWeights(builder.node(source.sharesWith ?? left));
    return refuse("structure/weights-differ", { here: nothing, there });
  }
}

export interface SharingCall {
  /** Without the argument `weights`. */
  readonly apply: Apply;
  readonly sharing: Sharing | undefined;
  /** Of the argument. */
  readonly span: Span;
}

/** `undefined` when what `weights` names has none to share; that is reported. */
export function sharingCall(apply: Apply, scope: Scope, state: Elaboration): SharingCall | undefined {
  const argument = apply.arguments?.find(({ name }) => name?.text === "weights");
  if (argument === undefined) return { apply, sharing: undefined, span: apply.span };
  const value = evaluate(argument.value, scope, state);
  if (value.kind === "poison") return undefined;
  if (value.kind !== "map") {
    const what = `weights of ${apply.callee.text}`;
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
  const rest = apply.arguments?.filter((other) => other !== argument);
  return {
    apply: { ...apply, arguments: rest },
    sharing: new Sharing(sources, state.sharing),
    span: argument.span,
  };
}
