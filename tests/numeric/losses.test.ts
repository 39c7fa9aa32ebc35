import { expect, it } from "vitest";
import { withBorderWeights } from "../../runtime/engines/border-weights.ts";
import { balanceClasses, type ClassTargets } from "../../runtime/engines/class-targets.ts";
import { mapTargets } from "../../runtime/engines/map-targets.ts";
import { softTargets } from "../../runtime/engines/soft-targets.ts";
import { sumOf } from "../../runtime/engines/step-result.ts";
import type { MapLoss, TermTargets } from "../../runtime/engines/trained-outputs.ts";
import { Random } from "../../runtime/random.ts";
import { float64 } from "../../tools/documentation/learning-record.ts";
import { onEachEngine } from "./each-engine.ts";
import type { NumericEngine } from "./engines.ts";
import { lossByEngine } from "./loss-by-engine.ts";
import { type ComputedLoss, lossByProgram } from "./loss-program.ts";
import type { TensorProgram } from "./program.ts";
import { recordEntry } from "./record-entry.ts";
import {
  balanced,
  berhu,
  borderCrossEntropy,
  cosine,
  crossEntropy,
  dice,
  focal,
  gaussianFocal,
  generalisedDice,
  hardExamples,
  huber,
  jaccard,
  lovaszSoftmax,
  meanDistance,
  scaleInvariant,
  softCrossEntropy,
  totalVariation,
  tversky,
  type Values,
} from "./reference/losses.ts";

/** Sums of some hundred float32 terms of order 1 stay within 1e-5 of float64; gradients are smaller than their loss. */
const tolerance = 1e-5;
/** Of the central differences: good to 1e-7 in float64 for these smooth formulas. */
const step = 1e-5;

const [height, width] = [4, 5];

/** Seeded values; distinct enough that no distance is within a step of a kink. */
function values(seed: string, count: number): Float32Array {
  const random = new Random(3, seed);
  return Float32Array.from({ length: count }, () => random.between(-2, 2));
}

/** Two images; every third cell of the first is unknown. */
const shapeOf = (channels: number): Values => ({ images: 2, cells: height * width, channels });
const known = Uint8Array.from({ length: 2 * height * width }, (_, i) =>
  i < height * width && i % 3 === 0 ? 0 : 1,
);

function targetsOf(channels: number, unit = false) {
  const data = values("target", 2 * height * width * channels);
  if (unit) {
    for (let i = 0; i < data.length; i += 3) {
      const length = Math.hypot(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0);
      for (let c = i; c < i + 3; c++) data[c] = (data[c] ?? 0) / length;
    }
  }
  // what is not known may be anything
  for (let i = 0; i < data.length; i++) if (known[Math.floor(i / channels)] === 0) data[i] = Number.NaN;
  const output = { name: "depth", node: 0, logits: 0, activation: undefined } as const;
  const batch = { kind: "map", data, valid: known, shape: [2, height, width, channels] } as const;
  return { data, targets: mapTargets(output, batch, 2, [channels, height, width]) };
}

/** @param weights of the classes, which become those of the positions */
function classesOf(
  classes: number,
  weights?: readonly number[],
): { readonly labels: Int32Array; readonly targets: ClassTargets } {
  const random = new Random(5, "classes");
  const labels = Int32Array.from(known, (mark) => (mark === 0 ? -1 : random.integer(classes)));
  const own = Float32Array.from(known, (mark, i) => (mark === 0 ? 0 : (weights?.[labels[i] ?? 0] ?? 1)));
  const total = sumOf(own);
  return {
    labels,
    targets: { classes: labels.map((label) => Math.max(0, label)), weights: own, known, totalWeight: total },
  };
}

