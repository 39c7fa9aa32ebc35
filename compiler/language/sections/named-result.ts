/** `as name` after a loop or a condition: the feature map at its end has the name, and its layers are named after it. */
import type { Target } from "../../../grammar/ast.ts";
import { bindMap, nameOf } from "../calls/bind-name.ts";
import type { Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison } from "../names/value.ts";
import { currentMap } from "../state/current-map.ts";
import type { BodyRole, Elaboration } from "../state/elaboration.ts";

/** @param inside elaborates the body, as often as it is run */
export function namingResult(
  as: Target | undefined,
  scope: Scope,
  state: Elaboration,
  role: BodyRole,
  inside: () => void,
): void {
  if (as !== undefined && role === "fork")
    state.report("structure/only-paths-in-fork", { what: `"as ${as.name.text}"` }, as.span);
  const name = role === "fork" ? undefined : nameOf(as, scope, state);
  if (name === undefined) {
    inside();
    return;
  }
  const before = state.builder.length;
  state.within({ prefix: `${state.prefix}${name.label}.` }, inside);
  const end = currentMap(`"as ${name.label}"`, name.span, state);
  if (end !== undefined && end.node >= before && state.builder.node(end.node).origin.label === undefined)
    state.builder.label(end.node, name.label);
  const result: MapValue | Poison =
    end === undefined
      ? poison
      : { ...end, called: name.label, members: undefined, made: [before, state.builder.length] };
  if (end !== undefined) state.current = result;
  bindMap(name, result, scope, state);
}
