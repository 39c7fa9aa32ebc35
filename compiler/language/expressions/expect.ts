/** `expect [512, H/16, W/16] stride 16 field 196`: facts about the current feature map that are checked. */

import type { Expect } from "../../../grammar/ast.ts";
import type { Expression, ListLiteral } from "../../../grammar/expression.ts";
import { axes, type PerAxis } from "../../axis.ts";
import { numberText } from "../../diagnostics/number-text.ts";
import type { AxisGeometry } from "../../geometry/axis-geometry.ts";
import { largestField } from "../../geometry/field-size.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { formatRational, type Rational, rational } from "../../geometry/rational.ts";
import { reasonOf } from "../../geometry/sized.ts";
import { nearestName } from "../../nearest.ts";
import type { GraphNode } from "../../network/graph.ts";
import { formula } from "../../sizes/formula.ts";
import { lcm } from "../../sizes/integers.ts";
import type { SizeFunction } from "../../sizes/size-function.ts";
import { allSizes, contains } from "../../sizes/size-set.ts";
import { sizeAt } from "../../sizes/size-table.ts";
import type { Scope } from "../names/scope.ts";
import { describeValue } from "../names/value.ts";
import { currentMap } from "../state/current-map.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { type DimensionFormula, dimensionFormula } from "./dimension-formula.ts";
import { evaluate, evaluateCount } from "./evaluate.ts";
import { wrong } from "./wrong.ts";

const facts = ["stride", "offset", "field", "parameters"] as const;

export function elaborateExpect(expect: Expect, scope: Scope, state: Elaboration): void {
  const current = currentMap("expect", expect.span, state);
  if (current === undefined) return;
  const node = state.builder.node(current.node);
  if (expect.shape !== undefined) expectShape(expect.shape, node, scope, state);
  for (const { name, value } of expect.facts) {
    const fact = facts.find((known) => known === name.text);
    if (fact === undefined)
      state.report(
        "expectations/unknown-fact",
        { fact: name.text, nearest: nearestName(name.text, facts) },
        name.span,
      );
    else if (fact === "parameters") expectParameters(value, scope, state);
    else expectGeometry(fact, value, node, scope, state);
  }
}

type AnyNode = Pick<GraphNode, "map">;

function expectShape(shape: ListLiteral, node: AnyNode, scope: Scope, state: Elaboration): void {
  const [channels, ...sizes] = shape.items;
  if (channels === undefined || sizes.length !== 2) {
    state.report("expectations/shape", { found: `${shape.items.length} items` }, shape.span);
    return;
  }
  const named = shape.items.find((item) => item.name !== undefined)?.name;
  if (named !== undefined) {
    state.report("expectations/shape", { found: "a list with names" }, named.span);
    return;
  }
  const count = evaluateCount(channels.value, "the expected channels", 1, scope, state);
  if (count !== undefined && count !== node.map.channels)
    state.report(
      "expectations/differs",
      { what: "channels", expected: String(count), found: String(node.map.channels) },
      channels.value.span,
    );
  for (const [index, item] of sizes.entries()) {
    const axis = index === 0 ? 0 : 1;
    const expected = dimensionFormula(item.value, scope);
    if (expected === undefined) state.report("expectations/dimension", {}, item.value.span);
    else expectSize(expected, node.map.size[axis], axis, item.value, state);
  }
}

/** Formulas are evaluated in doubles (H/3 is not exact); sizes that differ do so by far more than the rounding. */
const tolerance = 1e-6;
const mostCompared = 1_000_000;

