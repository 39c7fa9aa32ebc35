import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { isAccepted } from "../../compiler/network/nearest-accepted.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { fitImage } from "../../runtime/fit/fit.ts";
import { alignLabels, labelsOfImage, mapOfImage, padImages } from "../../runtime/fit/fit-batch.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileExample } from "../support/compile-source.ts";

const padded = compileExample("u-net.fcn", { width: "2" }).graph;
const valid = compileExample("u-net.fcn", { width: "2", padding: "valid", crop: "centred" }).graph;
const coarse = compileNetwork(`network Coarse { input image [3, H, W]
  conv(4, 3x3, stride = 2) relu  maxpool(2, ceil)  conv(2, 1x1)  output labels by softmax }`).graph;

describe("fitting an image to a network", () => {
  it("gives a padded U-Net the next multiple of 16", () => {
    const { axes } = fitImage(padded, [100, 128]);
    expect(axes.map(({ input }) => input)).toEqual([112, 128]);
    expect(axes.map(({ before }) => before)).toEqual([6, 0]);
  });

  it("gives the paper's U-Net an input whose output covers the whole image", () => {
    // 512 + 184 = 696 = 43·16 + 8, so the next input that is 12 beyond a multiple of 16 is 700, and the output 516.
    const [vertical] = fitImage(valid, [512, 512]).axes;
    expect(vertical.input).toBe(700);
    expect(vertical.grids[0]?.cells).toBe(516);
    expect(vertical.before).toBe(94);
  });

  it("finds for every size the smallest accepted input whose outputs cover the image", () => {
    for (const graph of [padded, valid, coarse]) {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 300 }), (height) => {
          const [fit] = fitImage(graph, [height, 40]).axes;
          expect(accepts(graph, fit.input)).toBe(true);
          expect(covered(graph, fit.input, height)).toBe(true);
          for (let smaller = height; smaller < fit.input; smaller++) {
            expect(accepts(graph, smaller) && covered(graph, smaller, height)).toBe(false);
          }
        }),
        { numRuns: 60 },
      );
    }
  });

  it("says which sizes a network of one size takes", () => {
    const { graph } = compileNetwork(
      "network Fixed { input image [1, 32, 32]  conv(2, 3x3)  output labels by softmax }",
    );
    expect(fitImage(graph, [20, 32]).axes.map(({ input }) => input)).toEqual([32, 32]);
    expect(() => fitImage(graph, [33, 32])).toThrow("Fixed cannot take an image of 33×32");
  });

  it("gives both sides the same size where the input is square by its declaration", () => {
    const { graph } = compileNetwork(
      "network Square { input image [1, S, S]  conv(2, 3x3) maxpool(2) upsample(2, nearest)  output labels by softmax }",
    );
    expect(fitImage(graph, [5, 9]).axes.map(({ input }) => input)).toEqual([10, 10]);
  });

  it("refuses a network that gives one answer for the whole image", () => {
    const { graph } = compileNetwork(
      "network Whole { input image [1, H, W]  conv(2, 3x3) avgpool(global)  output labels by softmax }",
    );
    expect(() => fitImage(graph, [8, 8])).toThrow(
      'output "labels" of Whole is a single value for the whole image',
    );
  });
});

describe("batches through a fit", () => {
  it("labels read at the cells of a full-resolution output come back at the image's pixels", () => {
    for (const graph of [padded, valid]) {
      const labels = {
        data: Int32Array.from({ length: 21 * 30 }, (_, i) => i % 7),
        shape: [1, 21, 30] as const,
      };
      const fit = fitImage(graph, [21, 30]);
      const aligned = alignLabels(labels, fit, 0);
      expect(labelsOfImage(aligned, fit, 0)).toEqual(labels);
      expect(aligned.data.filter((label) => label >= 0).length).toBe(21 * 30);
    }
  });

  it("mirrors the image around itself, channel by channel", () => {
    const fit = fitImage(padded, [2, 16]);
    const images = {
      data: Float32Array.from({ length: 2 * 16 * 2 }, (_, i) => i),
      shape: [1, 2, 16, 2] as const,
    };
    const input = padImages(images, fit);
    expect(input.shape).toEqual([1, 16, 16, 2]);
    const rows = Array.from({ length: 16 }, (_, row) => (input.data[row * 32] ?? -1) / 32);
    // Two rows are too few to mirror seven margins: the edges repeat.
    expect(rows).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("a coarse map that is linear in the position stays so between its outermost cells", () => {
    const fit = fitImage(coarse, [40, 40]);
    const [{ grids, before }] = fit.axes;
    const grid = grids[0];
    if (grid === undefined) throw new Error("no grid");
    const centre = (cell: number) =>
      (grid.stride.numerator / grid.stride.denominator) * cell +
      grid.offset.numerator / grid.offset.denominator;
    const cells = grid.cells;
    const data = Float32Array.from({ length: cells * cells }, (_, i) => centre(i % cells));
    const map = mapOfImage({ data, shape: [1, cells, cells, 1] }, fit, 0);
    expect(map.shape).toEqual([1, 40, 40, 1]);
    for (let x = 0; x < 40; x++) {
      const at = before + x;
      const expected = Math.min(Math.max(at, centre(0)), centre(cells - 1));
      expect(map.data[x]).toBeCloseTo(expected, 4); // float32 values of about 40
    }
  });
});

function accepts(graph: Graph, size: number): boolean {
  const set = graph.accepts.get("H");
  return set !== undefined && isAccepted(set, size);
}

/** Whether the output's cells can cover an image of that height, by trying every place for it. */
function covered(graph: Graph, input: number, height: number): boolean {
  const map = graph.nodes[graph.outputs[0]?.node ?? -1]?.map;
  const geometry = map?.geometry[0];
  const cells = map && sizeAt(map.size[0], input);
  if (geometry?.kind !== "grid" || cells === undefined) return false;
  const stride = geometry.stride.numerator / geometry.stride.denominator;
  const offset = geometry.offset.numerator / geometry.offset.denominator;
  for (let before = 0; before + height <= input; before++) {
    if (before >= offset - stride / 2 && before + height - 1 <= offset + stride * (cells - 0.5)) return true;
  }
  return false;
}
