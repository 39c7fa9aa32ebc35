/**
 * Every example trained for ten steps, each step from the same weights and optimizer state as the WebAssembly engine. Where the two
 * differ by more than the rounding of a shallow network, float64 judges.
 */
import { describe, expect, it } from "vitest";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { referenceSession } from "../../support/reference-executor.ts";
import { disturbed, exampleNames, narrowExample } from "../../tensors/examples/narrowed.ts";

const steps = 10;

/** Of a loss, relative where it is above 1. */
const tolerance = 1e-5;

describe.each(exampleNames)("%s on native", (name) => {
  it("has the loss and the predictions of wasm at every step, or is as near to float64", async () => {
    const { network, options, inputs, targets } = narrowExample(name);
    const [native, wasm] = [
      await (await loadEngine("native")).open(network.graph, options),
      await (await loadEngine("wasm")).open(network.graph, options),
    ];
    let judged = false;
    try {
      await wasm.writeWeights(disturbed(await wasm.readWeights()));
      for (let step = 0; step < steps; step++) {
        const [weights, state] = [await wasm.readWeights(), await wasm.readState()];
        await native.writeWeights(weights);
        await native.writeState(state);
        const expected = await wasm.step(inputs, targets, 0.01);
        const found = await native.step(inputs, targets, 0.01);
        expect([...found.losses.keys()]).toEqual([...expected.losses.keys()]);
        for (const [output, { kind, shape }] of expected.predictions)
          expect(found.predictions.get(output)).toMatchObject({ kind, shape });
        const apart = Math.abs(found.loss - expected.loss) / Math.max(1, Math.abs(expected.loss));
        if (apart < tolerance) continue;
        expect(apart, `step ${step}`).toBeLessThan(10 * tolerance);
        if (judged) continue; // a step in float64 takes as long as all others
        judged = true;
        const reference = referenceSession(network.graph, options);
        await reference.writeWeights(weights);
        await reference.writeState(state);
        const { loss } = await reference.step(inputs, targets, 0.01);
        const [far, other] = [Math.abs(found.loss - loss), Math.abs(expected.loss - loss)];
        expect(far, `step ${step}, beside ${other} of wasm`).toBeLessThan(
          Math.max(tolerance * Math.max(1, Math.abs(loss)), 3 * other),
        );
      }
    } finally {
      native.close();
      wasm.close();
    }
  }, 300_000);
});
