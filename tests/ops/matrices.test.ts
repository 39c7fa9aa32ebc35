/** Linear operations along an axis: one matrix says what is computed, what is read, and the gradient. */
import { describe, expect, it } from "vitest";
import { rowOf, type SparseMatrix, transposed } from "../../compiler/geometry/sparse-matrix.ts";
import { axisPositions, shapeGraph } from "../../compiler/network/shape-graph.ts";
import { averaging } from "../../compiler/ops/axis-matrices.ts";
import type { AxisPositions } from "../../compiler/ops/reads.ts";
import { type AnyOperation, operationOf } from "../../compiler/ops/registry.ts";
import { compileNetwork } from "../support/compile-network.ts";

const calls = [
  "avgpool(3, stride = 2, padding = 1, ceil)",
  "avgpool(2x3, stride = 1, dilate = 2, padding = same)",
  "avgpool(bins = 3x4)",
  "avgpool(global)",
  "unpool(bed_of_nails, 2x3)",
  "upsample(3x2, nearest)",
  "upsample(2, bilinear)",
  "upsample(5, bilinear, align_corners)",
  "upsample(bilinear, to = other)",
  "downsample(area, to = small)",
  "downsample(area, to = other)",
  "crop(top = 1, left = 2, right = 3)",
  "crop to small, centred",
  "pad(top = 3, right = 1)",
  "pad(2x3, reflect)",
  "pad(4, edge)",
];

interface Subject {
  readonly operation: AnyOperation;
  readonly attributes: Parameters<AnyOperation["say"]>[0];
  readonly positions: AxisPositions;
}

/** The call on a feature map of 11 × 13, along both axes. */
function subjects(call: string): readonly Subject[] {
  const { graph } = compileNetwork(
    `network One {\ninput image [1, H, W]\ninput other [1, 3*H, 3*W]\nconv(1, 5x3, padding = valid) as unused\nfrom image conv(1, 7x5, padding = valid) as small\nfrom image ${call}${call.startsWith("crop to") ? "" : " as made"}\noutput result\n}`.replace(
      "centred",
      "centred as made",
    ),
  );
  const shaped = shapeGraph(
    graph,
    new Map([
      ["H", 11],
      ["W", 13],
    ]),
  );
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const node = graph.nodes.find(({ origin }) => origin.label === "made");
  if (node === undefined) throw new Error(`${call} makes no node`);
  return ([0, 1] as const).map((axis) => ({
    operation: operationOf(node),
    attributes: node.attributes,
    positions: axisPositions(shaped.shapes, node, axis),
  }));
}

describe.each(calls)("%s", (call) => {
  it("reads what its matrix weighs, and nothing else", () => {
    for (const { operation, attributes, positions } of subjects(call)) {
      const matrix = operation.matrix?.(attributes, positions);
      if (matrix === undefined) throw new Error("no matrix");
      const cells = positions.inputs[0] ?? 0;
      expect([matrix.rowCount, matrix.columnCount]).toEqual([positions.output, cells]);
      const [reads] = operation.reads(attributes, positions);
      for (let row = 0; row < matrix.rowCount; row++) {
        const weighed = rowOf(matrix, row).map(({ column }) => column);
        expect(placesOf(reads, row, cells), `position ${row}`).toEqual(weighed.toSorted((a, b) => a - b));
      }
    }
  });

  it("has a gradient that is its transpose: ⟨Ax, y⟩ = ⟨x, Aᵀy⟩", () => {
    for (const { operation, attributes, positions } of subjects(call)) {
      const matrix = operation.matrix?.(attributes, positions);
      if (matrix === undefined) throw new Error("no matrix");
      const x = Array.from({ length: matrix.columnCount }, (_, i) => Math.sin(3 * i + 1));
      const y = Array.from({ length: matrix.rowCount }, (_, i) => Math.cos(5 * i + 2));
      expect(inner(product(matrix, x), y)).toBeCloseTo(inner(x, product(transposed(matrix), y)), 12);
    }
  });
});

it("lists the taps inside the feature map only, however large the kernel is", () => {
  const matrix = averaging({ kernel: 1e9, stride: 1, dilation: 1, before: 5e8 }, 4, 3);
  expect(matrix.columns).toHaveLength(12);
  expect(rowOf(matrix, 1).map(({ weight }) => weight)).toEqual([0.25, 0.25, 0.25, 0.25]);
});

function placesOf(reads: ReturnType<AnyOperation["reads"]>[number], row: number, cells: number): number[] {
  if (reads === undefined) return [];
  const { first, count, spacing } = reads === "all" ? { first: 0, count: cells, spacing: 1 } : reads(row);
  return Array.from({ length: count }, (_, tap) => first + tap * spacing).filter(
    (place) => place >= 0 && place < cells,
  );
}

function product(matrix: SparseMatrix, x: readonly number[]): readonly number[] {
  return Array.from({ length: matrix.rowCount }, (_, row) =>
    rowOf(matrix, row).reduce((sum, { column, weight }) => sum + weight * (x[column] ?? 0), 0),
  );
}

function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
