import { expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { type Maps, maps, normalMaps } from "./reference/map.ts";
import { standardiseGroups, standardisePositions } from "./reference/normalisation.ts";
import { eachCell } from "./reference/pointwise.ts";
import { normalWeight, positiveWeight, type Weights, weightAt } from "./reference/weights.ts";
import { compute, verify } from "./verify.ts";

const attributes = { epsilon: 1e-5, scale: true, shift: true, frozen: false } as const;
const plain = { ...attributes, scale: false, shift: false };
const input = (): Maps => normalMaps(new Random(71), [2, 6, 4, 5]);
const weights = (): Weights => ({
  scale: positiveWeight(new Random(72), [6]),
  shift: normalWeight(new Random(73), [6]),
});

function scaled(map: Maps, by: Weights): Maps {
  return eachCell(map, (value, c) => value * weightAt(by, "scale", c) + weightAt(by, "shift", c));
}

await onEachEngine("instance normalisation", (backend) => {
  it("normalises every channel of every image by itself, in training and prediction", async () => {
    for (const training of [true, false]) {
      await verify(backend, {
        operation: "instancenorm",
        attributes,
        inputs: [input()],
        weights: weights(),
        training,
        differentiableWeights: ["scale", "shift"],
        reference: ([map = input()], by) => scaled(standardiseGroups(map, 6, attributes.epsilon), by),
      });
    }
  });

  it("needs neither scale nor shift", async () => {
    await verify(backend, {
      operation: "instancenorm",
      attributes: plain,
      inputs: [input()],
      reference: ([map = input()]) => standardiseGroups(map, 6, plain.epsilon),
    });
  });

  it("gives zeros for a constant channel, and for a map of one cell", async () => {
    for (const constant of [maps(1, 1, 3, 3, () => 5), maps(1, 3, 1, 1, (_b, c) => c)]) {
      const test = { operation: "instancenorm", attributes: plain, inputs: [constant] } as const;
      const { output } = await compute(backend, { ...test, reference: () => constant }, constant, constant);
      expect(output.data.every((value) => value === 0)).toBe(true);
    }
  });
});

await onEachEngine("group normalisation", (backend) => {
  it.each([1, 2, 3, 6])("normalises %i groups of channels of every image", async (groups) => {
    await verify(backend, {
      operation: "groupnorm",
      attributes: { groups, ...attributes },
      inputs: [input()],
      weights: weights(),
      differentiableWeights: ["scale", "shift"],
      reference: ([map = input()], by) => scaled(standardiseGroups(map, groups, attributes.epsilon), by),
    });
  });

  it("holds its digits where the mean is a thousand deviations large", async () => {
    // float32 holds 1000 + x to 3e-5, and the inputs are rounded so before the reference sees them.
    const large = maps(1, 4, 8, 8, (_b, c, y, x) => Math.fround(1000 + Math.sin(3 * c + 5 * y + 7 * x)));
    await verify(backend, {
      operation: "groupnorm",
      attributes: { groups: 2, ...plain },
      inputs: [large],
      reference: ([map = large]) => standardiseGroups(map, 2, plain.epsilon),
      tolerance: 2e-4, // the mean itself is a float32: off by up to 6e-5, in units of the deviation
    });
  });
});

await onEachEngine("layer normalisation", (backend) => {
  it("normalises the channels of every position by themselves, in training and prediction", async () => {
    for (const training of [true, false]) {
      await verify(backend, {
        operation: "layernorm",
        attributes,
        inputs: [input()],
        weights: weights(),
        training,
        differentiableWeights: ["scale", "shift"],
        reference: ([map = input()], by) => scaled(standardisePositions(map, attributes.epsilon), by),
      });
    }
  });

  it("needs neither scale nor shift", async () => {
    await verify(backend, {
      operation: "layernorm",
      attributes: plain,
      inputs: [input()],
      reference: ([map = input()]) => standardisePositions(map, plain.epsilon),
    });
  });
});