/** Loss and gradient against the reference and its central differences. */
async function compare(
  engine: NumericEngine | TensorProgram,
  term: TermTargets,
  channels: number,
  reference: (map: Float64Array) => number,
): Promise<void> {
  const map = values("map", 2 * height * width * channels);
  const factor = 0.5;
  const shape = [2, height, width, channels] as const;
  const { loss, gradient } =
    "engine" in engine
      ? await lossByEngine(engine.engine, map, shape, term, factor)
      : lossByProgram(map, shape, term, factor);
  const expected = factor * reference(Float64Array.from(map));
  const error = Math.abs(loss - expected);
  expect(error).toBeLessThan(tolerance);
  expect(loss).toBeGreaterThan(0);
  let furthest = 0;
  for (let i = 0; i < map.length; i++) {
    const moved = (by: number) => {
      const copy = Float64Array.from(map);
      copy[i] = (copy[i] ?? 0) + by;
      return reference(copy);
    };
    const difference = (factor * (moved(step) - moved(-step))) / (2 * step);
    const slope = Math.abs((gradient[i] ?? Number.NaN) - difference);
    expect(slope, `value ${i}`).toBeLessThan(tolerance);
    furthest = Math.max(furthest, slope);
  }
  recordEntry({
    catalogue: "losses",
    name: term.term.kind,
    computer: "engine" in engine ? engine.name : float64,
    value: error / Math.max(1, Math.abs(expected)),
    gradient: furthest,
  });
}

await onEachEngine("the losses of values", (backend) => {
  const distance = (term: MapLoss, of: (x: number) => number) => async () => {
    const { data, targets } = targetsOf(3);
    await compare(backend, { kind: "map", term, targets }, 3, (map) =>
      meanDistance(shapeOf(3), map, data, known, of),
    );
  };
  it("l1 is the mean absolute difference", distance({ kind: "l1" }, Math.abs));
  it(
    "l2 is the mean squared difference",
    distance({ kind: "l2" }, (x) => x * x),
  );
  it("huber is a parabola with straight arms", distance({ kind: "huber", threshold: 0.7 }, huber(0.7)));

  it("total_variation is the mean of the differences between neighbours, without a target", async () => {
    const term = { kind: "total_variation" } as const;
    const shape = [2, 3, height, width] as const;
    await compare(backend, { kind: "prediction", term, shape }, 3, (map) =>
      totalVariation(shapeOf(3), map, width),
    );
  });

  it("berhu is straight to a fifth of the largest difference, and a parabola beyond", async () => {
    const { data, targets } = targetsOf(1);
    const map = values("map", data.length);
    const largest = Math.max(
      ...[...map].map((value, i) => Math.abs(value - (data[i] ?? 0))).filter(Number.isFinite),
    );
    await compare(backend, { kind: "map", term: { kind: "berhu" }, targets }, 1, (given) =>
      meanDistance(shapeOf(1), given, data, known, berhu(largest / 5)),
    );
  });

  it.each([0, 0.5, 1])("scale_invariant is Eigen's equation 4 with balance %f", async (balance) => {
    const { data, targets } = targetsOf(1);
    const term = { kind: "scale_invariant", balance } as const;
    await compare(backend, { kind: "map", term, targets }, 1, (map) =>
      scaleInvariant(shapeOf(1), map, data, known, balance),
    );
  });

  it.each([
    [2, 4],
    [0, 1],
    [1.5, 0],
  ])("gaussian_focal is equation 1 of CornerNet with alpha %f and beta %f", async (alpha, beta) => {
    const data = values("heat", 2 * height * width * 2).map((value, i) =>
      i % 7 === 0 ? 1 : (value + 2) / 4.01,
    );
    const output = { name: "centre", node: 0, logits: 0, activation: "sigmoid" } as const;
    const shape = [2, height, width, 2] as const;
    const targets = mapTargets(output, { kind: "map", data, valid: known, shape }, 2, [2, height, width]);
    const term = { kind: "gaussian_focal", alpha, beta } as const;
    await compare(backend, { kind: "map", term, targets }, 2, (map) =>
      gaussianFocal(shapeOf(2), map, data, known, [alpha, beta]),
    );
  });

  it("cosine is one less the cosine of the angle", async () => {
    const { data, targets } = targetsOf(3, true);
    await compare(backend, { kind: "map", term: { kind: "cosine" }, targets }, 3, (map) =>
      cosine(shapeOf(3), map, data, known),
    );
  });
});

/** Loss and gradient, on an engine or by the program. */
async function lossOf(
  engine: NumericEngine | TensorProgram,
  map: Float32Array,
  channels: number,
  term: TermTargets,
): Promise<ComputedLoss> {
  const shape = [2, height, width, channels] as const;
  return "engine" in engine
    ? lossByEngine(engine.engine, map, shape, term, 1)
    : lossByProgram(map, shape, term, 1);
}

