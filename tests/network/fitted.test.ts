import { expect, it } from "vitest";
import { isFitted } from "../../compiler/network/fitted.ts";
import { compileNetwork } from "../support/compile-network.ts";

it("looks at each feature map a few times, however many are asked about", () => {
  const { graph } = compileNetwork(`network Deep() {
  input image [1, H, W]
  repeat 200 { conv(2, 3x3) relu }
  output deep
}`);
  let looked = 0;
  const nodes = (id: number) => {
    looked += 1;
    const node = graph.nodes[id];
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  };
  for (const { id } of graph.nodes) expect(isFitted(id, nodes, graph)).toBe(false);
  expect(graph.nodes.length).toBeGreaterThan(400);
  expect(looked).toBeLessThan(6 * graph.nodes.length);
});
