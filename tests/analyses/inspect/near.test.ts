import { expect, test } from "vitest";
import { nearSizes } from "../../../compiler/analyses/inspect/near.ts";
import { isAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { nearRefusalText, nearText } from "../../../views/terminal/inspection/near-text.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { compileExample } from "../../support/compile-source.ts";

const near = (
  graph: Parameters<typeof nearSizes>[0],
  asked: Readonly<Record<string, readonly [number, number]>>,
) => {
  const sizes = new Map(Object.entries(asked));
  const found = nearSizes(graph, sizes);
  return "kind" in found ? nearRefusalText(graph.name, found) : nearText(found, sizes);
};

test("the accepted sizes above and below, the pixels to pad or crop on each side, and what comes out", () => {
  const { graph } = compileExample("u-net.fcn");
  expect(near(graph, { image: [500, 375] })).toBe(
    `  near             image 500×375 is not accepted
    above          image 512×384   pad 12 rows (6 top, 6 bottom), pad 9 columns (4 left, 5 right)
                   → labels [2, 512, 384]
    below          image 496×368   crop 4 rows (2 top, 2 bottom), crop 7 columns (3 left, 4 right)
                   → labels [2, 496, 368]`,
  );
  expect(near(graph, { image: [512, 384] })).toBe(
    "  near             image 512×384 is accepted\n                   → labels [2, 512, 384]",
  );
});

test("without padding nothing lies below the smallest size", () => {
  const { graph } = compileExample("u-net.fcn", { padding: "valid", crop: "centred" });
  expect(near(graph, { image: [100, 188] })).toBe(
    `  near             image 100×188 is not accepted
    above          image 188×188   pad 88 rows (44 top, 44 bottom)
                   → labels [2, 4, 4]
    below          no accepted size is as small`,
  );
});

const two = compileNetwork(`network Two {
  input image [3, 2*H, 2*W]
  conv(4, 3x3, stride = 2) maxpool(4) upsample(4, nearest) as half
  input depth [1, H, W]
  skip half by concat
  output map
}`).graph;

test("an input that shares the size of another follows it", () => {
  expect(near(two, { image: [100, 64] })).toBe(
    `  near             image 100×64 is not accepted
    above          image 104×64   pad 4 rows (2 top, 2 bottom)
                   depth 52×32   follows
                   → map [5, 52, 32]
    below          image 96×64   crop 4 rows (2 top, 2 bottom)
                   depth 48×32   follows
                   → map [5, 48, 32]`,
  );
});

test("of several sizes given, none is cut above, and none is padded below", () => {
  const found = nearSizes(
    two,
    new Map([
      ["image", [101, 64]],
      ["depth", [55, 33]],
    ]),
  );
  if ("kind" in found) throw new Error(found.kind);
  expect(found.above?.inputs.map(({ height, width }) => [height, width])).toEqual([
    [112, 72],
    [56, 36],
  ]);
  expect(found.below?.inputs.map(({ height, width }) => [height, width])).toEqual([
    [96, 64],
    [48, 32],
  ]);
});

test("an input of one size is padded or cut to it, and never both", () => {
  const { graph } = compileNetwork("network Fixed { input image [3, 32, 48] conv(4, 3x3) output map }");
  expect(near(graph, { image: [30, 47] })).toContain(
    "above          image 32×48   pad 2 rows (1 top, 1 bottom), pad 1 column (1 right)",
  );
  expect(near(graph, { image: [40, 48] })).toContain(
    "below          image 32×48   crop 8 rows (4 top, 4 bottom)",
  );
  expect(near(graph, { image: [40, 20] })).toBe(
    "  near             image 40×20 is not accepted\n    above          no accepted size is as large\n    below          no accepted size is as small",
  );
});

test("an unknown input, and one whose size does not follow, are said", () => {
  expect(near(two, { picture: [1, 1] })).toBe('Two has no input "picture", only "image", "depth"');
  const { graph } = compileNetwork(`network Apart {
    input a [1, H, W] conv(2, 3x3) as x
    input b [1, K, L] upsample(to = x, bilinear) skip x by concat
    output map
  }`);
  expect(near(graph, { a: [8, 8] })).toContain(
    "K of Apart does not follow from the sizes given: give one for every input, --near a=HxW --near b=HxW",
  );
});

test("between the sizes named lies no accepted one", () => {
  const { graph } = compileExample("u-net.fcn", { padding: "valid", crop: "centred" });
  const set = graph.accepts.get("H");
  if (set === undefined) throw new Error("U-Net has a height");
  for (let size = 150; size < 260; size += 1) {
    const found = nearSizes(graph, new Map([["image", [size, 188]]]));
    if ("kind" in found) throw new Error(found.kind);
    const low = found.below?.inputs[0]?.height ?? 0;
    const high = found.above?.inputs[0]?.height ?? Number.NaN;
    expect(low <= size && size <= high).toBe(true);
    for (let between = low + 1; between < high; between += 1) expect(isAccepted(set, between)).toBe(false);
  }
});
