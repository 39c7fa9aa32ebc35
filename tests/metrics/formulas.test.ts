/** Every measure beside its formula, written as its page has it, on random predictions with unknown values. */
import { describe, expect, it } from "vitest";
import type { TargetConfiguration } from "../../compiler/learning/targets/registry.ts";
import type { Measured } from "../../runtime/metrics/output-metrics.ts";
import { Random } from "../../runtime/random.ts";
import { metricsFor } from "../../runtime/targets/registry.ts";
import { everyMeasure, float64 } from "../../tools/documentation/learning-record.ts";
import { recordEntry } from "../numeric/record-entry.ts";

/** Rounding of sums of a thousand terms in float64. */
const tolerance = 1e-10;

const [images, height, width] = [2, 16, 18];
const pixels = height * width;
const classes = ["a", "b", "c"];
const random = new Random(9, "formulas");
const numbers = (count: number, from: number, to: number) =>
  Float64Array.from({ length: count }, () => random.between(from, to));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** Names and values of a target's measures, "class a: iou" those of a class. */
type Formulas = Readonly<Record<string, number>>;

interface Subject {
  readonly target: TargetConfiguration;
  readonly demand?: readonly string[];
  readonly predicted: Measured;
  readonly truth: ArrayLike<number>;
  readonly formulas: () => Formulas;
  /** The median of a histogram of tenths of a degree is good to one of them. */
  readonly tolerances?: Readonly<Record<string, number>>;
}

/** NaN at one value in twenty. */
function withGaps(values: Float64Array, channels: number): Float64Array {
  for (let i = 0; i < values.length; i += channels)
    if (random.uniform() < 0.05) values.fill(Number.NaN, i, i + channels);
  return values;
}

function labels(): Subject {
  const truth = Int32Array.from({ length: images * pixels }, () => random.integer(4) - 1);
  const data = truth.map((label) => (random.uniform() < 0.6 && label >= 0 ? label : random.integer(3)));
  const confidence = numbers(images * pixels, 0.34, 1);
  const known = [...truth.keys()].filter((i) => truth[i] !== -1);
  const count = (label: number, found: number) =>
    known.filter((i) => truth[i] === label && data[i] === found).length;
  const labelled = (label: number) => known.filter((i) => truth[i] === label).length;
  const predicted = (found: number) => known.filter((i) => data[i] === found).length;
  const each = classes.map((_, i) => i);
  return {
    target: { kind: "labels" },
    demand: ["calibration_error"],
    predicted: { data, shape: [images, height, width], confidence },
    truth,
    formulas: () => {
      const iou = each.map((i) => count(i, i) / (labelled(i) + predicted(i) - count(i, i)));
      const accuracy = each.map((i) => count(i, i) / labelled(i));
      const dice = each.map((i) => (2 * count(i, i)) / (labelled(i) + predicted(i)));
      const bins = Array.from({ length: 15 }, (_, bin) =>
        known.filter((i) => Math.ceil((confidence[i] ?? 0) * 15) === bin + 1),
      );
      return {
        mean_iou: mean(iou),
        mean_dice: mean(dice),
        mean_accuracy: mean(accuracy),
        pixel_accuracy: known.filter((i) => truth[i] === data[i]).length / known.length,
        frequency_weighted_iou: sum(each.map((i) => (labelled(i) / known.length) * (iou[i] ?? 0))),
        calibration_error: sum(
          bins
            .filter((own) => own.length > 0)
            .map((own) => {
              const right = own.filter((i) => truth[i] === data[i]).length / own.length;
              return (own.length / known.length) * Math.abs(right - mean(own.map((i) => confidence[i] ?? 0)));
            }),
        ),
        ...Object.fromEntries(
          each.flatMap((i) => [
            [`class ${classes[i]}: iou`, iou[i] ?? 0],
            [`class ${classes[i]}: accuracy`, accuracy[i] ?? 0],
            [`class ${classes[i]}: dice`, dice[i] ?? 0],
          ]),
        ),
      };
    },
  };
}