/** Compares at every accepted size, up to where both have repeated. */
function expectSize(
  expected: DimensionFormula,
  size: SizeFunction,
  axis: 0 | 1,
  at: Expression,
  state: Elaboration,
): void {
  if (!knownSymbol(expected, at, state)) return;
  const symbol = size.symbol ?? expected.symbol;
  const accepted = (symbol === undefined ? undefined : state.accepted.get(symbol)) ?? allSizes(symbol);
  const found = formula(size, accepted, { unicode: true });
  const differs = (shown: string): void =>
    state.report(
      "expectations/differs",
      { what: axis === 0 ? "height" : "width", expected: expected.text, found: `${found}${shown}` },
      at.span,
    );
  if (size.symbol !== undefined && expected.symbol !== undefined && size.symbol !== expected.symbol) {
    differs("");
    return;
  }
  const period = lcm(lcm(size.cycle.length, accepted.cycle.length), expected.period);
  const last = Math.max(size.prefix.length, accepted.prefix.length) + 2 * period;
  if (!(last <= mostCompared)) {
    state.report("sizes/too-irregular", { what: "this expectation", limit: mostCompared }, at.span);
    return;
  }
  const misses = (n: number): boolean => {
    const cells = contains(accepted, n) ? sizeAt(size, n) : undefined;
    // Not "greater than": a formula past the largest number may be no number at all.
    return cells !== undefined && !(Math.abs(expected.value(n) - cells) <= tolerance);
  };
  let first = 1;
  while (first <= last && !misses(first)) first++;
  if (first > last) return;
  const n = [256, 512, 572, 101].find(misses) ?? first;
  differs(
    symbol === undefined
      ? ""
      : ` (at ${symbol} = ${n}: ${sizeAt(size, n)}, not ${numberText(expected.value(n))})`,
  );
}

/** Reports a formula with a symbol that no input has. */
function knownSymbol({ symbol }: DimensionFormula, at: Expression, state: Elaboration): boolean {
  const known = state.builder.symbols();
  if (symbol === undefined || known.includes(symbol)) return true;
  const facts = { name: symbol, what: "input size", nearest: nearestName(symbol, known), known };
  state.report("names/unknown", facts, at.span);
  return false;
}

/** A number for both axes, or an extent; strides and offsets may be fractions (1/2). */
function expectGeometry(
  fact: "stride" | "offset" | "field",
  value: Expression,
  node: AnyNode,
  scope: Scope,
  state: Elaboration,
): void {
  const found = evaluate(value, scope, state);
  const pair: PerAxis<number> | undefined =
    found.kind === "extent" ? found.value : found.kind === "number" ? [found.value, found.value] : undefined;
  if (pair === undefined) {
    wrong(value, `the expected ${fact}`, "a number", found, scope, state);
    return;
  }
  for (const axis of [0, 1] as const) {
    const geometry = node.map.geometry[axis];
    const grid = gridWithin(geometry);
    const what = `${fact} in ${axes[axis]}`;
    const expected = pair[axis];
    const exact = fact === "field" ? fieldOf(geometry) : grid?.[fact];
    if (exact === undefined) {
      const why =
        (fact === "field" && geometry.kind === "sized" ? geometry.reason : reasonOf(geometry)) ??
        "every position depends on the whole input";
      state.report(
        "expectations/differs",
        { what, expected: describeValue(found), found: `none: ${why}` },
        value.span,
      );
      return;
    }
    // The expected value is a double (1/3 is not exact); strides that differ do so by far more than the rounding.
    if (Math.abs(exact.numerator - expected * exact.denominator) < 1e-9 * exact.denominator) continue;
    state.report(
      "expectations/differs",
      { what, expected: numberText(expected), found: formatRational(exact) },
      value.span,
    );
    return;
  }
}

function fieldOf(geometry: AxisGeometry): Rational | undefined {
  const field = largestField(geometry);
  return field === undefined ? undefined : rational(field);
}

/** All weights, biases, and normalisation scales and shifts so far. */
function expectParameters(value: Expression, scope: Scope, state: Elaboration): void {
  const expected = evaluateCount(value, "the expected parameters", 0, scope, state);
  if (expected === undefined) return;
  let found = 0;
  for (let id = 0; id < state.builder.length; id++)
    for (const weight of state.builder.node(id).weights)
      if (weight.counted) found += weight.shape.reduce((product, length) => product * length, 1);
  if (found !== expected)
    state.report(
      "expectations/differs",
      { what: "parameters", expected: String(expected), found: String(found) },
      value.span,
    );
}
