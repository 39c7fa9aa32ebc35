import { expect, test } from "vitest";
import { aligningChange, cropThatCouldAlign } from "../../../compiler/analyses/alignment/aligning-change.ts";
import { type Apart, joinOffsets } from "../../../compiler/analyses/alignment/join-offsets.ts";
import { formatRational } from "../../../compiler/geometry/rational.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { verifyGraph } from "../../../compiler/network/verify.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { compileExample, compileText } from "../../support/compile-source.ts";

/** ENet's initial block (Paszke et al. 2016, figure 2a): a strided convolution beside a pool. */
const enet = (pool: string) => `network Initial {
  input image [3, H, W]
  fork by concat { path { conv(13, 3x3, stride = 2) } path { ${pool} } }
  upsample(2, bilinear)
  output result
}`;

test("the first join of ENet is half an input pixel off", () => {
  const { graph } = compileNetwork(enet("maxpool(2)"));
  expect(found(graph)).toEqual([
    {
      join: "concat1",
      first: "fork1.path1.conv1",
      other: "fork1.path2.maxpool1",
      y: "1/2 pixels, 1/4 cells",
    },
  ]);
});

test("the change that is offered, written into the source, removes the shift", () => {
  const { graph } = compileNetwork(enet("maxpool(2)"));
  const change = aligningChange(graph, only(joinOffsets(graph)));
  expect(change).toMatchObject({
    from: "maxpool(2x2)",
    to: "maxpool(3x3, stride = 2, padding = same)",
    keepsSizes: true,
  });
  const mended = compileNetwork(enet(change?.to ?? "")).graph;
  expect(found(mended)).toEqual([]);
  // The first rounded down where the convolution rounds up: now every size does.
  expect(graph.accepts.get("H")?.cycle).toEqual([false, true]);
  expect(mended.accepts.get("H")?.cycle).toEqual([true]);
});

test("a change is made to every operation that one call in a loop made", () => {
  const { graph } = compileExample("fc-densenet.fcn");
  const offsets = joinOffsets(graph);
  expect(found(graph).map(({ y }) => y)).toEqual([
    "8 pixels, 1/2 cells",
    "12 pixels, 3/2 cells",
    "14 pixels, 7/2 cells",
    "15 pixels, 15/2 cells",
    "31/2 pixels, 31/2 cells",
  ]);
  const second = offsets[1];
  const change = second === undefined ? undefined : aligningChange(graph, second);
  expect(change?.to).toMatch(/^transposed_conv\(\d+, 4x4, stride = 2\)$/);
  expect(change?.nodes).toHaveLength(5);
  expect(change === undefined ? undefined : found(change.graph)).toEqual([]);
  expect(change === undefined ? undefined : verifyGraph(change.graph)).toEqual([]);
});

test("a skip that is cropped alike on both sides, where its grid asks for one cell more on one, could be cut exactly", () => {
  // The pads move the coarse map's grid by two pixels; the centred crop does not know.
  const source = (rule: string) => `network Cropped {
    input image [1, H, W]
    conv(4, 3x3) as fine
    pad(top = 4, left = 4)
    conv(4, 5x5, padding = valid)
    crop(2)
    skip fine by concat, crop = ${rule}
    output result
  }`;
  const aligned = compileNetwork(source("aligned")).graph;
  expect(found(aligned)).toEqual([]);
  const [{ graph } = { graph: aligned }] = compileText(source("centred")).networks;
  const offset = only(joinOffsets(graph));
  const crop = cropThatCouldAlign(graph, offset);
  expect(graph.nodes[crop ?? -1]?.operation).toBe("crop_to");
  expect(aligningChange(graph, offset)?.to).toContain("aligned");
});

test("the scores of a conditional random field can lie beside its image, and a convolution that brings them back is found", () => {
  const { graph } = compileNetwork(`network Field(classes = 3) {
    input image [3, H, W]
    conv(8, 3x3, stride = 2) relu
    conv(classes, 1x1)
    upsample(2, bilinear)
    crf(image)
    output labels by softmax
  }`);
  expect(found(graph)).toEqual([
    { join: "crf1", first: "resize1", other: "image", y: "1/2 pixels, 1/2 cells" },
  ]);
  expect(aligningChange(graph, only(joinOffsets(graph)))?.to).toBe("conv(8, 4x4, stride = 2)");
  expect(found(compileExample("crf-rnn.fcn").graph)).toEqual([]);
});

test("the joins of U-Net and FCN-8s meet exactly", () => {
  for (const name of ["u-net.fcn", "fcn-8s.fcn"]) expect(found(compileExample(name).graph), name).toEqual([]);
  const valid = compileExample("u-net.fcn", { padding: "valid", crop: "centred" });
  expect(found(valid.graph)).toEqual([]);
});

function found(graph: Graph) {
  return joinOffsets(graph).map(({ join, first, other, apart }) => ({
    join: graph.nodes[join]?.name,
    first: graph.nodes[first]?.name,
    other: graph.nodes[other]?.name,
    y: text(apart[0]),
  }));
}

function text(apart: Apart): string {
  if (apart.kind !== "constant") return apart.kind;
  return `${formatRational(apart.pixels)} pixels, ${formatRational(apart.cells)} cells`;
}

function only<T>(items: readonly T[]): T {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error(`expected one, found ${items.length}`);
  return item;
}