/** Rectangles, of which the outlines and the distances between them are written down for every pixel. */
function outlines(): Subject {
  const paint = (boxes: readonly (readonly [number, number, number, number])[]) => {
    const map = new Int32Array(pixels);
    for (const [top, left, bottom, right] of boxes)
      for (let y = top; y < bottom; y++) map.fill(1, y * width + left, y * width + right);
    return map;
  };
  const truths = [
    paint([[2, 3, 9, 10]]),
    paint([
      [1, 1, 6, 6],
      [9, 9, 15, 16],
    ]),
  ] as const;
  const found = [
    paint([[3, 3, 10, 12]]),
    paint([
      [2, 1, 7, 6],
      [9, 10, 15, 17],
    ]),
  ] as const;
  type Pixel = readonly [number, number];
  const outline = (map: Int32Array, label: number, edge: boolean): Pixel[] =>
    [...map.keys()].flatMap((i): Pixel[] => {
      const [y, x] = [Math.floor(i / width), i % width];
      const differs = [
        [y - 1, x] as const,
        [y + 1, x] as const,
        [y, x - 1] as const,
        [y, x + 1] as const,
      ].some(([row, column]) =>
        row < 0 || row >= height || column < 0 || column >= width
          ? edge
          : map[row * width + column] !== label,
      );
      return map[i] === label && differs ? [[y, x]] : [];
    });
  const apart = (from: readonly Pixel[], to: readonly Pixel[]) =>
    from.map(([y, x]) => Math.min(...to.map(([row, column]) => Math.hypot(row - y, column - x))));
  const percentile = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const place = 0.95 * (sorted.length - 1);
    const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (place - Math.floor(place)) * (above - below);
  };
  const of = (label: number, edge: boolean, value: (a: readonly Pixel[], b: readonly Pixel[]) => number) =>
    mean(
      truths.map((truth, i) => value(outline(found[i] ?? truth, label, edge), outline(truth, label, edge))),
    );
  const hausdorff = (label: number) =>
    of(label, true, (a, b) => Math.max(percentile(apart(a, b)), percentile(apart(b, a))));
  const limit = Math.max(1, 0.0075 * Math.hypot(height, width));
  const f = (label: number) =>
    of(label, false, (a, b) => {
      const within = (values: readonly number[]) =>
        values.filter((one) => one <= limit).length / values.length;
      const [precision, recall] = [within(apart(a, b)), within(apart(b, a))];
      return (2 * precision * recall) / (precision + recall);
    });
  const join = (maps: readonly Int32Array[]) => Int32Array.from(maps.flatMap((map) => [...map]));
  return {
    target: { kind: "labels" },
    demand: ["boundary_f", "hausdorff95"],
    predicted: { data: join(found), shape: [images, height, width] },
    truth: join(truths),
    formulas: () => ({
      boundary_f: mean([f(0), f(1)]),
      hausdorff95: mean([hausdorff(0), hausdorff(1)]),
      "class a: boundary_f": f(0),
      "class b: hausdorff95": hausdorff(1),
    }),
  };
}

/** One boundary probability a pixel; near is within one pixel, the share of the diagonal being less. */
function boundaries(): Subject {
  const truth = Float64Array.from({ length: images * pixels }, () => (random.uniform() < 0.1 ? 1 : 0));
  const data = numbers(images * pixels, 0, 0.999);
  const near = (i: number) =>
    [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].flatMap((dx) => {
        const [y, x] = [Math.floor((i % pixels) / width) + dy, (i % width) + dx];
        const image = Math.floor(i / pixels) * pixels;
        return y < 0 || y >= height || x < 0 || x >= width ? [] : [image + y * width + x];
      }),
    );
  const each = [...truth.keys()];
  const at = (threshold: number) => {
    const found = each.filter((i) => Math.floor((data[i] ?? 0) * 100) >= threshold);
    const right = found.filter((i) => near(i).some((j) => truth[j] === 1)).length;
    const edges = each.filter((i) => truth[i] === 1);
    const reached = edges.filter((i) => near(i).some((j) => Math.floor((data[j] ?? 0) * 100) >= threshold));
    const [precision, recall] = [
      found.length === 0 ? 0 : right / found.length,
      reached.length / edges.length,
    ];
    return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  };
  return {
    target: { kind: "boundaries", from: undefined },
    predicted: { data, shape: [images, height, width, 1] },
    truth,
    formulas: () => ({ ods: Math.max(...Array.from({ length: 99 }, (_, i) => at(i + 1))) }),
  };
}

function depth(): Subject {
  const truth = withGaps(numbers(images * pixels, 1, 5), 1);
  const data = truth.map((value) => (Number.isNaN(value) ? 1 : value * random.between(0.5, 2)));
  const known = [...truth.keys()].filter((i) => !Number.isNaN(truth[i]));
  const of = (value: (y: number, t: number) => number) =>
    mean(known.map((i) => value(data[i] ?? 0, truth[i] ?? 0)));
  const delta = (limit: number) => of((y, t) => (Math.max(y / t, t / y) < limit ? 1 : 0));
  return {
    target: { kind: "depth", from: { files: "", validation: undefined }, unit: 1, missing: 0, log: false },
    predicted: { data, shape: [images, height, width, 1] },
    truth,
    formulas: () => ({
      rel: of((y, t) => Math.abs(y - t) / t),
      rms: Math.sqrt(of((y, t) => (y - t) ** 2)),
      log10: of((y, t) => Math.abs(Math.log10(y) - Math.log10(t))),
      delta1: delta(1.25),
      delta2: delta(1.25 ** 2),
      delta3: delta(1.25 ** 3),
    }),
  };
}

