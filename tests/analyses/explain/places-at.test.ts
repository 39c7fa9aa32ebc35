import { expect, test } from "vitest";
import { type PlacedAxis, placedMaps, placesAt } from "../../../compiler/analyses/alignment/places-at.ts";
import { inspectNetwork } from "../../../compiler/analyses/inspect/inspect.ts";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { joinOffsetLines } from "../../../views/terminal/inspection/join-offset-text.ts";
import { renderInspection } from "../../../views/terminal/inspection/render-inspection.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { compileExample } from "../../support/compile-source.ts";

function shapedAt(graph: Graph, size: number) {
  const shaped = shapeAt(graph, [size, size]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  return shaped;
}

function placedAt(graph: Graph, size: number, name: string): PlacedAxis {
  const node = graph.nodes.find((node) => node.name === name);
  const placed = placesAt(shapedAt(graph, size))[node?.id ?? -1]?.[0];
  if (placed === undefined) throw new Error(`no node ${name}`);
  return placed;
}

const pyramid = (align: boolean) => `network Pyramid {
  input image [1, H, W]
  conv(2, 3x3, stride = 2) as trunk
  fork by concat {
    path { }
    path { maxpool(bins = 3) upsample(to = trunk, bilinear${align ? ", align_corners = true" : ""}) as branch }
  }
  output map
}`;

test("a conditional random field over windows sees at a size what its formula says, and over all cells the whole image", () => {
  const program = (call: string) => `network Field(classes = 2) {
    input image [1, H, W]
    conv(classes, 3x3)
    ${call} as field
    output labels by softmax
  }`;
  const seen = (call: string) => placedAt(compileNetwork(program(call)).graph, 40, "field").fields?.[20];
  expect(seen("crf(image, window = 5, iterations = 3)")).toEqual({ low: 12, high: 28 });
  expect(seen("crf(image, window = 5, iterations = 0)")).toEqual({ low: 19, high: 21 });
  expect(seen("crf(image)")).toEqual({ low: 0, high: 39 });
});

test("a branch resampled with aligned corners does not meet its trunk: the middles of its outer bins lie on the trunk's corners", () => {
  const { graph } = compileNetwork(pyramid(true));
  const shaped = shapedAt(graph, 24);
  // 12 cells, 2 pixels apart, in 3 bins of 4: their middles are cells 1.5, 5.5 and 9.5; the corners are cells 0 and 11.
  expect(joinOffsetLines(graph, placedMaps(shaped, placesAt(shaped)), { unicode: true })).toEqual([
    "joins whose inputs are not aligned:",
    "  concat1: fork1.path2.branch is off trunk by +3 pixels at the first position to −3 at the last",
  ]);
});

test("with half-pixel centres the branch meets its trunk, at sizes its bins divide and at others", () => {
  const { graph } = compileNetwork(pyramid(false));
  for (const size of [24, 26, 31]) {
    const shaped = shapedAt(graph, size);
    expect(
      joinOffsetLines(graph, placedMaps(shaped, placesAt(shaped)), { unicode: true }),
      `${size}`,
    ).toEqual([]);
  }
});

test("at one size every cell has its exact field, bins of unlike size and the image's border included", () => {
  const { graph } = compileNetwork(pyramid(true));
  // 14 pixels, 7 cells: bins of cells 0…2, 2…4 and 4…6; cell i of the trunk sees pixels 2i − 1 to 2i + 1.
  expect(placedAt(graph, 14, "fork1.path2.adaptive_pool1").fields).toEqual([
    { low: 0, high: 5 },
    { low: 3, high: 9 },
    { low: 7, high: 13 },
  ]);
  expect(placedAt(graph, 14, "fork1.path2.branch").fields).toEqual([
    { low: 0, high: 5 },
    { low: 0, high: 9 },
    { low: 0, high: 9 },
    { low: 3, high: 9 },
    { low: 3, high: 13 },
    { low: 3, high: 13 },
    { low: 7, high: 13 },
  ]);
});

test("inspect gives stride, offset and field at a size where they depend on it, and says so without one", () => {
  const network = compileExample("deeplab-largefov.fcn");
  const at = inspectNetwork(network, [513, 513]);
  if ("kind" in at) throw new Error(at.message);
  expect(at.layers.at(-1)).toMatchObject({ stride: [1, 1], offset: [0, 0], field: [443, 443] });
  const open = inspectNetwork(network);
  expect("kind" in open ? undefined : open.layers.at(-1)).toMatchObject({ stride: null, field: null });
  const text = renderInspection(network, [513, 513], { color: false, unicode: true });
  expect(text).toContain(
    "receptive field  up to 443 px at this size   stride 1, aligned to the input at this size",
  );
});

test("at an input of one size, a join with a feature map that was fitted to its size says what one of any size says, and more", () => {
  const said = (size: string, first: string, second: string) => {
    const program = `network Fitted {
      input image [3, ${size}]
      conv(8, 3x3, stride = 2)
      conv(8, 3x3, stride = 2) as trunk
      maxpool(4)
      upsample(to = trunk, bilinear) as branch
      from ${first}
      skip ${second} by add as sum
      skip trunk by add
      output map
    }`;
    const text = renderInspection(compileNetwork(program), undefined, { color: false, unicode: true });
    return /receptive field.*/.exec(`${text}`)?.[0];
  };
  // A position between two of the 6 windows of 4 of the trunk's 25 positions, which see 7 pixels each: 4 · 7 + 7.
  const place = "stride 4, offset 0";
  expect(said("H, W", "trunk", "branch")).toBe(`receptive field  depends on the input's size   ${place}`);
  expect(said("100, 100", "trunk", "branch")).toBe(`receptive field  up to 35 px at this size   ${place}`);
  expect(said("H, W", "branch", "trunk")).toContain("depends on the input's size");
  // 6 windows, 16 pixels apart from pixel 6 on, become 25 positions: position i is at 16 (6 (i + 1/2) / 25 − 1/2) + 6.
  expect(said("100, 100", "branch", "trunk")).toContain("stride 96/25, offset -2/25");
});

test("PSPNet's coarse branches lie up to 116 pixels from its trunk at the border of 473×473", () => {
  const { graph } = compileExample("pspnet.fcn");
  const shaped = shapedAt(graph, 473);
  const lines = joinOffsetLines(graph, placedMaps(shaped, placesAt(shaped)), { unicode: true });
  expect(lines.slice(1).map((line) => /by .* at the last/.exec(line)?.[0])).toEqual([
    "by +36 pixels at the first position to −36 at the last",
    "by +76 pixels at the first position to −76 at the last",
    "by +116 pixels at the first position to −116 at the last",
  ]);
});
