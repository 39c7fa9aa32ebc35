/** `level[i]`, `node[i, j]`, `vgg.pool4` and `vgg.pool4.channels`. */
import type { Expression, IndexExpression, MemberExpression } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { perAxis } from "../../axis.ts";
import { indexText } from "../../family.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { reasonOf } from "../../geometry/sized.ts";
import { meantBy } from "../names/habits.ts";
import type { Scope } from "../names/scope.ts";
import { describeValue, type MapValue, type Members, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { lacksCurrent } from "./current-value.ts";
import { wrong } from "./wrong.ts";

export function evaluateIndex(
  expression: IndexExpression,
  target: Value,
  given: readonly (number | undefined)[],
  scope: Scope,
  state: Elaboration,
): Value {
  const indices = given.filter((index) => index !== undefined);
  const [index, ...inner] = indices;
  if (target.kind === "poison" || index === undefined || indices.length < given.length) return poison;
  if (target.kind === "family") {
    const place = indexText(indices);
    const entry = target.entries.get(place);
    if (entry !== undefined) {
      scope.record.refer(nameSpan(expression.target), entry.definition);
      return entry.value;
    }
    const known = [...target.entries.keys()];
    state.report("names/no-entry", { family: target.name, index: place, known }, expression.span);
    return poison;
  }
  if (target.kind === "list") {
    const item = Number.isInteger(index) ? target.items.at(index) : undefined;
    if (item !== undefined && index >= 0)
      return inner.length === 0 ? item : evaluateIndex(expression, item, inner, scope, state);
    const wanted = `a whole number from 0 to ${target.items.length - 1}`;
    state.report(
      "values/wrong-kind",
      {
        what: "the index",
        wanted,
        found: describeValue({ kind: "number", value: index }),
        nearest: undefined,
      },
      expression.indices.at(-indices.length)?.span ?? expression.span,
    );
    return poison;
  }
  return wrong(
    expression.target,
    "the indexed value",
    "a list or indexed feature maps",
    target,
    scope,
    state,
    target.kind === "map" ? numberedInstead(target, given.length) : undefined,
  );
}

/** What a program has where one feature map was taken for several. */
function numberedInstead({ called, members }: MapValue, indices: number): string {
  const names = members === undefined ? [] : mapsAmong(members).map(({ shown }) => shown);
  if (names.length > 0)
    return `its feature maps are ${names
      .slice(0, 8)
      .map((name) => `${called}.${name}`)
      .join(", ")}${names.length > 8 ? " …" : ""}`;
  const place = ["i", "j"].slice(0, indices).join(", ");
  return `in a loop, \`as name[${place}]\` names the feature map of each iteration`;
}

interface MapMember {
  readonly name: string;
  /** For a person: `stage[0] … stage[3]` of a family. */
  readonly shown: string;
  /** Of a family, with their indices. */
  readonly entries: readonly string[];
}

/** The feature maps among members, which are also parameters and variables. */
function mapsAmong(members: Members): readonly MapMember[] {
  return [...members.ownNames()].flatMap((name) => {
    const value = members.own(name)?.value;
    if (value?.kind === "map") return [{ name, shown: name, entries: [] }];
    if (value?.kind !== "family") return [];
    const entries = [...value.entries.keys()].map((index) => `${name}[${index}]`);
    const shown = entries.length > 2 ? `${entries[0]} … ${entries.at(-1)}` : entries.join(", ");
    return [{ name, shown, entries }];
  });
}

/** The last name of `level` or `vgg.level`. */
function nameSpan(target: Expression): Span {
  return target.kind === "member" ? target.member.span : target.span;
}

export function evaluateMember(
  expression: MemberExpression,
  target: Value,
  scope: Scope,
  state: Elaboration,
): Value {
  if (lacksCurrent(target, expression.target.span, state)) return poison;
  // These come before the members: those of a block include its parameters, which often have these names.
  if (target.kind === "map" && expression.member.text === "channels")
    return { kind: "number", value: state.builder.node(target.node).map.channels };
  if (target.kind === "map" && expression.member.text === "stride")
    return strideOf(target, expression.span, state);
  if (target.kind !== "map" || target.members === undefined) {
    if (target.kind === "map") {
      reportNoMember(expression, target.called, [], state);
      return poison;
    }
    if (target.kind === "family") {
      const known = [...target.entries.keys()];
      state.report("names/needs-index", { family: target.name, known }, expression.target.span);
      return poison;
    }
    return wrong(
      expression.target,
      "the value before the dot",
      "the name of an encoder or a block call",
      target,
      scope,
      state,
    );
  }
  const found = target.members.own(expression.member.text);
  if (found !== undefined) {
    if (found.value.kind !== "family") scope.record.refer(expression.member.span, found.definition);
    return found.value;
  }
  reportNoMember(expression, target.called, mapsAmong(target.members), state);
  return poison;
}

function reportNoMember(
  { member }: MemberExpression,
  owner: string,
  maps: readonly MapMember[],
  state: Elaboration,
): void {
  const names = maps.map(({ name }) => name);
  const numbered = names.filter((name) => name.replace(/\d+$/u, "") === member.text);
  const meant =
    numbered.length > 1
      ? { nearest: undefined, instead: byNumber(owner, numbered) }
      : meantBy(member.text, "member", [...names, ...maps.flatMap(({ entries }) => entries), ...facets]);
  const facts = { owner, member: member.text, known: maps.map(({ shown }) => shown), ...meant };
  state.report("names/no-member", facts, member.span);
}

/** `r.res[i]`, where the members are res2, res3, … */
function byNumber(owner: string, names: readonly string[]): string {
  const members = names.map((name) => `${owner}.${name}`);
  return `the number is part of the name: ${members[0]}; chosen by an index, [${members.join(", ")}][i]`;
}

/** What every feature map has. */
const facets = ["channels", "stride"] as const;

/** The distance between neighbouring positions in input pixels: one number, or an extent where the axes differ. */
function strideOf(map: MapValue, at: Span, state: Elaboration): Value {
  const { geometry } = state.builder.node(map.node).map;
  const [y, x] = perAxis((axis) => gridWithin(geometry[axis])?.stride);
  if (y !== undefined && x !== undefined) {
    const [height, width] = [y.numerator / y.denominator, x.numerator / x.denominator];
    return height === width ? { kind: "number", value: height } : { kind: "extent", value: [height, width] };
  }
  const reason = reasonOf(geometry[y === undefined ? 0 : 1]);
  state.report("values/no-stride", { called: map.called, reason }, at);
  return poison;
}
