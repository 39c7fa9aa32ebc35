import { describe, expect, it } from "vitest";
import { colourBins } from "../../compiler/colour/colour-bins.ts";
import { labOf } from "../../compiler/colour/lab.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { annealedMean } from "../../runtime/colour/annealed-mean.ts";
import { binWeights, smoothedPrior } from "../../runtime/colour/bin-weights.ts";
import { binOf, softCode } from "../../runtime/colour/soft-code.ts";
import { Random } from "../../runtime/random.ts";

const bins = colourBins();
/** Codes and colours are float32. */
const tolerance = 1e-6;
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** a* and b* of random colours. */
function drawn(count: number): (readonly [number, number])[] {
  const random = new Random(4, "colours");
  return Array.from({ length: count }, () => {
    const [, a, b] = labOf(random.uniform(), random.uniform(), random.uniform());
    return [a, b] as const;
  });
}

function rowOf(colours: readonly (readonly [number, number])[]): MapBatch {
  return {
    data: Float32Array.from(colours.flatMap(([a, b]) => [a / 100, b / 100])),
    shape: [1, 1, colours.length, 2],
  };
}

/** As the paper says it: all distances, the five least. */
function referenceCode(a: number, b: number): number[] {
  const squares = bins.map((bin) => (bin.a - a) ** 2 + (bin.b - b) ** 2);
  const nearest = squares
    .map((square, i) => ({ square, i }))
    .sort((p, q) => p.square - q.square || p.i - q.i)
    .slice(0, 5);
  const code = new Array<number>(bins.length).fill(0);
  for (const { square, i } of nearest) code[i] = Math.exp(-square / (2 * 25));
  const whole = sum(code);
  return code.map((value) => value / whole);
}

describe("a colour as a distribution over the bins", () => {
  it("is a Gaussian over its five nearest bins that sums to one", () => {
    // colours as float32 has them, so that no neighbour changes places by rounding; and the corners of sRGB, the outermost
    const corners = [0, 1].flatMap((r) => [0, 1].flatMap((g) => [0, 1].map((b) => labOf(r, g, b))));
    const colours = [...drawn(300), ...corners.map(([, a, b]) => [a, b] as const)];
    const given = rowOf(colours);
    const { data, shape } = softCode(given);
    expect(shape).toEqual([1, 1, colours.length, 313]);
    for (const i of colours.keys()) {
      const code = data.subarray(i * 313, (i + 1) * 313);
      const [a, b] = [(given.data[2 * i] ?? 0) * 100, (given.data[2 * i + 1] ?? 0) * 100];
      const expected = referenceCode(a, b);
      expect(Math.max(...expected.map((value, q) => Math.abs(value - (code[q] ?? 0))))).toBeLessThan(
        tolerance,
      );
      expect(Math.abs(sum(code) - 1)).toBeLessThan(tolerance);
      expect(code.filter((value) => value > 0).length).toBeLessThanOrEqual(5);
      expect(code.indexOf(Math.max(...code))).toBe(binOf(a, b));
    }
  });

  it("has its peak where the colour is a bin: one against four at e^-2", () => {
    const code = softCode(rowOf([[20, -30]])).data;
    const peak = 1 / (1 + 4 * Math.exp(-2));
    const centre = bins.findIndex(({ a, b }) => a === 20 && b === -30);
    expect(code[centre]).toBeCloseTo(peak, 6);
    const beside = bins.findIndex(({ a, b }) => a === 30 && b === -30);
    expect(code[beside]).toBeCloseTo(peak * Math.exp(-2), 6);
  });

  it("is zero everywhere where the colour is not known", () => {
    const code = softCode({ data: Float32Array.of(Number.NaN, Number.NaN), shape: [1, 1, 1, 2] });
    expect(sum(code.data)).toBe(0);
  });
});

describe("the annealed mean of a distribution", () => {
  const random = new Random(2, "distribution");
  const raw = bins.map(() => random.uniform() ** 8);
  const p = Float32Array.from(raw, (value) => value / sum(raw));
  const decoded = (temperature: number, data: Float32Array = p) =>
    Array.from(annealedMean({ data, shape: [1, 1, 1, 313] }, temperature).data, (value) => value * 100);

  it.each([1, 0.38, 0.1])("is equation 5 of the paper at T = %f", (temperature) => {
    const powers = Array.from(p, (value) => Math.exp(Math.log(value) / temperature));
    const mean = (axis: "a" | "b") =>
      sum(powers.map((power, q) => (power * (bins[q]?.[axis] ?? 0)) / sum(powers)));
    const [a = 0, b = 0] = decoded(temperature);
    // float32 of numbers up to 110
    expect(Math.abs(a - mean("a"))).toBeLessThan(1e-4);
    expect(Math.abs(b - mean("b"))).toBeLessThan(1e-4);
  });

  it("nears the most likely bin as T nears zero", () => {
    const likeliest = bins[p.indexOf(Math.max(...p))];
    const [a = 0, b = 0] = decoded(0.001);
    expect([Math.round(a), Math.round(b)]).toEqual([likeliest?.a, likeliest?.b]);
  });

  it("of a colour's own code lies within half a bin of it", () => {
    for (const [a, b] of drawn(200)) {
      const [x = 0, y = 0] = decoded(0.38, softCode(rowOf([[a, b]])).data);
      expect(Math.hypot(x - a, y - b)).toBeLessThan(Math.hypot(5, 5));
    }
  });
});

describe("the weights of rare colours", () => {
  const random = new Random(6, "counts");
  const counts = bins.map((_, q) => (q % 3 === 0 ? random.integer(1000) : 0));

  it("come from shares that a Gaussian spreads over neighbouring bins, losing nothing", () => {
    const prior = smoothedPrior(counts);
    expect(sum(prior)).toBeCloseTo(1, 12);
    const one = smoothedPrior(bins.map(({ a, b }) => (a === 0 && b === 0 ? 7 : 0)));
    const share = (x: number, y: number) => one[bins.findIndex(({ a, b }) => a === x && b === y)] ?? 0;
    expect(share(10, 0) / share(0, 0)).toBeCloseTo(Math.exp(-2), 12);
    expect(share(10, 10) / share(0, 0)).toBeCloseTo(Math.exp(-4), 12);
  });

  it("are equation 4: inverse to the share mixed with evenness, of mean one over the data", () => {
    const prior = smoothedPrior(counts);
    const weights = binWeights(counts, 0.5);
    expect(sum(weights.map((weight, q) => weight * (prior[q] ?? 0)))).toBeCloseTo(1, 12);
    const product = weights.map((weight, q) => weight * (0.5 * (prior[q] ?? 0) + 0.5 / 313));
    for (const value of product) expect(value / (product[0] ?? 1)).toBeCloseTo(1, 12);
    const [rare, common] = [prior.indexOf(Math.min(...prior)), prior.indexOf(Math.max(...prior))];
    expect(weights[rare]).toBeGreaterThan(weights[common] ?? 0);
  });

  it("are all one where nothing but evenness counts", () => {
    for (const weight of binWeights(counts, 1)) expect(weight).toBeCloseTo(1, 12);
  });
});
