/**
 * Dilated convolutions in a row whose rates have a common factor, so that a cell is made of a grid of cells with gaps, and
 * its neighbour of another grid that shares none of them (Wang et al. 2018, "Understanding Convolution for Semantic
 * Segmentation", section 3.2 and figure 2). Rates without a common factor, or windows without dilation in between, fill
 * the gaps: what a row reads is computed, not guessed from its rates.
 *
 * A row begins where the resolution changes, and ends there.
 */
import { axes } from "../axis.ts";
import type { Graph, GraphNode } from "../ir/graph.ts";
import { operations } from "../ops/registry.ts";
import { gcd } from "../sizes/integers.ts";
import { merge, type Runs, spreadBy } from "./intervals.ts";
import { type LintSubject, lint } from "./lint.ts";
import { placeOf } from "./place.ts";

/** What a cell reads of the map its row begins with. */
interface Row {
  readonly start: number;
  /** Cells, relative to its own; `undefined`: too many gaps to tell. */
  readonly reads: Runs | undefined;
  /** Its dilated convolutions, the last one first in the graph's order. */
  readonly dilated: readonly number[];
}

export const gridding = lint("lints/gridding", function* (subject) {
  const { graph } = subject;
  if (
    !graph.nodes.some(
      (node) => node.operation === "conv" && node.attributes.dilation.some((rate) => rate > 1),
    )
  )
    return;
  for (const axis of [0, 1] as const) {
    const rows = rowsOf(graph, axis);
    for (const node of graph.nodes) {
      const row = rows[node.id];
      if (row === undefined || !endsRow(node, row, rows, subject)) continue;
      if (row.reads === undefined || row.reads.length < 2 || row.dilated.length < 2) continue;
      const last = graph.nodes[row.dilated.at(-1) ?? -1];
      const place = last === undefined ? undefined : placeOf(last);
      if (place === undefined) continue;
      const rates = row.dilated.map((id) => rateOf(graph.nodes[id], axis));
      const factor = rates.reduce(gcd, 0);
      if (factor > 1) yield { facts: { rates, factor, axis: axes[axis] }, ...place };
    }
  }
});

function rateOf(node: GraphNode | undefined, axis: 0 | 1): number {
  return node?.operation === "conv" ? node.attributes.dilation[axis] : 1;
}

function rowsOf(graph: Graph, axis: 0 | 1): readonly Row[] {
  const rows: Row[] = [];
  for (const node of graph.nodes) rows.push(rowOf(node, axis, rows));
  return rows;
}

function rowOf(node: GraphNode, axis: 0 | 1, rows: readonly Row[]): Row {
  const own: Row = { start: node.id, reads: [[0, 0]], dilated: [] };
  const [before, ...others] = node.inputs.flatMap((id) => rows[id] ?? []);
  if (before === undefined || node.operation === "input") return own;
  switch (node.operation) {
    case "add":
    case "concat":
    case "multiply": {
      const all = [before, ...others];
      if (all.some(({ start }) => start !== before.start)) return own;
      const reads = all.flatMap((row) => row.reads ?? []);
      const known = all.every((row) => row.reads !== undefined);
      const dilated = [...new Set(all.flatMap((row) => row.dilated))].sort((a, b) => a - b);
      return { start: before.start, reads: known ? merge(reads) : undefined, dilated };
    }
    case "conv":
    case "maxpool":
    case "avgpool": {
      const { kernel, stride, dilation } = node.attributes;
      if (stride[axis] !== 1) return own;
      const reads = before.reads && spreadBy(before.reads, kernel[axis], dilation[axis]);
      const isDilated = node.operation === "conv" && kernel[axis] > 1 && dilation[axis] > 1;
      return {
        start: before.start,
        reads,
        dilated: isDilated ? [...before.dilated, node.id] : before.dilated,
      };
    }
    default:
      return keepsCells(node) ? before : own;
  }
}

/** Whether a cell is made of the cell at its place, and of none beside it that a gap could hide in. */
function keepsCells({ operation }: GraphNode): boolean {
  if (operations[operation].traits.pointwise) return true;
  return (
    operation === "instancenorm" ||
    operation === "groupnorm" ||
    operation === "crop" ||
    operation === "crop_to" ||
    operation === "pad"
  );
}

/** Whether something reads the node with which no row goes on, or nothing reads it at all. */
function endsRow(node: GraphNode, row: Row, rows: readonly Row[], { readers }: LintSubject): boolean {
  const after = readers[node.id] ?? [];
  return after.length === 0 || after.some(({ id }) => rows[id]?.start !== row.start);
}
