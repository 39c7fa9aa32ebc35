/** A figure as shapes in points from the top left corner, which every format draws alike. */
import type { Point } from "../layout/layout.ts";

interface Linked {
  /** Under the pointer. */
  readonly tooltip?: string | undefined;
  readonly url?: string | undefined;
}

export interface Rectangle extends Linked {
  readonly kind: "rectangle";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
  readonly line?: string;
  readonly lineWidth?: number;
  /** The feature map that it stands for. */
  readonly map?: number;
}

export interface Polygon extends Linked {
  readonly kind: "polygon";
  readonly points: readonly Point[];
  readonly fill: string;
  readonly line?: string;
  readonly lineWidth?: number;
}

export interface Path extends Linked {
  readonly kind: "path";
  readonly points: readonly Point[];
  readonly color: string;
  readonly width: number;
  readonly dashed: boolean;
  /** Length of the arrowhead at the last point. */
  readonly head: number;
  readonly radius: number;
  /** The feature maps that an arrow joins; none in the legend. */
  readonly ends?: readonly [from: number, to: number];
}

export interface Text {
  readonly kind: "text";
  readonly x: number;
  /** The middle of the line. */
  readonly y: number;
  readonly align: "start" | "middle" | "end";
  readonly text: string;
  readonly size: number;
  readonly color: string;
  readonly italic?: boolean;
  readonly width: number;
  readonly role: TextRole;
  /** The arrow that the words are at. */
  readonly ends?: readonly [from: number, to: number];
}

/** What a text is about; "box": in a box, "beside": at the side of one. */
export type TextRole = "title" | "totals" | "rank" | "box" | "caption" | "beside" | "words" | "legend";

export type Shape = Rectangle | Polygon | Path | Text;

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  /** For readers of screens and lists of files. */
  readonly title: string;
  /** Those behind come first. */
  readonly shapes: readonly Shape[];
}

/** The same figure at another size, with its type and lines. */
export function scaled(scene: Scene, by: number): Scene {
  return {
    ...scene,
    width: scene.width * by,
    height: scene.height * by,
    shapes: scene.shapes.map((shape) => scaledShape(shape, by)),
  };
}

function scaledShape(shape: Shape, by: number): Shape {
  const points = (given: readonly Point[]): readonly Point[] => given.map(([x, y]) => [x * by, y * by]);
  const line = (given: number | undefined) => (given === undefined ? {} : { lineWidth: given * by });
  switch (shape.kind) {
    case "text": {
      const { x, y, size, width } = shape;
      return { ...shape, x: x * by, y: y * by, size: size * by, width: width * by };
    }
    case "rectangle": {
      const { x, y, width, height, lineWidth } = shape;
      const place = { x: x * by, y: y * by, width: width * by, height: height * by };
      return { ...shape, ...place, ...line(lineWidth) };
    }
    case "polygon":
      return { ...shape, points: points(shape.points), ...line(shape.lineWidth) };
    case "path": {
      const { width, head, radius } = shape;
      return {
        ...shape,
        points: points(shape.points),
        width: width * by,
        head: head * by,
        radius: radius * by,
      };
    }
  }
}

export type PathPart =
  | { readonly kind: "line"; readonly to: Point }
  /** Around a corner: a quadratic Bézier curve. */
  | { readonly kind: "corner"; readonly at: Point; readonly to: Point };

/** The line of a path without its arrowhead, corners rounded. */
export function pathParts({ points, head, radius }: Path): {
  readonly start: Point;
  readonly parts: readonly PathPart[];
} {
  const [tip, before] = lastTwo(points);
  // The line ends inside the head, so that no tip of it shows.
  const shaft: readonly Point[] = [...points.slice(0, -1), toward(tip, before, head * 0.8)];
  const [start = tip] = shaft;
  const parts: PathPart[] = [];
  let from: Point = start;
  for (const [at, corner] of shaft.entries()) {
    const next = shaft[at + 1];
    if (at === 0) continue;
    if (next === undefined) {
      parts.push({ kind: "line", to: corner });
      break;
    }
    const room = Math.min(radius, distance(from, corner) / 2, distance(corner, next) / 2);
    const [into, out] = [toward(corner, from, room), toward(corner, next, room)];
    parts.push({ kind: "line", to: into }, { kind: "corner", at: corner, to: out });
    from = out;
  }
  return { start, parts };
}

/** The corners of a path's arrowhead. */
export function arrowhead({ points, head }: Path): readonly Point[] {
  if (head === 0) return [];
  const [tip, before] = lastTwo(points);
  const back = toward(tip, before, head);
  const length = distance(tip, back) || 1;
  const [x, y] = [(tip[0] - back[0]) / length, (tip[1] - back[1]) / length];
  const half = head * 0.36;
  return [tip, [back[0] - y * half, back[1] + x * half], [back[0] + y * half, back[1] - x * half]];
}

function lastTwo(points: readonly Point[]): readonly [tip: Point, before: Point] {
  return [points.at(-1) ?? [0, 0], points.at(-2) ?? [0, 0]];
}

function toward(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  const share = Math.min(1, length / whole);
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
