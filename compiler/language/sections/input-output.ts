/** `input image [3, H, W]`, `output labels by softmax` and `output side[i] by sigmoid`. */

import type { Input, Output } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { familyOf, memberName } from "../../family.ts";
import type { Grid } from "../../geometry/axis-geometry.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { gridIn } from "../../geometry/input-scale.ts";
import { formatRational, type Rational } from "../../geometry/rational.ts";
import { isFitted } from "../../network/fitted.ts";
import { inputNamed, isInput } from "../../ops/input.ts";
import type { InputDimension } from "../../ops/operation.ts";
import { activated, asOutputActivation, outputActivations } from "../../ops/output-activation.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import { bindArguments } from "../calls/bind-arguments.ts";
import { bindWord, indicesOf } from "../calls/bind-name.ts";
import { evaluateCount } from "../expressions/evaluate.ts";
import { meantBy } from "../names/habits.ts";
import type { Scope } from "../names/scope.ts";
import { asNumber, type MapValue, poison } from "../names/value.ts";
import { appendNode } from "../state/append-node.ts";
import { currentMap } from "../state/current-map.ts";
import type { Elaboration } from "../state/elaboration.ts";

export function elaborateInput(input: Input, scope: Scope, state: Elaboration): void {
  const [channels, height, width, ...more] = input.shape.items;
  const name = input.name.text;
  const named = input.shape.items.find((item) => item.name !== undefined);
  if (channels === undefined || height === undefined || width === undefined || more.length > 0) {
    state.report("structure/input-shape", { found: `${input.shape.items.length} items` }, input.shape.span);
    state.current = poison;
  } else if (named?.name !== undefined) {
    state.report("structure/input-shape", { found: "a list with names" }, named.name.span);
    state.current = poison;
  } else if (channels.value.kind === "reference" && scope.lookup(channels.value.name.text) === undefined) {
    state.report("structure/input-channels", { found: channels.value.name.text }, channels.value.span);
    state.current = poison;
  } else {
    const count = evaluateCount(channels.value, "the channels of an input", 1, scope, state);
    const sizes = [height, width].map((item) => inputDimension(item.value, scope, state));
    const [y, x] = sizes;
    state.current =
      count === undefined || y === undefined || x === undefined
        ? poison
        : appendNode(inputNamed(name, count, [y, x]), { span: input.span, label: name }, state);
  }
  bindWord(input.name, state.current, "input", scope.mapScope(), state);
}

/** A height or width: scale·symbol + shift with whole numbers, or a whole number. */
function inputDimension(
  expression: Expression,
  scope: Scope,
  state: Elaboration,
): InputDimension | undefined {
  const linear = linearForm(expression, scope);
  if (
    linear !== undefined &&
    Number.isSafeInteger(linear.scale) &&
    Number.isSafeInteger(linear.shift) &&
    (linear.symbol === undefined ? linear.shift >= 1 : linear.scale >= 1)
  )
    return linear;
  state.report("structure/input-dimension", {}, expression.span);
  return undefined;
}

function linearForm(expression: Expression, scope: Scope): InputDimension | undefined {
  if (expression.kind === "number") return { symbol: undefined, scale: 0, shift: expression.value };
  if (expression.kind === "reference") {
    const bound = scope.lookup(expression.name.text, expression.span);
    if (bound === undefined) scope.record.symbol(expression.name.text, expression.span);
    if (bound === undefined) return { symbol: expression.name.text, scale: 1, shift: 0 };
    const number = asNumber(bound.value);
    return number === undefined ? undefined : { symbol: undefined, scale: 0, shift: number };
  }
  if (expression.kind !== "binary") return undefined;
  const left = linearForm(expression.left, scope);
  const right = linearForm(expression.right, scope);
  if (left === undefined || right === undefined) return undefined;
  const { operator } = expression;
  const symbol = left.symbol ?? right.symbol;
  const both = left.symbol !== undefined && right.symbol !== undefined;
  if (operator === "*" && !both) {
    const factor = left.symbol === undefined ? left : right;
    const other = left.symbol === undefined ? right : left;
    return { symbol, scale: other.scale * factor.shift, shift: other.shift * factor.shift };
  }
  if ((operator === "+" || operator === "-") && !(both && left.symbol !== right.symbol)) {
    const sign = operator === "+" ? 1 : -1;
    return { symbol, scale: left.scale + sign * right.scale, shift: left.shift + sign * right.shift };
  }
  return undefined;
}

