/**
 * The colour bins of Zhang, Isola & Efros 2016 (section 2.2): points of the ab plane of CIELAB, 10 units apart, about the colours of
 * sRGB.
 *
 * The paper says "in gamut" and "Q = 313"; this rule gives them: project sRGB on the ab plane, take the convex hull, and of every
 * square of the grid that the hull meets all four corners. (The points nearest to some colour would be 261, those inside the hull
 * 233, the corners of the squares that contain a colour 309.) So every colour is in a square whose corners are bins.
 */
import { labOf } from "./lab.ts";

export interface ColourBin {
  readonly a: number;
  readonly b: number;
}

type Point = readonly [a: number, b: number];

/** Units of a* and b* from bin to bin. */
export const binSpacing = 10;

/** By rising a, then rising b; computed once. */
let bins: readonly ColourBin[] | undefined;

export function colourBins(): readonly ColourBin[] {
  bins ??= cornersOf(convexHull(outline()));
  return bins;
}

/** Colours along an edge of the RGB cube. The nearest square that the hull does not meet is 0.09 units away; with more colours it stays so. */
const steps = 64;

/** The edges of the RGB cube: with them alone the hull is that of the whole surface. */
function outline(): readonly Point[] {
  const points: Point[] = [];
  for (let i = 0; i < steps; i++) {
    const t = i / (steps - 1);
    for (const u of [0, 1]) {
      for (const v of [0, 1]) {
        for (const colour of [[t, u, v] as const, [u, t, v] as const, [u, v, t] as const]) {
          const [, a, b] = labOf(...colour);
          points.push([a, b]);
        }
      }
    }
  }
  return points;
}

/** Counter-clockwise, by Andrew's monotone chain (1979). */
function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = points.toSorted((p, q) => p[0] - q[0] || p[1] - q[1]);
  const chain = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const [before, last] = [hull.at(-2), hull.at(-1)];
        if (before === undefined || last === undefined || turn(before, last, point) > 0) break;
        hull.pop();
      }
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

/** Positive where the way from p over q to r turns left. */
function turn([pa, pb]: Point, [qa, qb]: Point, [ra, rb]: Point): number {
  return (qa - pa) * (rb - pb) - (qb - pb) * (ra - pa);
}

function cornersOf(hull: readonly Point[]): readonly ColourBin[] {
  const corners = new Map<string, ColourBin>();
  const least = (axis: 0 | 1) => Math.floor(Math.min(...hull.map((point) => point[axis])) / binSpacing);
  const most = (axis: 0 | 1) => Math.ceil(Math.max(...hull.map((point) => point[axis])) / binSpacing);
  for (let i = least(0); i < most(0); i++) {
    for (let j = least(1); j < most(1); j++) {
      const square = squareAt(i * binSpacing, j * binSpacing);
      if (meet(hull, square)) for (const [a, b] of square) corners.set(`${a},${b}`, { a, b });
    }
  }
  return [...corners.values()].sort((p, q) => p.a - q.a || p.b - q.b);
}

/** Counter-clockwise. */
function squareAt(a: number, b: number): readonly Point[] {
  const [right, upper] = [a + binSpacing, b + binSpacing];
  return [
    [a, b],
    [right, b],
    [right, upper],
    [a, upper],
  ];
}

/** Two convex polygons meet unless a side of one has all of the other on its right. */
function meet(first: readonly Point[], second: readonly Point[]): boolean {
  const parted = (one: readonly Point[], other: readonly Point[]) =>
    one.some((from, i) => {
      const to = one[(i + 1) % one.length] ?? from;
      return other.every((point) => turn(from, to, point) <= 0);
    });
  return !parted(first, second) && !parted(second, first);
}
