import { describe, expect, it } from "vitest";
import { squaredDistances } from "../../runtime/images/squared-distances.ts";
import { LabelMetrics } from "../../runtime/metrics/labels.ts";
import { SurfaceCounts } from "../../runtime/metrics/surfaces.ts";
import { Random } from "../../runtime/random.ts";

const [height, width] = [13, 17];

/** Blobs of three classes: random values, smoothed by taking the commonest of a neighbourhood; −1 in places. */
function blobs(seed: string, unknown = 0): Int32Array {
  const random = new Random(11, seed);
  const noise = Int32Array.from({ length: height * width }, () => random.integer(3));
  return noise.map((_, i) => {
    if (random.uniform() < unknown) return -1;
    const counts = [0, 0, 0];
    for (const [dy, dx] of square(2)) {
      const [y, x] = [Math.floor(i / width) + dy, (i % width) + dx];
      const label = inside(y, x) ? (noise[y * width + x] ?? 0) : -1;
      if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
    }
    return counts.indexOf(Math.max(...counts));
  });
}

const square = (reach: number) => {
  const line = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return line.flatMap((dy) => line.map((dx) => [dy, dx] as const));
};
const inside = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width;

type Pixel = readonly [y: number, x: number];

/** Pixels of a class beside another class, or, with `edge`, beside the end of the image. */
function outline(of: Int32Array, truth: Int32Array, label: number, edge: boolean): Pixel[] {
  const found: Pixel[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (of[at] !== label || truth[at] === -1) continue;
      const beside = [
        [y - 1, x],
        [y + 1, x],
        [y, x - 1],
        [y, x + 1],
      ] as const;
      const differs = beside.some(([row, column]) => {
        if (!inside(row, column)) return edge;
        const i = row * width + column;
        return truth[i] !== -1 && of[i] !== label;
      });
      if (differs) found.push([y, x]);
    }
  return found;
}

const nearest = ([y, x]: Pixel, others: readonly Pixel[]) =>
  Math.min(...others.map(([row, column]) => Math.hypot(row - y, column - x)));