await onEachEngine("the scale-invariant loss", (engine) => {
  it("with balance 1 does not see a change of scale, and with 0 it does", async () => {
    const { data, targets } = targetsOf(1);
    for (const [balance, expected] of [
      [1, 0],
      [0, 0.49],
    ] as const) {
      const term = { kind: "map", term: { kind: "scale_invariant", balance }, targets } as const;
      const shifted = data.map((value) => (Number.isNaN(value) ? 9 : value + 0.7));
      expect((await lossOf(engine, shifted, 1, term)).loss).toBeCloseTo(expected, 5);
    }
  });
});

await onEachEngine("the loss of distributions", (backend) => {
  const channels = 7;
  /** Of every known cell, over all channels but the first two. */
  const distributions = () => {
    const data = values("target", 2 * height * width * channels).map((value, i) =>
      i % channels < 2 ? 0 : (value + 2) ** 2,
    );
    for (let cell = 0; cell < known.length; cell++) {
      const own = data.subarray(cell * channels, (cell + 1) * channels);
      const whole = sumOf(own);
      for (const [c, value] of own.entries()) own[c] = known[cell] === 0 ? Number.NaN : value / whole;
    }
    return data;
  };

  it.each([undefined, [9, 9, 0.5, 1, 2, 0.25, 3]])(
    "soft_cross_entropy is −w Σ t log p with the weight of the likeliest value (weights %j)",
    async (weights) => {
      const data = distributions();
      const output = { name: "colours", node: 0, logits: 0, activation: "softmax" } as const;
      const batch = { kind: "map", data, valid: known, shape: [2, height, width, channels] } as const;
      const targets = softTargets(mapTargets(output, batch, 2, [channels, height, width]), weights);
      const term = { kind: "soft_cross_entropy", weights } as const;
      await compare(backend, { kind: "soft", term, targets }, channels, (map) =>
        softCrossEntropy(shapeOf(channels), map, data, known, weights),
      );
    },
  );
});

