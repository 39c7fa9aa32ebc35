import { describe, expect, it } from "vitest";
import { EnclosingSimplex } from "../../runtime/crf/enclosing-simplex.ts";
import { latticeChains } from "../../runtime/crf/lattice-chains.ts";
import { PermutohedralLattice } from "../../runtime/crf/permutohedral.ts";
import { normaliseSymmetrically } from "../../runtime/crf/symmetric-normalisation.ts";
import { VertexTable } from "../../runtime/crf/vertex-table.ts";
import { Random } from "../../runtime/random.ts";
import { exactFilter } from "./exact-filter.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const uniform = (random: Random, count: number, least: number, most: number) =>
  Float32Array.from({ length: count }, () => random.between(least, most));
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

function apply(
  filter: ReturnType<typeof exactFilter>,
  values: Float32Array,
  channels = 1,
  transposed = false,
): Float32Array {
  const target = new Float32Array(values.length);
  filter.accumulate(values, channels, 1, target, transposed);
  return target;
}

describe("the simplex around a point", () => {
  it.each([1, 2, 3, 5, 8])(
    "has one vertex of each remainder, and barycentric coordinates, in %i dimensions",
    (d) => {
      const random = new Random(d, "simplex");
      const simplex = new EnclosingSimplex(d);
      const located = range(300).map(() => {
        const features = uniform(random, d, -4, 4);
        simplex.locate(features, 0);
        const vertices = range(d + 1).map((remainder) =>
          range(d + 1).map((axis) => simplex.coordinate(remainder, axis)),
        );
        const shares = [...simplex.barycentric].slice(0, d + 1);
        expect(Math.min(...shares)).toBeGreaterThan(-1e-9);
        expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        for (const [remainder, vertex] of vertices.entries()) {
          expect(vertex.reduce((a, b) => a + b)).toBe(0);
          for (const x of vertex) expect((((x - remainder) % (d + 1)) + d + 1) % (d + 1)).toBe(0);
        }
        const point = range(d + 1).map((axis) =>
          vertices.reduce((sum, vertex, k) => sum + (shares[k] ?? 0) * (vertex[axis] ?? 0), 0),
        );
        return { features, point };
      });
      // Distances show that the shares give back the point: the lattice is stretched by (d + 1)·√(2/3), and only so.
      const [first] = located;
      for (const { features, point } of located) {
        const apart = Math.hypot(...features.map((x, i) => x - (first?.features[i] ?? 0)));
        const elevated = Math.hypot(...point.map((x, i) => x - (first?.point[i] ?? 0)));
        expect(elevated).toBeCloseTo((d + 1) * Math.sqrt(2 / 3) * apart, 4);
      }
    },
  );
});

describe("the table of vertices", () => {
  it("numbers keys as a map of strings would, through every growth", () => {
    const random = new Random(1, "keys");
    const table = new VertexTable(3, 4);
    const map = new Map<string, number>();
    for (let i = 0; i < 5000; i++) {
      const key = Int32Array.from({ length: 3 }, () => random.integer(25) - 12);
      const name = key.join();
      expect(table.find(key)).toBe(map.get(name) ?? 0);
      if (!map.has(name)) map.set(name, map.size + 1);
      expect(table.add(key)).toBe(map.get(name));
    }
    expect(table.size).toBe(map.size);
    for (const [name, vertex] of map)
      expect(
        range(3)
          .map((axis) => table.coordinate(vertex, axis))
          .join(),
      ).toBe(name);
  });

  it("links every vertex to its neighbour along each direction, and no other", () => {
    const random = new Random(2, "neighbours");
    const table = new VertexTable(2);
    const names = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const remainder = random.integer(3);
      const key = Int32Array.from([3 * random.integer(6) + remainder, 3 * random.integer(6) + remainder]);
      names.set(key.join(), table.add(key));
    }
    for (const [axis, step] of (
      [
        [-2, 1],
        [1, -2],
        [1, 1],
      ] as const
    ).entries()) {
      const expected = [...names].flatMap(([name, vertex]) => {
        const [x = 0, y = 0] = name.split(",").map(Number);
        const next = names.get([x + step[0], y + step[1]].join());
        return next === undefined ? [] : [`${vertex} ${next}`];
      });
      const chains = [...latticeChains(table, axis)];
      const links = chains.flatMap((vertex, i) => {
        const next = chains[i + 1] ?? 0;
        return vertex !== 0 && next !== 0 ? [`${vertex} ${next}`] : [];
      });
      expect(links.sort()).toEqual(expected.sort());
      expect(expected.length).toBeGreaterThan(20);
    }
  });
});

