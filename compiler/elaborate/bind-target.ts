/** `as name` and `as name[index]`. */
import type { Target } from "../../grammar/ast.ts";
import type { Scope } from "../names/scope.ts";
import type { MapValue, Poison } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";
import { evaluateCount } from "./evaluate.ts";

/** The name as written and counted out: "level[0]"; `undefined` without a target, or when its index is wrong (not reported here). */
export function targetLabel(
  target: Target | undefined,
  scope: Scope,
  state: Elaboration,
): string | undefined {
  if (target === undefined) return undefined;
  if (target.index === undefined) return target.name.text;
  const silent = state.diagnostics.length;
  const index = evaluateCount(target.index, "the index", 0, scope, state);
  state.diagnostics.length = silent; // bindTarget evaluates it again and reports
  return index === undefined ? undefined : `${target.name.text}[${index}]`;
}

export function bindTarget(target: Target, map: MapValue | Poison, scope: Scope, state: Elaboration): void {
  const holder = scope.mapScope();
  const name = target.name.text;
  const named = (label: string): MapValue | Poison => (map.kind === "map" ? { ...map, called: label } : map);
  if (target.index === undefined) {
    const known = holder.own(name);
    if (known === undefined) holder.bind(name, { value: named(name), span: target.span });
    else reportTaken(name, target, known.span, state);
    return;
  }
  const index = evaluateCount(target.index, "the index", 0, scope, state);
  if (index === undefined) return;
  const label = `${name}[${index}]`;
  const known = holder.bindIndexed(name, index, named(label), target.span);
  if (known !== undefined) reportTaken(label, target, known.span, state);
}

function reportTaken(name: string, target: Target, first: Target["span"], state: Elaboration): void {
  state.report("names/taken", { name, what: "name" }, target.span, {
    related: [{ span: first, message: "bound here first" }],
  });
}