function normals(): Subject {
  const truth = numbers(3 * images * pixels, -1, 1);
  for (let i = 0; i < truth.length; i += 3) {
    const length = Math.hypot(truth[i] ?? 0, truth[i + 1] ?? 0, truth[i + 2] ?? 0);
    for (let c = i; c < i + 3; c++) truth[c] = (truth[c] ?? 0) / length;
  }
  withGaps(truth, 3);
  const data = truth.map((value) => (Number.isNaN(value) ? 1 : value) + random.between(-0.6, 0.6));
  const angles: number[] = [];
  for (let i = 0; i < truth.length; i += 3) {
    if (Number.isNaN(truth[i])) continue;
    const product = sum([0, 1, 2].map((c) => (data[i + c] ?? 0) * (truth[i + c] ?? 0)));
    const length = Math.hypot(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0);
    angles.push((Math.acos(product / length) * 180) / Math.PI);
  }
  const sorted = angles.toSorted((a, b) => a - b);
  const below = (limit: number) => angles.filter((angle) => angle < limit).length / angles.length;
  return {
    target: { kind: "normals", from: { files: "", validation: undefined } },
    predicted: { data, shape: [images, height, width, 3] },
    truth,
    formulas: () => ({
      mean_angle: mean(angles),
      median_angle: sorted[Math.ceil(sorted.length / 2) - 1] ?? 0,
      within_11_25: below(11.25),
      within_22_5: below(22.5),
      within_30: below(30),
    }),
    tolerances: { median_angle: 0.1 },
  };
}

/** Single bright pixels, each at most 2.9 pixels from the true centre that it is meant for. */
function centres(): Subject {
  const shape = [images, height, width, 2] as const;
  const truth = new Float64Array(2 * images * pixels);
  const data = new Float64Array(2 * images * pixels);
  const set = (list: Float64Array, image: number, y: number, x: number, channel: number, value: number) => {
    list[((image * height + y) * width + x) * 2 + channel] = value;
  };
  set(truth, 0, 3, 3, 0, 1);
  set(data, 0, 3, 5, 0, 0.9); // right
  set(data, 0, 3, 1, 0, 0.8); // the centre is taken
  set(truth, 0, 10, 10, 1, 1);
  set(data, 0, 10, 10, 0, 0.7); // another class
  set(truth, 1, 12, 4, 1, 1);
  set(data, 1, 13, 5, 1, 0.35); // right
  set(data, 1, 2, 14, 1, 0.29); // below the threshold
  set(truth, 1, 5, 5, 0, Number.NaN);
  set(data, 1, 5, 5, 0, 0.9); // not known
  return {
    target: {
      kind: "centres",
      from: undefined,
      deviation: 2,
      classes: undefined,
      threshold: 0.3,
      distance: 3,
    },
    predicted: { data, shape },
    truth,
    formulas: () => ({ centre_f1: 4 / (4 + 3), centre_precision: 2 / 4, centre_recall: 2 / 3 }),
  };
}

/** Three classes of 20 images of one pixel, one of them unknown. */
function imageClass(): Subject {
  const data = numbers(20 * 3, 0, 1);
  const truth = Float64Array.from({ length: 20 }, (_, i) => (i === 7 ? Number.NaN : random.integer(3)));
  const chosen = (i: number) => {
    const own = [...data.subarray(3 * i, 3 * i + 3)];
    return own.indexOf(Math.max(...own));
  };
  const known = [...truth.keys()].filter((i) => !Number.isNaN(truth[i]));
  return {
    target: { kind: "image_class", from: undefined, classes: ["a", "b", "c"] },
    predicted: { data, shape: [20, 1, 1, 3] },
    truth,
    formulas: () => ({ image_accuracy: known.filter((i) => chosen(i) === truth[i]).length / known.length }),
  };
}

function offsets(): Subject {
  const truth = withGaps(numbers(2 * images * pixels, -1, 1), 2);
  const data = truth.map((value) => (Number.isNaN(value) ? 0 : value) + random.between(-1, 1));
  const distances: number[] = [];
  for (let i = 0; i < truth.length; i += 2)
    if (!Number.isNaN(truth[i]))
      distances.push(
        4 * Math.hypot((data[i] ?? 0) - (truth[i] ?? 0), (data[i + 1] ?? 0) - (truth[i + 1] ?? 0)),
      );
  return {
    target: { kind: "offsets", from: undefined, unit: 4, distance: 8 },
    predicted: { data, shape: [images, height, width, 2] },
    truth,
    formulas: () => ({ endpoint_error: mean(distances) }),
  };
}

