import { describe, expect, it } from "vitest";
import { align } from "../../../compiler/analyses/diff/align.ts";
import { diffNetworks, type NetworkDiff } from "../../../compiler/analyses/diff/network-diff.ts";
import { renderDiff } from "../../../views/terminal/diff/render-diff.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { compileExample } from "../../support/compile-source.ts";

const network = (body: string) =>
  compileNetwork(`network Net(classes = 2) { input image [3, H, W] ${body} output labels by softmax }`);

function diffOf(before: string, after: string, size?: readonly [number, number]): NetworkDiff {
  const diff = diffNetworks(network(before), network(after), size);
  if ("kind" in diff) throw new Error(diff.message);
  return diff;
}

const kinds = ({ layers }: NetworkDiff) => layers.map(({ kind }) => kind);

describe("align", () => {
  it("sets items beside each other so that the likeness of all pairs is largest, in order", () => {
    const same = { of: (a: string, b: string) => (a === b ? 1 : 0), most: 1, name: (item: string) => item };
    expect(align([..."abcd"], [..."xbcde"], same)).toEqual([
      [0, undefined],
      [undefined, 0],
      [1, 1],
      [2, 2],
      [3, 3],
      [undefined, 4],
    ]);
    expect(align([], ["a"], same)).toEqual([[undefined, 0]]);
  });

  it("compares few items of long sequences: the same at both ends at once, and by name between", () => {
    let compared = 0;
    const likeness = {
      of: (a: string, b: string) => {
        compared++;
        return a === b ? 9 : a.split(" ")[0] === b.split(" ")[0] ? 3 : 1;
      },
      most: 9,
      name: (item: string) => item.split(" ")[0] ?? "",
    };
    const names = Array.from({ length: 20_000 }, (_, index) => `layer${index}`);
    expect(align(names, names, likeness)).toHaveLength(20_000);
    const changed = names.map((name, index) => (index % 2 === 0 ? name : `${name} changed`));
    changed.splice(7_000, 1, "one", "more");
    const pairs = align(names, changed, likeness);
    expect(pairs.filter(([i, j]) => i === undefined || j === undefined)).toHaveLength(1);
    expect(compared).toBeLessThan(1_000_000);
  });
});

describe("diffNetworks", () => {
  const short = "conv(8, 3x3) relu conv(8, 3x3) relu conv(classes, 1x1)";

  it("finds nothing between a network and itself", () => {
    const diff = diffOf(short, short);
    expect(new Set(kinds(diff)).size).toBe(1);
    expect(diff.weights).toMatchObject({ reshaped: [], unused: [], missing: [], renamed: [] });
    expect(diff.weights.fitting).toHaveLength(6);
  });

  it("shows an inserted layer as one, and the layers that it renumbers as renamed", () => {
    const long = "conv(8, 3x3) relu conv(8, 5x5) relu conv(8, 3x3) relu conv(classes, 1x1)";
    const diff = diffOf(short, long);
    expect(kinds(diff).filter((kind) => kind === "added")).toHaveLength(2);
    expect(kinds(diff)).not.toContain("removed");
    // The field of what follows grows, so it counts as changed, by what lies before it.
    const last = diff.layers.findLast((layer) => "after" in layer && layer.after.op === "conv");
    expect(last).toMatchObject({ kind: "changed", attributes: [], facts: ["field"] });
    expect(diff.weights.renamed).toContainEqual({ from: "conv3.weight", to: "conv4.weight" });
    expect(diff.weights.fitting).toContain("conv1.weight");
  });

  it("says renumbered where nothing else of a layer changed", () => {
    const diff = diffOf("conv(4, 1x1) conv(classes, 1x1)", "conv(4, 1x1) conv(4, 1x1) conv(classes, 1x1)");
    expect(diff.layers).toContainEqual(
      expect.objectContaining({ kind: "renamed", after: expect.objectContaining({ name: "conv3" }) }),
    );
  });

  it("tells what of a layer changed from what follows from the layers before it", () => {
    const diff = diffOf(short, short.replace("conv(8, 3x3)", "conv(16, 3x3, stride = 2)"), [32, 32]);
    expect(diff.layers[0]).toMatchObject({ kind: "changed", attributes: ["channels", "stride"] });
    expect(diff.layers[1]).toMatchObject({ kind: "changed", attributes: [] });
    expect(diff.before.macs).toBe(32 * 32 * (27 * 8 + 72 * 8 + 8 * 2));
    expect(diff.weights.reshaped).toEqual(["conv1.weight", "conv1.bias", "conv2.weight"]);
  });

  it("refuses a size that one of them does not accept", () => {
    const pooled = network("maxpool(2) upsample(2, nearest) skip image by concat conv(classes, 1x1)");
    expect(diffNetworks(network(short), pooled, [33, 32])).toMatchObject({ kind: "refused" });
  });
});

it("FCN-8s takes all of FCN-16s but its last upsampling, as its paper trains it", () => {
  const [coarse, fine] = [compileExample("fcn-16s.fcn"), compileExample("fcn-8s.fcn")];
  const diff = diffNetworks(coarse, fine);
  if ("kind" in diff) throw new Error(diff.message);
  expect(diff.weights.unused).toEqual(["upscore16.weight"]);
  const text = renderDiff({ path: "a.fcn", network: coarse }, { path: "b.fcn", network: fine }, diff);
  expect(text).toContain("--- a.fcn\nFCN16s(classes = 21, width = 64)");
  expect(text).toContain("+ score_pool3  (conv)  [21, ");
  expect(text).toContain("  loaded by `start from` (same name and shape): 35");
  expect(text).toContain("  only in the first: 1 (upscore16.weight)");
});

it("writes sizes and MACs as the other commands do", () => {
  const before = network("conv(8, 3x3) conv(classes, 1x1)");
  const after = network("conv(8, 3x3, stride = 2) conv(classes, 1x1)");
  const text = (size?: readonly [number, number]): string => {
    const diff = diffNetworks(before, after, size);
    if ("kind" in diff) throw new Error(diff.message);
    return renderDiff({ path: "a.fcn", network: before }, { path: "b.fcn", network: after }, diff);
  };
  expect(text()).toContain("height H → ⌈H/2⌉, width W → ⌈W/2⌉");
  expect(text([64, 64])).toContain("MACs 885 k → 221 k");
});

it("says one cause in one line, and only counts the layers that differ as a result", () => {
  const pools = "conv(8, 3x3) relu maxpool(2) conv(8, 3x3) relu maxpool(2) conv(8, 3x3) conv(classes, 1x1)";
  const before = network(pools);
  const after = network(pools.replaceAll("maxpool(2)", "maxpool(3x3, stride = 2, padding = same)"));
  const diff = diffNetworks(before, after);
  if ("kind" in diff) throw new Error(diff.message);
  const text = renderDiff({ path: "a.fcn", network: before }, { path: "b.fcn", network: after }, diff);
  const lines = text.split("\n").filter((line) => /^(layers|[~+=-] | {2}\d+ layers? differ)/.test(line));
  expect(lines).toEqual([
    "layers: 2 unchanged, 2 changed, 5 affected by changes before them",
    "~ 2 layers  (maxpool)  kernel 2 → 3, padding 0 → 1: maxpool1, maxpool2",
    expect.stringMatching(
      /^ {2}5 layers differ as a result, in height, width, offset, receptive field; --json/,
    ),
  ]);
});
