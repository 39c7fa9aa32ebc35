import { expect, test } from "vitest";
import { compareMaps } from "../../../compiler/analyses/explain/compare-maps.ts";
import { conditionsOf, imposedConditions } from "../../../compiler/analyses/explain/conditions.ts";
import { explainMap } from "../../../compiler/analyses/explain/explain-map.ts";
import { findMap } from "../../../compiler/analyses/explain/find-map.ts";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { LineMap } from "../../../compiler/diagnostics/line-map.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { contains } from "../../../compiler/sizes/size-set.ts";
import { comparisonText } from "../../../views/terminal/explanation/comparison-text.ts";
import { explanationText } from "../../../views/terminal/explanation/explanation-text.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { compileExample, compileText } from "../../support/compile-source.ts";

const source = `network Small {
  input image [1, H, W]
  conv(4, 3x3) relu as fine
  maxpool(2) conv(8, 3x3) relu
  upsample(2, nearest)
  skip fine by concat
  output map
}`;

function explained(graph: Graph, name: string, size?: number, text = source): readonly string[] {
  const found = findMap(graph, name);
  if (found.kind !== "found") throw new Error(`${name}: ${found.kind}`);
  const shaped = size === undefined ? undefined : shapeAt(graph, [size, size]);
  if (shaped?.kind === "refused") throw new Error(shaped.message);
  const lines = new LineMap(text);
  const locate = ({ file, start }: { file: string; start: number }) => ({
    file,
    line: lines.position(start).line,
  });
  return explanationText(explainMap(graph, found.node.id, { shaped, locate, unicode: true }), "test.fcn");
}

test("a map is walked back to the input: lines, sizes, geometry, and which join asked what", () => {
  expect(explained(compileNetwork(source).graph, "map").join("\n")).toBe(
    `Small: map (concat1), back to the input
accepts H mod 2 = 0, W mod 2 = 0

line  operation              size           stride  offset  receptive field  feature map
6     concat                 [12, H, W]          1       0                8  concat1
          needs 2·⌊H/2⌋ = H, so H mod 2 = 0, and the same for W
        └ with fine
5     upsample(2, nearest)   [8, H, W]           1       0                8  resize1
4     conv(8, 3x3) relu      [8, H/2, W/2]       2     1/2                8  relu1
4     maxpool(2x2)           [4, H/2, W/2]       2     1/2                4  maxpool1
          valid for every H ≥ 2, and the same for W
3     conv(4, 3x3) relu      [4, H, W]           1       0                3  fine
2     input image [1, H, W]  [1, H, W]           1       0                1  image`,
  );
});

test("at a size the walk has numbers", () => {
  const lines = explained(compileNetwork(source).graph, "map", 64);
  expect(lines[0]).toBe("Small: map (concat1), back to the input at H = 64, W = 64");
  expect(lines.find((line) => line.startsWith("5"))).toContain("[8, 64, 64]");
});

test("every join of U-Net asks one thing more of the size, i          n its own words", () => {
  const { graph } = compileExample("u-net.fcn");
  const asked = [...conditionsOf(graph, { unicode: true }).values()].flatMap((conditions) =>
    conditions.flatMap(({ because, needs }) =>
      because.kind === "equal" ? [`${because.first} = ${because.second}: ${needs}`] : [],
    ),
  );
  expect(asked).toEqual([
    "2·⌊H/16⌋ = ⌊H/8⌋: H mod 16 = 0 to 7",
    "2·⌊H/8⌋ = ⌊H/4⌋: H mod 8 = 0 to 3",
    "2·⌊H/4⌋ = ⌊H/2⌋: H mod 4 = 0 or 1",
    "2·⌊H/2⌋ = H: H mod 2 = 0",
  ]);
});

test("what the operations ask for together is what the netwo          rk accepts", () => {
  for (const name of [
    "u-net.fcn",
    "fc-densenet.fcn",
    "deconvnet.fcn",
    "rgbd-fusion.fcn",
    "eigen-multitask.fcn",
  ]) {
    const { graph } = compileExample(name);
    const conditions = imposedConditions(graph);
    for (const [symbol, set] of graph.accepts) {
      const own = conditions.filter((condition) => condition.symbol === symbol);
      for (let n = 1; n <= 600; n += 1) {
        expect(
          own.every(({ needs }) => contains(needs, n)),
          `${name}: ${symbol} = ${n}`,
        ).toBe(contains(set, n));
      }
    }
  }
});

test("repeated blocks of a deep network are explained once, and every step of it stands in the data", () => {
  const { graph } = compileExample("deeplab-v2.fcn");
  const lines = explained(graph, "labels");
  expect(lines.length).toBeLessThan(120);
  expect(lines.join("\n")).toMatch(/… 21 more calls of bottleneck like it/);
});

test("an output, a name of the program and the end of a node          's name are found, and others suggested", () => {
  const { graph } = compileExample("u-net.fcn");
  expect(findMap(graph, "labels")).toMatchObject({ kind: "found", node: { operation: "softmax" } });
  expect(findMap(graph, "level[2]")).toMatchObject({
    kind: "found",
    node: { name: "encoder.level[2].relu2" },
  });
  expect(findMap(graph, "concat4")).toMatchObject({ kind: "found", node: { name: "decoder.concat4" } });
  expect(findMap(graph, "relu2")).toMatchObject({ kind: "several" });
  expect(findMap(graph, "lables")).toEqual({ kind: "unknown", nearest: "labels" });
});

test("a join whose maps lie apart is said where it stands, w          ith the change that brings them together", () => {
  const text = `network Enet {
  input image [3, H, W]
  fork by concat {
    path { conv(13, 3x3, stride = 2) }
    path { maxpool(2) }
  }
  upsample(2, bilinear)
  output map
}`;
  const lines = explained(compileNetwork(text).graph, "map", undefined, text);
  expect(lines.join("\n")).toContain(
    "fork1.path2.maxpool1 is 1/2 pixel (1/4 position) past fork1.path1.conv1",
  );
  expect(lines.join("\n")).toContain(
    "maxpool(2x2) → maxpool(3x3, stride = 2, padding = same) would align them",
  );
});

test("two maps are compared on the input's pixels", () => {
  const { graph } = compileNetwork(source);
  const [fine, pool] = ["fine", "maxpool1"].map((name) => findMap(graph, name));
  if (fine?.kind !== "found" || pool?.kind !== "found") throw new Error("both are there");
  expect(comparisonText(compareMaps([fine.node, pool.node], undefined))).toEqual([
    "fine: position i is centred at pixel i",
    "maxpool1: position i is centred at pixel 2·i + 1/2",
    "position 0 of maxpool1 is 1/2 input pixel (1/2 position) past position 0 of fine; one position of fine has the length of 1/2 of maxpool1",
  ]);
});

test("a network whose sizes never meet keeps the maps it cou          ld make", () => {
  const { unfinished, networks } = compileText(`network Bad {
  input image [1, H, W]
  conv(4, 3x3, padding = valid) as fine
  maxpool(2) upsample(2, nearest) as back
  skip image by concat
  output map
}`);
  expect(networks).toEqual([]);
  const [graph] = unfinished;
  expect(graph?.nodes.map(({ name }) => name)).toEqual(["image", "fine", "maxpool1", "back"]);
  expect(graph === undefined ? [] : explained(graph, "back").length).toBeGreaterThan(4);
});
