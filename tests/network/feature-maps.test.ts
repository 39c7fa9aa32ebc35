/** Sizes, geometry and weights of feature maps, shared by equal calls alone. */
import { expect, it } from "vitest";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { FeatureMaps } from "../../compiler/network/feature-maps.ts";
import { compileNetwork } from "../support/compile-network.ts";

it("tells two operations apart that are given the same object as attributes", () => {
  const { graph } = compileNetwork("network N { input image [4, H, W] maxpool(2) output o }");
  const image = graph.nodes[0];
  const pool = graph.nodes.find(({ operation }) => operation === "maxpool");
  if (image === undefined || pool?.operation !== "maxpool") throw new Error("the network has both");
  const maps = new FeatureMaps();
  const shared = pool.attributes;
  const pooled = maps.make("maxpool", shared, [image.map]);
  const unchanged = maps.make("relu", shared, [image.map]);
  if (pooled instanceof Refusal || unchanged instanceof Refusal) throw new Error("both have a size");
  expect(pooled.size).not.toEqual(image.map.size);
  expect(unchanged.size).toEqual(image.map.size);
});