/** Rank by rank, linear between two. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (place % 1) * (above - below);
}

function hausdorff(a: readonly Pixel[], b: readonly Pixel[]): number {
  if (a.length === 0 || b.length === 0) return Math.hypot(height, width);
  const [to, from] = [a.map((one) => nearest(one, b)), b.map((one) => nearest(one, a))];
  return Math.max(percentile(to, 0.95), percentile(from, 0.95));
}

function boundaryF(a: readonly Pixel[], b: readonly Pixel[], tolerance: number): number | undefined {
  if (a.length + b.length === 0) return undefined;
  if (a.length === 0 || b.length === 0) return 0;
  const precision = a.filter((one) => nearest(one, b) <= tolerance).length / a.length;
  const recall = b.filter((one) => nearest(one, a) <= tolerance).length / b.length;
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

it("squared distances are those to the nearest of all sites", () => {
  for (const count of [0, 1, 2, 9, 60]) {
    const random = new Random(5, `sites ${count}`);
    const sites = new Uint8Array(height * width);
    for (let i = 0; i < count; i++) sites[random.integer(height * width)] = 1;
    const found = squaredDistances(sites, height, width);
    for (let i = 0; i < found.length; i++) {
      const squares = [...sites].flatMap((mark, j) => {
        const [dy, dx] = [Math.floor(i / width) - Math.floor(j / width), (i % width) - (j % width)];
        return mark === 1 ? [dy * dy + dx * dx] : [];
      });
      expect(found[i]).toBe(Math.min(Number.POSITIVE_INFINITY, ...squares));
    }
  }
});

describe("the outlines of classes", () => {
  it.each([0, 0.1])("are as far apart as every pair of their pixels says, with %f not known", (unknown) => {
    const images = ["a", "b", "c"].map((seed) => ({
      predicted: blobs(`${seed} predicted`),
      truth: blobs(`${seed} true`, unknown),
    }));
    const counts = new SurfaceCounts(3);
    for (const { predicted, truth } of images) counts.add(predicted, truth, height, width);
    for (const label of [0, 1, 2]) {
      const outlines = (edge: boolean) =>
        images.map(
          ({ predicted, truth }) =>
            [outline(predicted, truth, label, edge), outline(truth, truth, label, edge)] as const,
        );
      const apart = outlines(true).flatMap(([a, b]) => (a.length + b.length === 0 ? [] : [hausdorff(a, b)]));
      const agree = outlines(false).flatMap(([a, b]) => boundaryF(a, b, 1) ?? []);
      const { boundary_f, hausdorff95 } = counts.of(label);
      expect(hausdorff95).toBeCloseTo(mean(apart), 12);
      expect(boundary_f).toBeCloseTo(mean(agree), 12);
    }
  });

  it("of a class that only one side has are a diagonal apart and do not agree", () => {
    const truth = new Int32Array(height * width);
    const predicted = truth.slice();
    predicted[40] = 1;
    const counts = new SurfaceCounts(3);
    counts.add(predicted, truth, height, width);
    expect(counts.of(1)).toEqual({ boundary_f: 0, hausdorff95: Math.hypot(height, width) });
    expect(counts.of(2)).toEqual({ boundary_f: null, hausdorff95: null });
  });

  it("of a class that fills the image are equal, with no boundary to agree on", () => {
    const all = new Int32Array(height * width);
    const counts = new SurfaceCounts(1);
    counts.add(all, all, height, width);
    expect(counts.of(0)).toEqual({ boundary_f: null, hausdorff95: 0 });
  });
});

describe("measures of labels on demand", () => {
  const demand = ["hausdorff95", "calibration_error"];
  const batch = (seed: string) => {
    const random = new Random(3, seed);
    return {
      data: blobs(`${seed} p`),
      shape: [1, height, width],
      confidence: Float32Array.from({ length: height * width }, () => random.between(0.3, 1)),
    };
  };

  it("are left out where nobody asks for them", () => {
    const metrics = new LabelMetrics(["a", "b", "c"]);
    metrics.add(batch("x"), blobs("x"));
    expect(Object.keys(metrics.values())).not.toContain("hausdorff95");
    expect(metrics.classes().classes[0]).not.toHaveProperty("hausdorff95");
  });

  it("add up over images, and continue from their counts without being asked for", () => {
    const [first, second] = [
      new LabelMetrics(["a", "b", "c"], demand),
      new LabelMetrics(["a", "b", "c"], demand),
    ];
    first.add(batch("x"), blobs("x"));
    second.add(batch("y"), blobs("y"));
    const sum = first.counts().map((row, i) => row.map((value, j) => value + (second.counts()[i]?.[j] ?? 0)));
    first.add(batch("y"), blobs("y"));
    const resumed = new LabelMetrics(["a", "b", "c"], [], sum);
    expect(resumed.values()).toEqual(first.values());
    expect(resumed.classes()).toEqual(first.classes());
  });

  it("the calibration error is the mean distance of confidence and accuracy in 15 bins", () => {
    const metrics = new LabelMetrics(["a", "b", "c"], demand);
    const [predicted, truth] = [batch("z"), blobs("z", 0.1)];
    metrics.add(predicted, truth);
    const known = [...truth.keys()].filter((i) => truth[i] !== -1);
    const errors = Array.from({ length: 15 }, (_, bin) => {
      const own = known.filter((i) => {
        const p = predicted.confidence[i] ?? 0;
        return p > bin / 15 && p <= (bin + 1) / 15;
      });
      if (own.length === 0) return 0;
      const right = own.filter((i) => predicted.data[i] === truth[i]).length / own.length;
      return (
        (own.length / known.length) * Math.abs(right - mean(own.map((i) => predicted.confidence[i] ?? 0)))
      );
    });
    expect(metrics.values().calibration_error).toBeCloseTo(
      errors.reduce((a, b) => a + b, 0),
      12,
    );
  });
});
