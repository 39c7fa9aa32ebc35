import { expect, it } from "vitest";
import type { Attributes } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { maps, normalMaps, valueAt } from "./reference/map.ts";
import { localResponse } from "./reference/normalisation.ts";
import { compare, compute, verify } from "./verify.ts";

const cases: readonly (readonly [string, Attributes["lrn"], number])[] = [
  ["Caffe's defaults", { size: 5, alpha: 1e-4, beta: 0.75, k: 1 }, 7],
  ["the paper's k and a strong alpha", { size: 5, alpha: 3, beta: 0.75, k: 2 }, 7],
  ["a window of one channel", { size: 1, alpha: 1, beta: 0.5, k: 1 }, 3],
  ["a window wider than the channels", { size: 9, alpha: 2, beta: 1, k: 0.5 }, 4],
];

await onEachEngine("local response normalisation", (backend) => {
  it.each(cases)("is right for %s", async (_title, attributes, channels) => {
    const input = normalMaps(new Random(51), [2, channels, 3, 4]);
    await verify(backend, {
      operation: "lrn",
      attributes,
      inputs: [input],
      reference: ([map = input]) => localResponse(attributes, map),
    });
  });

  it("divides alpha by the size, as Caffe does: eight ones become 1 / (1 + alpha)^beta where a window is full", async () => {
    const attributes = { size: 5, alpha: 3, beta: 0.5, k: 1 };
    const ones = maps(1, 8, 1, 1, () => 1);
    const test = { operation: "lrn", attributes, inputs: [ones], reference: () => ones } as const;
    const { output } = await compute(backend, test, ones, ones);
    compare("full window", [valueAt(output, [0, 3, 0, 0])], [0.5]);
    expect(valueAt(output, [0, 0, 0, 0])).toBeGreaterThan(0.5);
  });
});