await onEachEngine("the losses of classes", (backend) => {
  it.each([
    [1, 2, 0, undefined],
    [3, 3, 0, [0.5, 2, 1.5]],
    [1, 2, 0.1, undefined],
    [1, 2, 0.3, [0.5, 2]],
    [3, 3, 0.1, undefined],
    [3, 2, 0.3, [0.5, 2, 1.5]], // the last class does not occur
  ])(
    "cross_entropy of %i channels and %i classes shares %f of the target among all classes (weights %j)",
    async (channels, classes, labelSmoothing, weights) => {
      const { labels, targets } = classesOf(classes, weights);
      const term = { kind: "cross_entropy", weights, labelSmoothing, reduction: "mean" } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        crossEntropy(shapeOf(channels), map, labels, labelSmoothing, weights),
      );
    },
  );

  it.each([
    [1, 2, false, undefined],
    [1, 2, true, undefined],
    [3, 3, false, undefined],
    [3, 3, true, [0.5, 2, 1.5]],
    [3, 2, false, [0.5, 2, 1.5]], // the last class does not occur
    [3, 2, true, undefined],
  ])(
    "dice of %i channels compares the areas of %i classes (squared %s, weights %j)",
    async (channels, classes, squared, weights) => {
      const { labels, targets } = classesOf(classes);
      const term = { kind: "dice", squared, weights } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        dice(shapeOf(channels), map, labels, squared, weights),
      );
    },
  );

  it.each([
    [1, 2],
    [3, 3],
    [3, 2], // the last class does not occur
  ])("generalised_dice of %i channels weighs %i classes by their areas", async (channels, classes) => {
    const { labels, targets } = classesOf(classes);
    const term = { kind: "generalised_dice" } as const;
    await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
      generalisedDice(shapeOf(channels), map, labels),
    );
  });

  it.each([
    [1, 2, undefined],
    [3, 3, undefined],
    [3, 2, [0.5, 2, 1.5]], // the last class does not occur
  ])(
    "jaccard of %i channels compares the areas of %i classes (weights %j)",
    async (channels, classes, weights) => {
      const { labels, targets } = classesOf(classes);
      const term = { kind: "jaccard", weights } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        jaccard(shapeOf(channels), map, labels, weights),
      );
    },
  );

  it.each([
    [1, 2, 0.3, 0.7, undefined],
    [3, 3, 0.3, 0.7, undefined],
    [3, 2, 0.5, 0.5, [0.5, 2, 1.5]], // the last class does not occur
    [3, 3, 1, 0, undefined],
  ])(
    "tversky of %i channels and %i classes weighs mistakes by %f and %f (weights %j)",
    async (channels, classes, alpha, beta, weights) => {
      const { labels, targets } = classesOf(classes);
      const term = { kind: "tversky", alpha, beta, weights } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        tversky(shapeOf(channels), map, labels, alpha, beta, weights),
      );
    },
  );

  it.each([
    [1, 2, 2, undefined],
    [3, 3, 2, undefined],
    [3, 3, 0.5, [0.5, 2, 1.5]],
    [3, 2, 0, undefined],
  ])(
    "focal of %i channels and %i classes with gamma %f is Lin's equation 5 (weights %j)",
    async (channels, classes, gamma, weights) => {
      const { labels, targets } = classesOf(classes, weights);
      const term = { kind: "focal", gamma, weights } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        focal(shapeOf(channels), map, labels, gamma, weights),
      );
    },
  );

  it.each([
    [1, 2, undefined],
    [1, 1, undefined], // class 1 does not occur
    [3, 3, undefined],
    [3, 2, [0.5, 2, 1.5]], // the last class does not occur
  ])(
    "lovasz_softmax of %i channels and %i classes is Berman's algorithm 1 (weights %j)",
    async (channels, classes, weights) => {
      const { labels, targets } = classesOf(classes);
      const term = { kind: "lovasz_softmax", weights } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        lovaszSoftmax(shapeOf(channels), map, labels, weights),
      );
    },
  );

  it.each([
    [1, 2, undefined, 7, undefined],
    [3, 3, 0.3, undefined, undefined],
    [3, 3, undefined, undefined, [0.5, 2, 1.5]],
    [3, 3, undefined, 1000, undefined], // more than there are
  ])(
    "ohem_cross_entropy of %i channels and %i classes is the mean of the largest (share %f, count %i, weights %j)",
    async (channels, classes, share, count, weights) => {
      const { labels, targets } = classesOf(classes, weights);
      const term = { kind: "ohem_cross_entropy", share, count, weights } as const;
      await compare(backend, { kind: "classes", term, targets }, channels, (map) =>
        hardExamples(shapeOf(channels), map, labels, { share: share ?? 0.25, count }, weights),
      );
    },
  );

  it.each([
    [1, 2, 0, undefined],
    [3, 3, 2, [0.5, 2, 1.5]],
  ])(
    "border_cross_entropy of %i channels and %i classes weighs what is between two objects (background %i, weights %j)",
    async (channels, classes, background, weights) => {
      const { labels, targets } = classesOf(classes, weights);
      const settings = { strength: 3, sigma: 1.5, background };
      const term = { kind: "border_cross_entropy", ...settings, weights, reduction: "mean" } as const;
      const weighed = withBorderWeights(targets, [2, height, width], settings);
      await compare(backend, { kind: "classes", term, targets: weighed }, channels, (map) =>
        borderCrossEntropy(shapeOf(channels), map, labels, { width, ...settings }, weights),
      );
    },
  );

  it.each(["sum", "mean"] as const)(
    "balanced_cross_entropy weighs both classes alike (%s)",
    async (reduction) => {
      const { labels, targets } = classesOf(2);
      const term = { kind: "balanced_cross_entropy", reduction } as const;
      const over = reduction === "sum" ? 1 : targets.totalWeight;
      await compare(
        backend,
        { kind: "classes", term, targets: balanceClasses(targets, 2) },
        1,
        (map) => balanced(shapeOf(1), map, labels) / over,
      );
    },
  );
});

await onEachEngine("the focal loss", (engine) => {
  it.each([1, 3])(
    "of %i channels is finite where predictions are certain, right or wrong",
    async (channels) => {
      const { targets } = classesOf(2);
      for (const gamma of [0, 0.5, 2]) {
        const term = {
          kind: "classes",
          term: { kind: "focal", gamma, weights: undefined },
          targets,
        } as const;
        const certain = values("certain", 2 * height * width * channels).map(
          (value) => 100 * Math.sign(value),
        );
        const { loss, gradient } = await lossOf(engine, certain, channels, term);
        expect(Number.isFinite(loss)).toBe(true);
        expect(gradient.every(Number.isFinite)).toBe(true);
      }
    },
  );
});
