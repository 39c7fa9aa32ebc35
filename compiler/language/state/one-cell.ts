/** A join of a 1 × 1 feature map with larger ones: it is repeated at every position where the join broadcasts. */
import type { Span } from "../../../grammar/span.ts";
import type { GraphNode } from "../../network/graph.ts";
import { nodeCall } from "../../network/node-call.ts";
import type { OperationName } from "../../ops/attributes.ts";
import { operationOf } from "../../ops/registry.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import { formula } from "../../sizes/formula.ts";
import { existsSet } from "../../sizes/size-set.ts";
import type { MapValue } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";

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

/** Reports two feature maps of which one is 1 × 1 after a pool and the other is larger. `true`: there is nothing to report. */
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
    const pool = poolOf(single, other, state);
    if (pool === undefined) continue;
    const { map, origin } = state.builder.node(other.node);
    const [height, width] = map.size.map((size) => formula(size, existsSet(size), { unicode: true }));
    const facts = {
      join,
      pool: nodeCall(pool),
      other: other.called,
      otherSize: `${height} × ${width}`,
      name: origin.label,
    };
    const pooled = pool.origin.span;
    const related = [
      ...(pooled === undefined ? [] : [{ span: pooled, message: "1 × 1 from here on" }]),
      { span: other.span, message: `${other.called}: ${facts.otherSize}` },
    ];
    state.report("sizes/one-cell", facts, span, { related });
    return false;
  }
  return true;
}

/** The operation that reduces the feature map to one position along an axis where the other has more; inputs do not count. */
function poolOf(single: MapValue, other: MapValue, state: Elaboration): GraphNode | undefined {
  const cellsOf = (id: number, axis: 0 | 1) => constantCells(state.builder.node(id).map.size[axis]);
  const axis = ([0, 1] as const).find(
    (each) => cellsOf(single.node, each) === 1 && cellsOf(other.node, each) !== 1,
  );
  if (axis === undefined) return undefined;
  let node = state.builder.node(single.node);
  for (;;) {
    const [source] = node.inputs;
    if (source === undefined) return undefined;
    if (cellsOf(source, axis) !== 1) return node;
    node = state.builder.node(source);
  }
}
