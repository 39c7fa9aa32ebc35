import { describe, expect, it } from "vitest";
import { memoryPeak } from "../../../compiler/analyses/cost/memory-schedule.ts";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { inputSizes } from "../../../runtime/engines/input-sizes.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { memorySubjects } from "../../../tools/verify/memory/subjects.ts";
import { compileExample } from "../../support/compile-source.ts";

// The programs of two batches are compared step by step, so a step that only one of them has ends in an error.
describe("the native engine forecasts the memory of", () => {
  it.each(memorySubjects)("$example", async ({ example, settings, size }) => {
    const network = compileExample(example, settings);
    const shaped = shapeAt(network.graph, [size, size]);
    if (shaped.kind === "refused") throw new Error(shaped.message);
    const sizes = inputSizes(shaped);
    const engine = await loadEngine("native");
    const predict = await engine.forecast(network.graph, { sizes });
    expect(memoryPeak(predict, 2).bytes).toBeGreaterThan(memoryPeak(predict, 1).bytes);
    if (network.train === undefined) return;
    const train = await engine.forecast(network.graph, { sizes, training: sessionTraining(network) });
    expect(memoryPeak(train, 1).bytes).toBeGreaterThan(memoryPeak(predict, 1).bytes);
    const left = train.changes.reduce((sum, { fixed, perImage }) => sum + fixed + 3 * perImage, 0);
    expect(left).toBeCloseTo(0, 3);
  });
});

it("refuses to forecast feature maps whose matrices alone would take gigabytes", async () => {
  const { graph } = compileExample("u-net.fcn", { width: "4" });
  const engine = await loadEngine("native");
  const sizes = new Map([["image", [2 ** 24, 16] as const]]);
  await expect(engine.forecast(graph, { sizes })).rejects.toThrow(
    "more than 262,144 positions along an axis",
  );
});
