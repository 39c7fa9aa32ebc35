/** Binds names: `as name`, `as name[index]`, `as new name`, `let`, inputs and named sections. */
import type { Target } from "../../../grammar/ast.ts";
import type { Expression, Name } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { indexText, memberName } from "../../family.ts";
import { words } from "../../ops/registry.ts";
import { evaluateCount } from "../expressions/evaluate.ts";
import type { NameKind } from "../names/name-record.ts";
import type { Binding, Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";

/** A target with its indices evaluated. */
export interface MapName {
  readonly name: string;
  /** "0", "0,2"; `undefined` without brackets. */
  readonly index: string | undefined;
  /** The name with its indices: "level[0]". */
  readonly label: string;
  /** Written `as new`: a feature map that has this name gives it up. */
  readonly renewed: boolean;
  readonly span: Span;
  /** The name without its indices. */
  readonly definition: Span;
}

/** `undefined` without a target, and after an error in it, which is reported; the name is then poison. */
export function nameOf(target: Target | undefined, scope: Scope, state: Elaboration): MapName | undefined {
  if (target === undefined) return undefined;
  const { renewed } = target;
  const name = target.name.text;
  const spans = { span: target.span, definition: target.name.span };
  if (renewed && (words.has(name) || scope.block(name) !== undefined)) {
    state.report("names/new-operation", { name }, target.name.span);
    state.incomplete = true;
    return undefined;
  }
  if (target.indices.length === 0) return { name, index: undefined, label: name, renewed, ...spans };
  const indices = indicesOf(target.indices, scope, state);
  if (indices !== undefined)
    return { name, index: indexText(indices), label: memberName(name, indices), renewed, ...spans };
  scope.mapScope().bind(name, { value: poison, kind: "feature map", ...spans });
  return undefined;
}

/** Whole numbers ≥ 0; `undefined` where one is not, which is reported. */
export function indicesOf(
  indices: readonly Expression[],
  scope: Scope,
  state: Elaboration,
): readonly number[] | undefined {
  const found = indices.map((index) => evaluateCount(index, "the index", 0, scope, state, "index"));
  const known = found.filter((index) => index !== undefined);
  return known.length === found.length ? known : undefined;
}

export function bindMap(
  name: MapName | undefined,
  map: MapValue | Poison,
  scope: Scope,
  state: Elaboration,
): void {
  if (name === undefined) return;
  const holder = scope.mapScope();
  const named: MapValue | Poison = map.kind === "map" ? { ...map, called: name.label } : map;
  const { span, definition } = name;
  const known = holder.own(name.name);
  if (name.index !== undefined) {
    if (known?.value.kind === "poison") return;
    if (!holder.bindIndexed(name.name, name.index, { value: named, span, definition }, name.renewed))
      reportTaken(name, holder, state);
  } else if (name.renewed && known?.kind === "feature map" && known.value.kind !== "family") {
    holder.bind(name.name, { value: named, span, definition, kind: "feature map" });
  } else {
    bindName(name.name, named, { span, definition, kind: "feature map" }, holder, state);
  }
}

/** Binds a name in this scope. A name that is already bound there is reported, and is poison from then on. */
export function bindName(
  name: string,
  value: Value,
  { span, definition, kind }: Omit<Binding, "value">,
  scope: Scope,
  state: Elaboration,
): void {
  if (scope.own(name) === undefined) scope.bind(name, { value, span, definition, kind });
  else reportTaken({ name, index: undefined, label: name, span }, scope, state);
}

/** As above, where the name itself is what is bound. */
export function bindWord(name: Name, value: Value, kind: NameKind, scope: Scope, state: Elaboration): void {
  bindName(name.text, value, { span: name.span, definition: name.span, kind }, scope, state);
}

function reportTaken(
  { name, index, label, span }: Pick<MapName, "name" | "index" | "label" | "span">,
  scope: Scope,
  state: Elaboration,
): void {
  const known = scope.own(name);
  const indexed = known?.value.kind === "family" ? known.value.entries.get(index ?? "")?.span : undefined;
  const first = indexed ?? known?.span;
  if (known !== undefined) scope.bind(name, { ...known, value: poison, span: first ?? span });
  if (known?.value.kind === "poison") return;
  if (first?.file === span.file && first.start === span.start) {
    const turn = state.path.findLast((step) => step.kind === "turn")?.name;
    state.report(
      "names/taken-each-turn",
      { name: label, variable: turn === "repeat" ? undefined : turn },
      span,
    );
    return;
  }
  const renewable =
    known?.kind === "feature map" && (known.value.kind === "family") === (index !== undefined);
  const facts = { name: label, what: "name", renewed: renewable ? label : undefined };
  state.report("names/taken", facts, span, {
    related: first === undefined ? [] : [{ span: first, message: "first defined here" }],
  });
}
