/** A join of a 1 × 1 feature map with larger ones: it is repeated at every position where the join broadcasts. */
import type { Span } from "../../../grammar/span.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { GraphNode } from "../../network/graph.ts";
import { nodeCall } from "../../network/node-call.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { JoinName } from "../../ops/joining.ts";
import { isOperationName, operationOf, operations } from "../../ops/registry.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import { formula } from "../../sizes/formula.ts";
import { existsSet } from "../../sizes/size-set.ts";
import type { MapValue } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";
import { describeMap } from "./map-facts.ts";

/**
 * Of feature maps to be joined, those that are 1 × 1 at every input size and are repeated over the positions of the others; none
 * where all are, or where the join does not broadcast.
 */
export function repeatedMaps(
  operation: OperationName,
  maps: readonly MapValue[],
  state: Elaboration,
): ReadonlySet<MapValue> {
  if (operationOf({ operation }).broadcasts !== true) return new Set();
  const single = maps.filter(({ node }) =>
    state.builder.node(node).map.size.every((size) => constantCells(size) === 1),
  );
  return new Set(single.length === maps.length ? [] : single);
}

/** Reports channels that differ where a 1 × 1 feature map is repeated. `true`: there is nothing to report here. */
export function channelsMeet(
  join: JoinName,
  maps: readonly MapValue[],
  repeated: ReadonlySet<MapValue>,
  span: Span,
  state: Elaboration,
): boolean {
  const channelsOf = ({ node }: MapValue) => state.builder.node(node).map.channels;
  const larger = maps.find((map) => !repeated.has(map));
  if (repeated.size === 0 || larger === undefined) return true;
  const channels = maps.map(channelsOf);
  if (!(operations[join].channels({}, channels) instanceof Refusal)) return true;
  const related = maps.map((map) => ({ span: map.span, message: describeMap(map, state) }));
  const facts = { join, channels, repeatedTo: channelsOf(larger) };
  state.report("operations/channels-differ", facts, span, { related });
  return false;
}

/**
 * Reports two feature maps of which one always has a single row or column and the other more: one that an operation reduced to that,
 * or an input where the join repeats what is 1 × 1. `true`: there is nothing to report.
 */
export function positionsMatch(
  join: string,
  first: MapValue,
  second: MapValue,
  span: Span,
  state: Elaboration,
): boolean {
  for (const [single, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const axis = singleAxis(single, other, state);
    if (axis === undefined) continue;
    const pool = poolOf(single, axis, state);
    const repeats = isOperationName(join) && operationOf({ operation: join }).broadcasts === true;
    // Two inputs of other joins are equal where the larger has one row or column too.
    if (pool === undefined && !repeats) continue;
    const facts = {
      join,
      repeats,
      size: sizeText(single, state),
      pool: pool === undefined ? undefined : nodeCall(pool),
      other: other.called,
      otherSize: sizeText(other, state),
      name: state.builder.node(other.node).origin.label,
    };
    const made = pool === undefined ? single.span : pool.origin.span;
    const related = [
      ...(made === undefined ? [] : [{ span: made, message: `${facts.size} from here on` }]),
      { span: other.span, message: `${other.called}: ${facts.otherSize}` },
    ];
    state.report("sizes/one-position", facts, span, { related });
    return false;
  }
  return true;
}

/** The axis along which one feature map has a single position at every input size, and the other more at some. */
function singleAxis(single: MapValue, other: MapValue, state: Elaboration): 0 | 1 | undefined {
  const cellsOf = ({ node }: MapValue, axis: 0 | 1) => constantCells(state.builder.node(node).map.size[axis]);
  return ([0, 1] as const).find((axis) => cellsOf(single, axis) === 1 && cellsOf(other, axis) !== 1);
}

/** The operation that reduces the feature map to one position along an axis; `undefined`: its input has no more. */
function poolOf(single: MapValue, axis: 0 | 1, state: Elaboration): GraphNode | undefined {
  let node = state.builder.node(single.node);
  for (;;) {
    const [source] = node.inputs;
    if (source === undefined) return undefined;
    const before = state.builder.node(source);
    if (constantCells(before.map.size[axis]) !== 1) return node;
    node = before;
  }
}

/** "H × W", "5 × 1" */
function sizeText({ node }: MapValue, state: Elaboration): string {
  const { size } = state.builder.node(node).map;
  return size.map((each) => formula(each, existsSet(each), { unicode: true })).join(" × ");
}
