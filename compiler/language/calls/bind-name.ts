/** Binds names: `as name`, `as name[index]`, `let`, inputs and named sections. */
import type { Target } from "../../../grammar/ast.ts";
import type { Name } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { evaluateCount } from "../expressions/evaluate.ts";
import type { NameKind } from "../names/name-record.ts";
import type { Binding, Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";

/** A target with its index evaluated. */
export interface MapName {
  readonly name: string;
  readonly index: number | undefined;
  /** The name with its index: "level[0]". */
  readonly label: string;
  readonly span: Span;
  /** The name without its index. */
  readonly definition: Span;
}

/** `undefined` without a target, and after an error in its index, which is reported; the name is then poison. */
export function nameOf(target: Target | undefined, scope: Scope, state: Elaboration): MapName | undefined {
  if (target === undefined) return undefined;
  const name = target.name.text;
  const spans = { span: target.span, definition: target.name.span };
  if (target.index === undefined) return { name, index: undefined, label: name, ...spans };
  const index = evaluateCount(target.index, "the index", 0, scope, state);
  if (index !== undefined) return { name, index, label: `${name}[${index}]`, ...spans };
  scope.mapScope().bind(name, { value: poison, kind: "feature map", ...spans });
  return undefined;
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
  if (name.index === undefined) {
    bindName(name.name, named, { ...name, kind: "feature map" }, holder, state);
    return;
  }
  const known = holder.own(name.name);
  if (known?.value.kind === "poison") return;
  if (!holder.bindIndexed(name.name, name.index, named, name)) reportTaken(name, holder, state);
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
  { name, index, label, span }: Omit<MapName, "definition">,
  scope: Scope,
  state: Elaboration,
): void {
  const known = scope.own(name);
  const indexed = known?.value.kind === "family" ? known.value.spans.get(index ?? -1) : undefined;
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
  state.report("names/taken", { name: label, what: "name" }, span, {
    related: first === undefined ? [] : [{ span: first, message: "first defined here" }],
  });
}
