import { describe, expect, it } from "vitest";
import {
  measuresOf,
  measuresOnDemand,
  type TargetConfiguration,
} from "../../compiler/learning/targets/registry.ts";
import { BoundaryMetrics } from "../../runtime/metrics/boundaries.ts";
import { ChromaMetrics } from "../../runtime/metrics/chroma.ts";
import { DepthMetrics } from "../../runtime/metrics/depth.ts";
import { ImageMetrics } from "../../runtime/metrics/image.ts";
import { NormalMetrics } from "../../runtime/metrics/normals.ts";
import { MetricsByOutput } from "../../runtime/targets/metrics-by-output.ts";
import { metricsFor } from "../../runtime/targets/registry.ts";

const row = (...data: number[]) => ({ data, shape: [1, 1, data.length, 1] });

describe("the errors of depth", () => {
  it("are those of Eigen 2014, over the known pixels", () => {
    const metrics = new DepthMetrics(false);
    metrics.add(row(2, 5, 4, 7), [2, 4, 8, Number.NaN]);
    const values = metrics.values();
    expect(values.rel).toBeCloseTo((0 + 1 / 4 + 4 / 8) / 3, 12);
    expect(values.rms).toBeCloseTo(Math.sqrt((0 + 1 + 16) / 3), 12);
    expect(values.log10).toBeCloseTo((0 + Math.log10(1.25) + Math.log10(2)) / 3, 12);
    // 5 / 4 is not below 1.25, and 8 / 4 is above 1.25³
    expect([values.delta1, values.delta2, values.delta3]).toEqual([1 / 3, 2 / 3, 2 / 3]);
  });

  it("are the same of logarithms", () => {
    const [plain, logarithms] = [new DepthMetrics(false), new DepthMetrics(true)];
    plain.add(row(3, 1), [2, 4]);
    logarithms.add(row(Math.log(3), Math.log(1)), [Math.log(2), Math.log(4)]);
    const found = new Map(Object.entries(logarithms.values()));
    for (const [name, value] of Object.entries(plain.values())) {
      expect(found.get(name), name).toBeCloseTo(value ?? Number.NaN, 12);
    }
  });
});

describe("the angles of normals", () => {
  it("are in degrees, whatever the length of the prediction", () => {
    const metrics = new NormalMetrics();
    const at = (degrees: number) => [
      Math.sin((degrees * Math.PI) / 180),
      0,
      Math.cos((degrees * Math.PI) / 180),
    ];
    const up = [0, 0, 1];
    const predicted = [at(10), at(20), at(40), at(0)].flat().map((value) => 3 * value);
    metrics.add({ data: predicted, shape: [1, 1, 4, 3] }, [...up, ...up, ...up, Number.NaN, 0, 1]);
    const { mean_angle, median_angle, within_11_25, within_22_5, within_30 } = metrics.values();
    expect(mean_angle).toBeCloseTo(70 / 3, 9);
    expect(Math.abs((median_angle ?? 0) - 20)).toBeLessThan(0.11); // its bins are a tenth wide
    expect([within_11_25, within_22_5, within_30]).toEqual([1 / 3, 2 / 3, 2 / 3]);
  });
});

describe("the best F of boundaries", () => {
  const edge = Array.from({ length: 9 * 9 }, (_, i) => (i % 9 === 4 ? 1 : 0));
  const shifted = (by: number) => ({
    data: Array.from({ length: 9 * 9 }, (_, i) => ((i % 9) - by === 4 ? 0.8 : 0.1)),
    shape: [1, 9, 9, 1],
  });
  const ods = (prediction: { data: number[]; shape: number[] }) => {
    const metrics = new BoundaryMetrics();
    metrics.add(prediction, edge);
    return metrics.values().ods;
  };

  it("forgives a pixel, and no more", () => {
    expect(ods(shifted(0))).toBe(1);
    expect(ods(shifted(1))).toBe(1);
    // everything is a boundary at the lowest thresholds: three of nine columns are right, and all are found
    expect(ods(shifted(2))).toBeCloseTo((2 * (1 / 3)) / (1 + 1 / 3), 12);
  });

  it("is at the threshold that suits the whole data set", () => {
    const metrics = new BoundaryMetrics();
    const faint = { ...shifted(0), data: shifted(0).data.map((value) => value / 2) };
    metrics.add(shifted(0), edge);
    metrics.add(faint, edge);
    expect(metrics.values().ods).toBe(1); // 0.4 is above 0.1
  });

  it("does not count what is not known", () => {
    const metrics = new BoundaryMetrics();
    metrics.add(
      shifted(0),
      edge.map(() => -1),
    );
    expect(metrics.values()).toEqual({ ods: null });
  });
});

