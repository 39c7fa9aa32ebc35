import { expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { type Maps, maps, normalMaps, valueAt } from "./reference/map.ts";
import { type Moments, moments, normalise } from "./reference/normalisation.ts";
import { normalWeight, positiveWeight, type Weights, weightAt } from "./reference/weights.ts";
import { compare, compute, verify } from "./verify.ts";

const attributes = { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true, frozen: false } as const;
const input = (): Maps => normalMaps(new Random(41), [2, 3, 4, 5]);

function statistics(random: Random): Weights {
  return { running_mean: normalWeight(random, [3]), running_variance: positiveWeight(random, [3]) };
}

function weightsOf(): Weights {
  const random = new Random(42);
  return { scale: positiveWeight(random, [3]), shift: normalWeight(random, [3]), ...statistics(random) };
}

function running(weights: Weights): Moments {
  const of = (name: string): number[] => [0, 1, 2].map((channel) => weightAt(weights, name, channel));
  return { mean: of("running_mean"), variance: of("running_variance") };
}

await onEachEngine("batch normalisation", (backend) => {
  it("normalises with the batch's statistics in training", async () => {
    await verify(backend, {
      operation: "batchnorm",
      attributes,
      inputs: [input()],
      weights: weightsOf(),
      training: true,
      differentiableWeights: ["scale", "shift"],
      reference: ([map = input()], weights) =>
        normalise(
          map,
          moments(map),
          attributes.epsilon,
          (c) => weightAt(weights, "scale", c),
          (c) => weightAt(weights, "shift", c),
        ),
    });
  });

  it("needs neither scale nor shift", async () => {
    await verify(backend, {
      operation: "batchnorm",
      attributes: { ...attributes, scale: false, shift: false },
      inputs: [input()],
      weights: statistics(new Random(43)),
      training: true,
      reference: ([map = input()]) => normalise(map, moments(map), attributes.epsilon, () => 1, () => 0), // biome-ignore format: one call
    });
  });

  it.each([
    ["in prediction", { training: false, frozen: false }],
    ["in training when frozen", { training: true, frozen: true }],
  ])("normalises with the running statistics %s", async (_title, { training, frozen }) => {
    await verify(backend, {
      operation: "batchnorm",
      attributes: { ...attributes, frozen },
      inputs: [input()],
      weights: weightsOf(),
      training,
      // only training asks for gradients of weights, and not for those of frozen ones
      reference: ([map = input()], weights) =>
        normalise(
          map,
          running(weights),
          attributes.epsilon,
          (c) => weightAt(weights, "scale", c),
          (c) => weightAt(weights, "shift", c),
        ),
    });
  });

  it("moves the running statistics by a tenth towards the batch's mean and unbiased variance", async () => {
    const map = input();
    const weights = weightsOf();
    const test = {
      operation: "batchnorm",
      attributes,
      inputs: [map],
      weights,
      training: true,
      reference: () => map,
    } as const;
    const found = (await compute(backend, test, map, map)).statistics;
    const batch = moments(map);
    const count = map.data.length / map.channels;
    const old = running(weights);
    compare(
      "running mean",
      found.running_mean ?? [],
      batch.mean.map((mean, c) => 0.9 * (old.mean[c] ?? 0) + 0.1 * mean),
    );
    compare(
      "running variance",
      found.running_variance ?? [],
      batch.variance.map((value, c) => 0.9 * (old.variance[c] ?? 0) + (0.1 * value * count) / (count - 1)),
    );
  });

  it("leaves the running statistics alone in prediction and when frozen", async () => {
    const map = input();
    const test = {
      operation: "batchnorm",
      attributes,
      inputs: [map],
      weights: weightsOf(),
      reference: () => map,
    } as const;
    const frozen = { ...test, attributes: { ...attributes, frozen: true }, training: true };
    expect((await compute(backend, test, map, map)).statistics).toEqual({});
    expect((await compute(backend, frozen, map, map)).statistics).toEqual({});
  });

  it("holds its digits where the mean is a thousand deviations large", async () => {
    // float32 holds 1000 + x to 3e-5, and the inputs are rounded so before the reference sees them.
    const large = maps(1, 2, 8, 8, (b, c, y, x) => Math.fround(1000 + Math.sin(b + 3 * c + 5 * y + 7 * x)));
    await verify(backend, {
      operation: "batchnorm",
      attributes: { ...attributes, scale: false, shift: false },
      inputs: [large],
      weights: {
        running_mean: normalWeight(new Random(1), [2]),
        running_variance: positiveWeight(new Random(2), [2]),
      },
      training: true,
      reference: ([map = large]) => normalise(map, moments(map), attributes.epsilon, () => 1, () => 0), // biome-ignore format: one call
      tolerance: 2e-4, // the mean itself is a float32: off by up to 6e-5, in units of the deviation
    });
  });

  it("gives zeros, not NaN, for a channel that is constant", async () => {
    const constant = maps(1, 1, 3, 3, () => 5);
    const weights = {
      running_mean: normalWeight(new Random(1), [1]),
      running_variance: positiveWeight(new Random(2), [1]),
    };
    const plain = { ...attributes, scale: false, shift: false };
    const test = {
      operation: "batchnorm",
      attributes: plain,
      inputs: [constant],
      weights,
      training: true,
    } as const;
    const { output } = await compute(backend, { ...test, reference: () => constant }, constant, constant);
    expect([...output.data]).toEqual(Array(9).fill(0));
  });
});

await onEachEngine("dropout", (backend) => {
  /** Cells of a channel: side × side. */
  const [side, wide] = [6, 12];
  const map = (cells = side): Maps => maps(4, 8, cells, cells, () => 1);
  type Drops = "values" | "channels" | "images";
  const dropped = (seed: number, drops: Drops, { training = true, cells = side } = {}) => {
    const input = map(cells);
    const test = { operation: "dropout", attributes: { rate: 0.25, drops }, inputs: [input] } as const;
    const differentiableInputs = training ? 1 : 0; // in prediction it is the identity, with nothing on the tape
    return compute(
      backend,
      { ...test, seed, training, differentiableInputs, reference: () => input },
      input,
      input,
    );
  };

  it("changes nothing in prediction", async () => {
    expect((await dropped(1, "values", { training: false })).output.data).toEqual(map().data);
  });

  it("drops the given share and scales what it keeps, and the gradient goes the same way", async () => {
    const { output, inputGradients } = await dropped(1, "values", { cells: wide });
    const kept = output.data.filter((value) => value !== 0);
    compare("kept values", kept, Array(kept.length).fill(4 / 3));
    compare("gradient", inputGradients[0]?.data ?? [], output.data, 1e-6);
    // 4608 draws: the share's standard deviation is 0.0064, and the seed is fixed.
    expect(Math.abs(1 - kept.length / output.data.length - 0.25)).toBeLessThan(0.02);
  });

  it.each([
    ["in prediction", { training: false, drops: "values" }],
    ["in training", { training: true, drops: "values" }],
    ["in training when spatial", { training: true, drops: "channels" }],
    ["in training of whole images", { training: true, drops: "images" }],
  ] as const)(
    "is one factor a cell, that hangs on the seed alone, %s",
    async (_title, { training, drops }) => {
      const shape = [2, 3, 4, 5] as const;
      const ones = maps(...shape, () => 1);
      const test = { operation: "dropout", attributes: { rate: 0.25, drops }, seed: 5, training } as const;
      const factors = await compute(
        backend,
        { ...test, inputs: [ones], differentiableInputs: training ? 1 : 0, reference: () => ones },
        ones,
        ones,
      );
      await verify(backend, {
        ...test,
        inputs: [normalMaps(new Random(47), shape)],
        // in prediction it is the identity, with nothing on the tape
        differentiableInputs: training ? 1 : 0,
        reference: ([map = ones]) =>
          maps(...shape, (...place) => valueAt(map, place) * valueAt(factors.output, place)),
      });
    },
  );

  it("drops all of an image in stochastic depth, and scales what it keeps", async () => {
    const values = 8 * side ** 2;
    // Of four images, one at least in one of these draws.
    const drawn = await Promise.all([3, 4, 5].map((seed) => dropped(seed, "images")));
    const factors = drawn.flatMap(({ output }) =>
      [0, 1, 2, 3].map((image) => new Set(output.data.subarray(image * values, (image + 1) * values))),
    );
    expect(factors.every(({ size }) => size === 1)).toBe(true);
    const drawnFactors = factors.flatMap((each) => [...each]);
    const kept = drawnFactors.filter((value) => value !== 0);
    expect(kept.length).toBeLessThan(drawnFactors.length);
    compare("kept values", kept, Array(kept.length).fill(4 / 3));
  });

  it("drops whole channels when spatial", async () => {
    const { output } = await dropped(2, "channels");
    for (let channel = 0; channel < 32; channel++) {
      const cells = new Set(output.data.subarray(channel * side ** 2, (channel + 1) * side ** 2));
      expect(cells.size).toBe(1);
    }
    expect(new Set(output.data).size).toBe(2);
  });

  it("repeats itself for a seed and differs for another", async () => {
    const [first, again, other] = [
      await dropped(3, "values"),
      await dropped(3, "values"),
      await dropped(4, "values"),
    ];
    expect(again.output.data).toEqual(first.output.data);
    expect(other.output.data).not.toEqual(first.output.data);
  });
});
