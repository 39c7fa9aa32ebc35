/**
 * Consecutive dilated convolutions whose rates have a common factor, so that a position reads a grid with gaps, and its
 * neighbour reads another grid that shares none of it (Wang et al. 2018, "Understanding Convolution for Semantic
 * Segmentation", section 3.2 and figure 2). Rates without a common factor, or windows without dilation in between, fill
 * the gaps: the set of positions that a row reads is computed exactly, not guessed from its rates.
 *
 * A row begins where the resolution changes, and ends there.
 */

import { axes } from "../../axis.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { isJoin } from "../../network/node-inputs.ts";
import { slidingWindow } from "../../network/node-window.ts";
import { operationOf } from "../../ops/registry.ts";
import { gcd } from "../../sizes/integers.ts";
import { merge, type Runs, spreadBy } from "./intervals.ts";
import { type LintSubject, lint } from "./lint.ts";
import { placeOf } from "./place.ts";

/** The positions that one position reads of the feature map where its row starts. */
interface Row {
  readonly start: number;
  /** Offsets relative to its own position; `undefined`: too many gaps. */
  readonly reads: Runs | undefined;
  /** Its dilated convolutions: the first and the last by node number, and the common factor of all their rates. */
  readonly dilated: { readonly first: number; readonly last: number; readonly factor: number } | undefined;
}

export const gridding = lint("lints/gridding", function* (subject) {
  const { graph } = subject;
  if (
    !graph.nodes.some(
      (node) => isConvolution(node) && slidingWindow(node)?.dilation.some((rate) => rate > 1) === true,
    )
  )
    return;
  for (const axis of [0, 1] as const) {
    const rows = rowsOf(graph, axis);
    const found = new Set<number>();
    for (const node of graph.nodes) {
      const row = rows[node.id];
      if (row === undefined || !endsRow(node, row, rows, subject)) continue;
      const { reads, dilated } = row;
      if (reads === undefined || reads.length < 2 || dilated === undefined || dilated.factor < 2) continue;
      if (dilated.first === dilated.last || found.has(dilated.last)) continue;
      const last = graph.nodes[dilated.last];
      const place = last === undefined ? undefined : placeOf(last);
      if (place === undefined) continue;
      found.add(dilated.last);
      const rates = ratesOf(graph, rows, node, axis);
      yield { facts: { rates, factor: dilated.factor, axis: axes[axis] }, ...place };
    }
  }
});

/** In the graph's order, of the row that ends with the node. */
function ratesOf(graph: Graph, rows: readonly Row[], end: GraphNode, axis: 0 | 1): readonly number[] {
  const { start } = rows[end.id] ?? {};
  const row = new Set([end.id]);
  for (const id of row)
    if (id !== start)
      for (const input of graph.nodes[id]?.inputs ?? []) if (rows[input]?.start === start) row.add(input);
  return [...row]
    .toSorted((a, b) => a - b)
    .flatMap((id) => {
      const node = graph.nodes[id];
      const rate = node && dilationOf(node, axis);
      return id === start || rate === undefined ? [] : [rate];
    });
}

function isConvolution(node: GraphNode): boolean {
  return operationOf(node).kind === "convolution";
}

/** Of a dilated convolution: its rate. */
function dilationOf(node: GraphNode, axis: 0 | 1): number | undefined {
  const window = isConvolution(node) ? slidingWindow(node) : undefined;
  return window !== undefined && window.kernel[axis] > 1 && window.dilation[axis] > 1
    ? window.dilation[axis]
    : undefined;
}

function rowsOf(graph: Graph, axis: 0 | 1): readonly Row[] {
  const rows: Row[] = [];
  for (const node of graph.nodes) rows.push(rowOf(node, axis, rows));
  return rows;
}

function rowOf(node: GraphNode, axis: 0 | 1, rows: readonly Row[]): Row {
  const own: Row = { start: node.id, reads: [[0, 0]], dilated: undefined };
  const [before, ...others] = node.inputs.flatMap((id) => rows[id] ?? []);
  if (before === undefined) return own;
  if (isJoin(node)) {
    const all = [before, ...others];
    if (all.some(({ start }) => start !== before.start)) return own;
    const reads = all.flatMap((row) => row.reads ?? []);
    const known = all.every((row) => row.reads !== undefined);
    const dilated = all.map((row) => row.dilated).reduce(together);
    return { start: before.start, reads: known ? merge(reads) : undefined, dilated };
  }
  const window = slidingWindow(node);
  if (window === undefined) return keepsCells(node) ? before : own;
  const { kernel, stride, dilation } = window;
  if (stride[axis] !== 1) return own;
  const reads = before.reads && spreadBy(before.reads, kernel[axis], dilation[axis]);
  const rate = dilationOf(node, axis);
  const alone = rate === undefined ? undefined : { first: node.id, last: node.id, factor: rate };
  return { start: before.start, reads, dilated: together(before.dilated, alone) };
}

function together(one: Row["dilated"], other: Row["dilated"]): Row["dilated"] {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    first: Math.min(one.first, other.first),
    last: Math.max(one.last, other.last),
    factor: gcd(one.factor, other.factor),
  };
}

/** Whether a position depends only on the same position of the input, or on all of them, so that it neither opens nor fills gaps. */
function keepsCells(node: GraphNode): boolean {
  const { traits, kind } = operationOf(node);
  return traits.pointwise || kind === "normalisation" || kind === "crop" || kind === "pad";
}

/** Whether the row ends at the node: a consumer is not part of the row, or there is no consumer. */
function endsRow(node: GraphNode, row: Row, rows: readonly Row[], { readers }: LintSubject): boolean {
  const after = readers[node.id] ?? [];
  return after.length === 0 || after.some(({ id }) => rows[id]?.start !== row.start);
}