describe("filtering on the permutohedral lattice", () => {
  // Root mean square error of the sums over 1,500 points, as a share of the sums: 0.014, 0.017, 0.025, 0.14 measured.
  // In 5 dimensions most points lie near the edge of the cloud, where vertices are missing and a sum comes out too small.
  it.each([
    [1, 6, 0.03],
    [2, 6, 0.03],
    [3, 5, 0.05],
    [5, 2, 0.2],
  ])("in %i dimensions approximates the exact sums over a cloud %i deviations wide", (d, side, tolerance) => {
    const random = new Random(d, "cloud");
    const features = uniform(random, 1500 * d, 0, side);
    const values = uniform(random, 1500, 0, 1);
    const exact = apply(exactFilter(features, d), values);
    const lattice = apply(PermutohedralLattice.of(features, d), values);
    const error = lattice.map((value, i) => value - (exact[i] ?? 0));
    expect(Math.sqrt(dot(error, error) / dot(exact, exact))).toBeLessThan(tolerance);
  });

  it.each([1, 2, 3, 5])(
    "in %i dimensions answers an impulse with a Gaussian's integral and variance",
    (d) => {
      // Over a regular grid much finer than a deviation, averaged over places within a simplex.
      const random = new Random(d, "impulses");
      const sides: Readonly<Record<number, number>> = { 1: 4001, 2: 121, 3: 33, 5: 9 };
      const side = sides[d] ?? 0;
      const width = 8; // deviations: the kernel's support ends inside it
      const count = side ** d;
      const step = width / (side - 1);
      let mass = 0;
      let variance = 0;
      const trials = d === 5 ? 12 : 24;
      for (let trial = 0; trial < trials; trial++) {
        const shift = range(d).map(() => random.between(0, 20));
        const offset = Float32Array.from({ length: count * d }, (_, i) => {
          const index = Math.floor(Math.floor(i / d) / side ** (i % d)) % side;
          return (index - (side - 1) / 2) * step;
        });
        const lattice = PermutohedralLattice.of(
          offset.map((x, i) => x + (shift[i % d] ?? 0)),
          d,
        );
        const impulse = new Float32Array(count);
        impulse[(count - 1) / 2] = 1;
        apply(lattice, impulse).forEach((value, point) => {
          mass += (value * step ** d) / trials;
          for (let i = 0; i < d; i++)
            variance += (value * step ** d * (offset[point * d + i] ?? 0) ** 2) / d / trials;
        });
      }
      const integral = (2 * Math.PI) ** (d / 2);
      // Measured: at most 0.007 of the integral and 0.018 of the variance, from the few places and the grid.
      expect(Math.abs(mass / integral - 1)).toBeLessThan(0.03);
      expect(Math.abs(variance / mass - 1)).toBeLessThan(0.03);
    },
  );

  it.each([2, 3, 5])("is linear, and treats every channel alike, in %i dimensions", (d) => {
    const random = new Random(d, "linear");
    const lattice = PermutohedralLattice.of(uniform(random, 400 * d, 0, 3), d);
    const [a, b] = [uniform(random, 400, -1, 1), uniform(random, 400, -1, 1)];
    const both = Float32Array.from({ length: 800 }, (_, i) => (i % 2 === 0 ? a : b)[i >> 1] ?? 0);
    const target = uniform(random, 800, -1, 1);
    const result = target.slice();
    lattice.accumulate(both, 2, -3, result);
    const [filteredA, filteredB] = [apply(lattice, a), apply(lattice, b)];
    const sum = apply(
      lattice,
      a.map((value, i) => 2 * value - (b[i] ?? 0)),
    );
    const largest = Math.max(...filteredA.map(Math.abs), ...filteredB.map(Math.abs));
    // Single precision over sums of hundreds of terms.
    for (let i = 0; i < 400; i++) {
      const [x, y] = [filteredA[i] ?? 0, filteredB[i] ?? 0];
      expect(Math.abs((sum[i] ?? 0) - (2 * x - y))).toBeLessThan(1e-5 * largest);
      expect(Math.abs((result[2 * i] ?? 0) - ((target[2 * i] ?? 0) - 3 * x))).toBeLessThan(1e-5 * largest);
      expect(Math.abs((result[2 * i + 1] ?? 0) - ((target[2 * i + 1] ?? 0) - 3 * y))).toBeLessThan(
        1e-5 * largest,
      );
    }
  });

  it.each([2, 5])("transposed, is the matrix with rows and columns exchanged, in %i dimensions", (d) => {
    const random = new Random(d, "transpose");
    const features = uniform(random, 300 * d, 0, 6); // sparse: the blurs do not commute
    const lattice = PermutohedralLattice.of(features, d).scaled(uniform(random, 300, 0.5, 2));
    const [u, v] = [uniform(random, 300, -1, 1), uniform(random, 300, -1, 1)];
    const forward = dot(u, apply(lattice, v));
    expect(dot(apply(lattice, u, 1, true), v) / forward).toBeCloseTo(1, 4);
    const plain = apply(lattice, v);
    const transposed = apply(lattice, v, 1, true);
    expect(Math.max(...plain.map((value, i) => Math.abs(value - (transposed[i] ?? 0))))).toBeGreaterThan(
      1e-3,
    );
  });

  it("scaled, multiplies by the factors before and after", () => {
    const random = new Random(3, "scaled");
    const lattice = PermutohedralLattice.of(uniform(random, 600, 0, 3), 3);
    const factors = uniform(random, 200, 0.5, 2);
    const values = uniform(random, 200, -1, 1);
    const inside = apply(
      lattice,
      values.map((value, i) => value * (factors[i] ?? 0)),
    );
    apply(lattice.scaled(factors), values).forEach((value, i) => {
      expect(value).toBeCloseTo((inside[i] ?? 0) * (factors[i] ?? 0), 3);
    });
  });

  it("normalised symmetrically, keeps the square roots of the sums of ones as they are", () => {
    const random = new Random(4, "normalised");
    for (const build of [PermutohedralLattice.of, exactFilter]) {
      const filter = build(uniform(random, 900, 0, 4), 3);
      const roots = apply(filter, new Float32Array(300).fill(1)).map(Math.sqrt);
      apply(normaliseSymmetrically(filter), roots).forEach((value, i) => {
        expect(Math.abs(value / (roots[i] ?? 0) - 1)).toBeLessThan(1e-5);
      });
    }
  });

  it("normalised symmetrically over equal points, gives every point the mean", () => {
    const filter = normaliseSymmetrically(PermutohedralLattice.of(new Float32Array(50).fill(1.3), 5));
    const values = Float32Array.from({ length: 10 }, (_, i) => i);
    for (const value of apply(filter, values)) expect(value).toBeCloseTo(4.5, 5);
  });

  it("passes nothing between points far apart", () => {
    const lattice = PermutohedralLattice.of(Float32Array.from([0, 0, 40, -30, 0.1, 0]), 2);
    const [near, far] = apply(lattice, Float32Array.from([1, 0, 0]));
    expect(near).toBeGreaterThan(0.5);
    expect(far).toBe(0);
  });

  it("refuses features that are no numbers or beyond the lattice, and arrays of another length", () => {
    expect(() => PermutohedralLattice.of(Float32Array.from([0, Number.NaN]), 2)).toThrow(RangeError);
    expect(() => PermutohedralLattice.of(Float32Array.from([0, 1e9]), 2)).toThrow(RangeError);
    expect(() => PermutohedralLattice.of(Float32Array.from([0, 1, 2]), 2)).toThrow(RangeError);
    const lattice = PermutohedralLattice.of(Float32Array.from([0, 1]), 2);
    expect(() => lattice.accumulate(new Float32Array(2), 1, 1, new Float32Array(1))).toThrow(RangeError);
  });
});