function image(): Subject {
  const truth = withGaps(numbers(images * pixels, 0, 1), 1);
  truth.fill(0.5, 0, pixels); // without gaps, so that there are windows
  for (let i = 0; i < pixels; i++) truth[i] = random.uniform();
  const data = truth.map((value) => 0.7 * (Number.isNaN(value) ? 0.5 : value) + random.between(0, 0.3));
  const known = [...truth.keys()].filter((i) => !Number.isNaN(truth[i]));
  const of = (value: (x: number) => number) =>
    mean(known.map((i) => value((data[i] ?? 0) - (truth[i] ?? 0))));
  const offsets = Array.from({ length: 121 }, (_, i) => [Math.floor(i / 11) - 5, (i % 11) - 5] as const);
  const raw = offsets.map(([dy, dx]) => Math.exp(-(dy * dy + dx * dx) / (2 * 1.5 ** 2)));
  const weights = raw.map((weight) => weight / sum(raw));
  const ssim = (from: number) => {
    const found: number[] = [];
    for (let y = 5; y < height - 5; y++)
      for (let x = 5; x < width - 5; x++) {
        const values = (of: ArrayLike<number>) =>
          offsets.map(([dy, dx]) => of[from + (y + dy) * width + x + dx] ?? Number.NaN);
        const weighed = (list: readonly number[]) => sum(list.map((value, i) => value * (weights[i] ?? 0)));
        const [a, b] = [values(data), values(truth)];
        const [ma, mb] = [weighed(a), weighed(b)];
        const va = weighed(a.map((value) => (value - ma) ** 2));
        const vb = weighed(b.map((value) => (value - mb) ** 2));
        const both = weighed(a.map((value, i) => (value - ma) * ((b[i] ?? 0) - mb)));
        const one =
          ((2 * ma * mb + 0.01 ** 2) * (2 * both + 0.03 ** 2)) /
          ((ma * ma + mb * mb + 0.01 ** 2) * (va + vb + 0.03 ** 2));
        if (!Number.isNaN(one)) found.push(one);
      }
    return found.length === 0 ? undefined : mean(found);
  };
  return {
    target: { kind: "image", from: undefined },
    demand: ["ssim"],
    predicted: { data, shape: [images, height, width, 1] },
    truth,
    formulas: () => ({
      mae: of(Math.abs),
      psnr: 10 * Math.log10(1 / of((x) => x * x)),
      ssim: mean([ssim(0), ssim(pixels)].flatMap((value) => value ?? [])),
    }),
  };
}

/** Two values a pixel, in hundredths of units of CIELAB. */
function chroma(): Subject {
  const truth = withGaps(numbers(2 * images * pixels, -1, 1), 2);
  const data = truth.map((value) => (Number.isNaN(value) ? 0 : value) + random.between(-1.2, 1.2));
  const distances: number[] = [];
  for (let i = 0; i < truth.length; i += 2) {
    if (Number.isNaN(truth[i])) continue;
    const part = (c: number) => 100 * ((data[i + c] ?? 0) - (truth[i + c] ?? 0));
    distances.push(Math.hypot(part(0), part(1)));
  }
  return {
    target: { kind: "chroma" },
    predicted: { data, shape: [images, height, width, 2] },
    truth,
    formulas: () => ({ auc: mean(distances.map((d) => 1 - Math.min(d, 150) / 150)) }),
  };
}

const subjects: Readonly<Record<string, () => Subject>> = {
  labels,
  outlines,
  boundaries,
  depth,
  normals,
  image,
  chroma,
  centres,
  offsets,
  imageClass,
};

describe.each(Object.entries(subjects))("the measures of %s", (_, make) => {
  it("are their formulas", () => {
    const { target, demand = [], predicted, truth, formulas, tolerances = {} } = make();
    const metrics = metricsFor(target, classes, demand);
    metrics.add(predicted, truth);
    const values: Record<string, number | null | undefined> = { ...metrics.values() };
    for (const one of metrics.classes?.().classes ?? [])
      for (const name of ["iou", "accuracy", "dice", "boundary_f", "hausdorff95"] as const)
        values[`class ${one.name}: ${name}`] = one[name];
    for (const [title, expected] of Object.entries(formulas())) {
      const found = values[title] ?? Number.NaN;
      const error = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
      const name = title.replace(/^.*: /, "");
      expect(error, title).toBeLessThan(tolerances[name] ?? tolerance);
      recordEntry({ catalogue: "metrics", name, computer: float64, value: error, gradient: undefined });
    }
  });
});

it("of the catalogue have a formula here", () => {
  const written = new Set(
    Object.values(subjects).flatMap((make) =>
      Object.keys(make().formulas()).map((title) => title.replace(/^.*: /, "")),
    ),
  );
  expect(everyMeasure().flatMap(({ name }) => (written.has(name) ? [] : [name]))).toEqual([]);
});