export function elaborateOutput(output: Output, scope: Scope, state: Elaboration): void {
  const indices = indicesOf(output.indices, scope, state);
  bindArguments("output", [], output.options, output.span, scope, state);
  const logits = currentMap("output", output.span, state);
  if (logits === undefined || indices === undefined) return;
  const name = memberName(output.name.text, indices);
  if (isTaken(name, output, state)) return;
  scope.record.define(output.name.text, "output", output.name.span);
  const asked = output.activation;
  const activation = asked && asOutputActivation(asked.text);
  if (asked !== undefined && activation === undefined) {
    const facts = { activation: asked.text, ...meantBy(asked.text, "outputActivation", outputActivations) };
    state.report("structure/unknown-activation", facts, asked.span);
    return;
  }
  const result =
    activation === undefined
      ? logits
      : appendNode(activated(activation, logits.node), { span: output.span, label: name }, state);
  if (result.kind === "poison") return;
  state.outputs.push({ name, node: result.node, logits: logits.node, activation, span: output.span });
  if (indices.length > 0) warnOfAnother(name, output, logits, scope, state);
  warnCoarse(name, result.node, output, state);
}

/** By an output of the same name, or by a family where this is one output, or the other way round; it is reported. */
function isTaken(name: string, output: Output, state: Elaboration): boolean {
  const taken = state.outputs.find(
    (other) => other.name === name || familyOf(other.name) === name || other.name === familyOf(name),
  );
  if (taken === undefined) return false;
  if (taken.span.file === output.span.file && taken.span.start === output.span.start)
    state.report("structure/output-each-turn", { name }, output.name.span);
  else
    state.report("names/taken", { name, what: "output" }, output.name.span, {
      related: [{ span: taken.span, message: "first defined here" }],
    });
  return true;
}

/** Warns where an output of a family is not the feature map that has its name. */
function warnOfAnother(
  name: string,
  output: Output,
  logits: MapValue,
  scope: Scope,
  state: Elaboration,
): void {
  const named = scope.lookup(output.name.text)?.value;
  const index = name.slice(output.name.text.length + 1, -1);
  const entry = named?.kind === "family" ? named.entries.get(index)?.value : undefined;
  if (entry?.kind === "map" && entry.node !== logits.node)
    state.report("structure/output-of-another", { name }, output.span);
}

/**
 * Warns about an output whose stride is larger than 1 in the pixels of every input, unless it is one vector for the whole image or
 * for a patch, or was fitted to a size: then its stride may be 52/51.
 */
function warnCoarse(name: string, node: number, output: Output, state: Elaboration): void {
  const { map } = state.builder.node(node);
  if (map.size.every((size) => constantCells(size) === 1)) return;
  if (isFitted(node, (id) => state.builder.node(id), state.builder)) return;
  for (const axis of [0, 1] as const) {
    const grid = gridWithin(map.geometry[axis]);
    const strides = grid === undefined ? [] : stridesIn(grid, axis, state);
    const [stride] = strides;
    if (stride === undefined || !strides.every(isCoarse)) continue;
    state.report("geometry/output-coarser", { output: name, stride: formatRational(stride) }, output.span);
    return;
  }
}

function isCoarse({ numerator, denominator }: Rational): boolean {
  return numerator > denominator;
}

/** The stride in pixels of each input with a fixed ratio of sizes; that of its own input first. */
function stridesIn(grid: Grid, axis: 0 | 1, { builder }: Elaboration): readonly Rational[] {
  const nodes = Array.from({ length: builder.length }, (_, id) => builder.node(id));
  const inputs = nodes.filter(isInput);
  const others = inputs.flatMap(({ map }) => {
    const own = gridWithin(map.geometry[axis]);
    return (own && gridIn(grid, own.pixels)?.stride) ?? [];
  });
  return [grid.stride, ...others];
}
