/** Calls: an operation is lowered to nodes, a block is inlined. */
import type { Apply } from "../../../grammar/ast.ts";
import type { Name } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { operationOf, words } from "../../ops/registry.ts";
import { withRole } from "../../ops/roles.ts";
import type { Lowered, Word } from "../../ops/word.ts";
import { standardFileOf } from "../../prelude/standard-source.ts";
import { meantBy } from "../names/habits.ts";
import type { Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison } from "../names/value.ts";
import { appendNode } from "../state/append-node.ts";
import { currentMap } from "../state/current-map.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { mapFacts } from "../state/map-facts.ts";
import { resolutionsMeet, sizesMeet, symbolsMeet } from "../state/meet-checks.ts";
import { bindArguments } from "./bind-arguments.ts";
import { bindMap, nameOf } from "./bind-name.ts";
import { bindParameters } from "./bind-parameters.ts";
import { guideMeets } from "./crf-guide.ts";
import { sharingCall } from "./sharing-call.ts";

const deepestBlock = 100;

/** Applies the call to the current feature map; the result becomes the current feature map. */
export function elaborateApply(apply: Apply, scope: Scope, state: Elaboration): void {
  const name = nameOf(apply.as, scope, state);
  const result = applyToCurrent(apply, name?.label, scope, state);
  state.current = result;
  bindMap(name, result, scope, state);
}

/** The feature map that the call computes from the current one. `label` names its last node. */
export function applyToCurrent(
  apply: Apply,
  label: string | undefined,
  scope: Scope,
  state: Elaboration,
): MapValue | Poison {
  const own = scope.block(apply.callee.text);
  // a block with a parameter of this name takes the argument itself
  const takesIt =
    own !== undefined &&
    own.kind !== "poison" &&
    own.block.parameters.some(({ name }) => name.text === "weights");
  const call = takesIt ? { apply, sharing: undefined, span: apply.span } : sharingCall(apply, scope, state);
  if (call === undefined) return poison;
  const { sharing } = call;
  const before = state.builder.length;
  const result = state.within(sharing === undefined ? {} : { sharing }, () =>
    callOnCurrent(call.apply, label, scope, state),
  );
  if (result.kind === "poison") return poison;
  const left = sharing?.end(state.builder);
  if (left !== undefined) {
    state.refused(left, call.span);
    return poison;
  }
  return { ...result, made: [before, state.builder.length] };
}

function callOnCurrent(
  apply: Apply,
  label: string | undefined,
  scope: Scope,
  state: Elaboration,
): MapValue | Poison {
  const name = apply.callee.text;
  const word = words.get(name);
  if (word !== undefined) {
    if (!scope.isRefusedBlock(name)) return callWord(word, apply, label, scope, state);
    state.incomplete = true;
    return poison;
  }
  const found = scope.block(name, apply.callee.span);
  if (found === undefined) {
    reportUnknown(apply.callee, scope, state);
    return poison;
  }
  currentMap(name, apply.callee.span, state); // without a valid one, errors inside the block are still found
  state.current ??= poison;
  if (found.kind === "poison") {
    state.incomplete = true;
    return poison;
  }
  if (!state.takeTurn(apply.span)) return poison;
  if (state.calls.length >= deepestBlock) {
    if (!state.stopped) state.report("names/recursion", { name, limit: deepestBlock }, apply.callee.span);
    state.stopped = true;
    return poison;
  }
  const inner = bindParameters(
    { kind: "block", name, parameters: found.block.parameters },
    apply.arguments ?? [],
    apply.span,
    scope,
    found.scope,
    state,
  );
  if (inner !== undefined || !state.uncalled) state.calledBlocks.add(found.block);
  if (inner === undefined) return poison;
  const index = state.names.ordinal(state.prefix, name);
  const before = state.builder.length;
  state.within(
    {
      calls: [...state.calls, { span: apply.span, name }],
      path: [...state.path, { kind: "block", name, index, doc: found.block.doc }],
      prefix: `${state.prefix}${label ?? `${name}${index}`}.`,
    },
    () => state.body(found.block.body, inner, state, "block"),
  );
  const end = state.current;
  if (end === undefined || end.kind === "poison") return poison;
  if (label !== undefined && end.node >= before) state.builder.label(end.node, label);
  return {
    kind: "map",
    node: end.node,
    called: label ?? `the feature map after ${name}`,
    span: apply.span,
    members: inner,
  };
}

