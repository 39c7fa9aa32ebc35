/** Programs that random networks showed the compiler to be wrong about, once. */
import { expect, test } from "vitest";
import { placesAt } from "../../../compiler/analyses/alignment/places-at.ts";
import { rational } from "../../../compiler/geometry/rational.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { shapeGraph } from "../../../compiler/network/shape-graph.ts";
import { sizeAt } from "../../../compiler/sizes/size-table.ts";
import { compileText } from "../../support/compile-source.ts";

function graphOf(body: string): Graph {
  const { networks, diagnostics } = compileText(`network N {\n${body}\noutput labels\n}`);
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return network.graph;
}

function codesOf(body: string): readonly string[] {
  return compileText(`network N {\n${body}\noutput labels\n}`).diagnostics.map(({ code }) => code);
}

test("a crop along an axis of constant size has its shape: 9 of 98 cells are cut on either side of the input's 80", () => {
  const graph = graphOf(`
    input image [1, H, 80]
    conv(1, 3, padding = 10)
    crop to image, aligned
  `);
  const shaped = shapeGraph(graph, new Map([["H", 40]]));
  expect(shaped).toMatchObject({ kind: "shaped", cuts: new Map([[2, [9, 9]]]) });
  expect(shaped).toMatchObject({
    shapes: [
      [1, 40, 80],
      [1, 58, 98],
      [1, 40, 80],
    ],
  });
});

test("a centred crop of maps that grow at different rates cuts half of a difference that depends on the size", () => {
  const graph = graphOf(`
    input image [1, H, W]
    upsample(3, bilinear, align_corners = true)
    skip image by add, crop = centred
  `);
  const crop = graph.nodes.find(({ operation }) => operation === "crop_to");
  expect(crop?.attributes).toMatchObject({ offset: [undefined, undefined] });
  const sizes = new Map([
    ["H", 6],
    ["W", 4],
  ]);
  expect(shapeGraph(graph, sizes)).toMatchObject({ cuts: new Map([[crop?.id, [6, 4]]]) });
});

test("a map resampled to another does not exist where it itself does not", () => {
  const graph = graphOf(`
    input image [1, H, W]
    crop(2)
    upsample(to = image, nearest)
  `);
  const resized = graph.nodes.find(({ operation }) => operation === "resize_to");
  expect([4, 5].map((size) => resized && sizeAt(resized.map.size[0], size))).toEqual([undefined, 5]);
});

test("maps whose sizes depend on different symbols are not cropped to each other", () => {
  const inputs = `
    input left [1, H, W]
    conv(1, 3) as first
    input right [1, K, L]
  `;
  expect(codesOf(`${inputs} skip first by add, crop = centred`)).toEqual(["sizes/different-symbols"]);
  expect(codesOf(`${inputs} crop to first, aligned`)).toEqual(["sizes/different-symbols"]);
});

test("a map that sees everything and has its own grid keeps to that grid when it is resampled to another map", () => {
  const graph = graphOf(`
    input image [1, 32, 32]
    fork by add {
      path { }
      path { avgpool(global) upsample(to = image, bilinear) }
    }
    maxpool(2) as half
    from image
    crop(top = 1, bottom = 15, left = 8, right = 8) as cropped
    from half
    upsample(to = cropped, bilinear)
  `);
  const resized = graph.nodes.findLast(({ operation }) => operation === "resize_to");
  const own = { kind: "whole", grid: { stride: rational(2), offset: rational(1, 2) } };
  expect(resized?.map.geometry).toMatchObject([own, own]);
});

test("aligned corners between maps that are always equally large leave every cell where it is", () => {
  const graph = graphOf(`
    input image [1, H, W]
    upsample(to = image, bilinear, align_corners = true)
  `);
  const resized = graph.nodes.find(({ operation }) => operation === "resize_to");
  expect(resized?.map.geometry).toEqual(graph.nodes[0]?.map.geometry);
});

test("at a size where corners are aligned on a single cell, that cell lies where the first lay", () => {
  const graph = graphOf(`
    input image [1, H, W]
    upsample(2, nearest)
    upsample(to = image, bilinear, align_corners = true)
  `);
  const shaped = shapeGraph(graph, new Map(Object.entries({ H: 1, W: 1 })));
  if (shaped.kind !== "shaped") throw new Error("1 × 1 is accepted");
  const [place] = placesAt(shaped).at(-1) ?? [];
  expect(place?.grid?.offset).toEqual(rational(-1, 4));
  expect(place?.fields).toEqual([{ low: 0, high: 0 }]);
});

test("a conditional random field is where its scores are, at a size where their stride is not that of its guide", () => {
  const graph = graphOf(`
    input image [2, H, W]
    maxpool(2)
    upsample(2, bilinear, align_corners = true)
    crf(image, window = 3, iterations = 1)
  `);
  const shaped = shapeGraph(graph, new Map(Object.entries({ H: 8, W: 2 })));
  if (shaped.kind !== "shaped") throw new Error("8 × 2 is accepted");
  const [y, x] = placesAt(shaped).at(-1) ?? [];
  // 4 rows, 2 pixels apart, become 8 with the same first and last.
  expect(y?.grid).toMatchObject({ stride: rational(6, 7), offset: rational(1, 2) });
  // The one column has no corners to align, so that the scores have no places along W.
  expect(x?.grid).toEqual({ stride: rational(1), offset: rational(0) });
});