describe("how near images come", () => {
  it("is the mean difference, and decibels of the mean square", () => {
    const metrics = new ImageMetrics();
    metrics.add(row(0.1, 0.3, 5), [0, 0, Number.NaN]);
    expect(metrics.values().mae).toBeCloseTo(0.2, 12);
    expect(metrics.values().psnr).toBeCloseTo(10 * Math.log10(1 / 0.05), 9);
    const same = new ImageMetrics();
    same.add(row(0.5), [0.5]);
    expect(same.values()).toEqual({ psnr: 100, mae: 0 });
  });
});

describe("how near colours come", () => {
  it("is Zhang's raw accuracy: the share within a distance, averaged over distances up to 150 units", () => {
    const distances = [0, 12.5, 60, 149, 220];
    const metrics = new ChromaMetrics();
    // the last pixel is not known
    const predicted = [...distances.flatMap((d) => [(0.6 * d) / 100, (-0.8 * d) / 100]), 9, 9];
    const truth = [...distances.flatMap(() => [0, 0]), Number.NaN, Number.NaN];
    metrics.add({ data: predicted, shape: [1, 1, 6, 2] }, truth);
    // the same by a sweep over thresholds; its steps of 0.01 are good to as much over 150
    const thresholds = Array.from({ length: 15_000 }, (_, i) => (i + 0.5) / 100);
    const within = thresholds.map((t) => distances.filter((d) => d <= t).length / distances.length);
    const swept = within.reduce((sum, share) => sum + share, 0) / thresholds.length;
    expect(Math.abs((metrics.values().auc ?? 0) - swept)).toBeLessThan(1e-4);
    expect(metrics.values().mae).toBeCloseTo((0.7 * distances.reduce((a, b) => a + b)) / 5 / 100, 12);
  });
});

const from = { files: "*.png", validation: undefined };
const targets: readonly TargetConfiguration[] = [
  { kind: "labels" },
  { kind: "boundaries", from },
  { kind: "depth", from, unit: 1, missing: 0, log: false },
  { kind: "normals", from },
  { kind: "image", from },
  { kind: "chroma" },
  { kind: "colour_bins", temperature: 0.38 },
  { kind: "centres", from, deviation: 2, classes: undefined, threshold: 0.3, distance: 2 },
  { kind: "offsets", from, unit: 1, distance: 8 },
  { kind: "image_class", from, classes: ["a", "b"] },
];

describe.each(targets)("the metrics of $kind", (target) => {
  const predicted = { data: [1, 0, 1], shape: target.kind === "labels" ? [1, 1, 3] : [1, 1, 3, 1] };
  const truth = [1, 1, 0.5].map((value) => (target.kind === "labels" ? Math.ceil(value) : value));

  it("have the names that a train section knows", () => {
    const named = (onDemand: boolean) =>
      measuresOf(target.kind).flatMap((one) => (onDemand || !one.onDemand ? [one.name] : []));
    expect(Object.keys(metricsFor(target, ["a", "b"]).values())).toEqual(named(false));
    const all = metricsFor(target, ["a", "b"], measuresOnDemand(target.kind)).values();
    expect(Object.keys(all).toSorted()).toEqual(named(true).toSorted());
    expect(Object.values(all).every((value) => value === null)).toBe(true);
  });

  it("continue from their counts, and refuse those of others", () => {
    const whole = metricsFor(target, ["a", "b"]);
    whole.add(predicted, truth);
    const counts = whole.counts();
    whole.add(predicted, truth);
    const resumed = metricsFor(target, ["a", "b"], [], counts);
    resumed.add(predicted, truth);
    expect(resumed.values()).toEqual(whole.values());
    expect(() => metricsFor(target, ["a", "b"], [], [[1], [2], [3], [4]])).toThrow(RangeError);
  });
});

it("classes are counted for each output that distinguishes them, and for no other", () => {
  const labels = (name: string) => ({ name, target: { kind: "labels" } }) as const;
  const image = { name: "a", target: { kind: "image", from: undefined } } as const;
  const metrics = new MetricsByOutput([image, labels("b"), labels("c")], ["x", "y"]);
  metrics.add("b", { data: [1], shape: [1, 1, 1] }, [1]);
  metrics.add("c", { data: [0], shape: [1, 1, 1] }, [1]);
  const counted = Object.entries(metrics.classes()).map(([name, { confusion }]) => [name, confusion]);
  expect(counted).toEqual([
    [
      "b",
      [
        [0, 0],
        [0, 1],
      ],
    ],
    [
      "c",
      [
        [0, 0],
        [1, 0],
      ],
    ],
  ]);
  expect(new MetricsByOutput([image], ["x", "y"]).classes()).toEqual({});
});