/** A block of a standard file lacks its import. */
function reportUnknown({ text: name, span }: Name, scope: Scope, state: Elaboration): void {
  const what = "operation or block";
  const file = standardFileOf(name);
  if (file === undefined) {
    const known = [...new Set([...scope.blockNames(), ...words.keys()])];
    state.report("names/unknown", { name, what, ...meantBy(name, "operation", known), known: [] }, span);
    return;
  }
  const line = `import { ${name} } from "${file}"`;
  const start = { file: span.file, start: 0, end: 0 };
  const fixes = [
    { title: `import it from "${file}"`, safe: true, edits: [{ span: start, text: `${line}\n\n` }] },
  ];
  const facts = { name, what, nearest: undefined, known: [], instead: `it is in a standard file: ${line}` };
  state.report("names/unknown", facts, span, { fixes });
}

function callWord(
  word: Word,
  apply: Apply,
  label: string | undefined,
  scope: Scope,
  state: Elaboration,
): MapValue | Poison {
  const bound = bindArguments(word.name, word.parameters, apply.arguments ?? [], apply.span, scope, state);
  const current = currentMap(word.name, apply.callee.span, state);
  if (bound === undefined || current === undefined) return poison;
  const lowered = word.lower({ current: mapFacts(current, state), arguments: bound.values });
  if (lowered instanceof Refusal) {
    state.refused(lowered, apply.span, bound.spans);
    return poison;
  }
  let last: MapValue | Poison = current;
  for (const [index, step] of lowered.entries()) {
    if (last.kind === "poison") return poison;
    const before: number = last.node;
    const inputs = step.inputs.map((input) => (input === -1 ? before : input));
    const place = {
      span: apply.span,
      arguments: bound.spans,
      label: index === lowered.length - 1 ? label : undefined,
      called: `the feature map after ${word.name}`,
    };
    const { roles } = operationOf(step).inputs;
    if (roles.includes("indices") && !poolMeets(step.operation, inputs, place.span, state)) return poison;
    if (!rolesMeet(step, inputs, place.span, state)) return poison;
    if (roles.includes("colours") && !guideMeets(inputs, place, state)) return poison;
    last = appendNode({ ...step, inputs } as Lowered, place, state); // only the input numbers changed
  }
  return last;
}

/** Whether the values have the resolution and size of the pool whose indices place them. */
function poolMeets(word: string, inputs: readonly number[], span: Span, state: Elaboration): boolean {
  return areAlike(word, mapsCalled(inputs.slice(0, 2), span, state), span, state);
}

/** Whether feature maps that are read position by position are alike, and so those that are read at all positions. */
function rolesMeet(step: Lowered, inputs: readonly number[], span: Span, state: Elaboration): boolean {
  const taken = operationOf(step).inputs;
  const { operation } = step;
  const whole = withRole(taken, inputs, "whole");
  const values = withRole(taken, inputs, "values");
  const all = mapsCalled([...values, ...whole], span, state);
  return (
    all.length < 2 ||
    (symbolsMeet(operation, all, span, state) &&
      areAlike(operation, mapsCalled(values, span, state), span, state) &&
      areAlike(operation, mapsCalled(whole, span, state), span, state))
  );
}

function mapsCalled(nodes: readonly number[], span: Span, state: Elaboration): readonly MapValue[] {
  return nodes.map((node): MapValue => {
    const { label, span: made } = state.builder.node(node).origin;
    const called = label ?? "the current feature map";
    return { kind: "map", node, called, span: made ?? span, members: undefined };
  });
}

/** Whether two feature maps have one resolution and size; fewer are alike. */
function areAlike(
  word: string,
  [first, second]: readonly MapValue[],
  span: Span,
  state: Elaboration,
): boolean {
  if (first === undefined || second === undefined) return true;
  return (
    symbolsMeet(word, [first, second], span, state) &&
    resolutionsMeet(word, first, second, span, state) &&
    sizesMeet(word, first, second, { span, construct: undefined }, state)
  );
}
