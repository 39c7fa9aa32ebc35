/** A figure in Graphviz's DOT language, with every position in it: `neato -n2` or the layout `nop2` draws it as it is. */
import type { Point } from "../layout/layout.ts";
import { fontName } from "../palette.ts";
import { type Path, pathParts, type Scene, type Shape } from "../scene/scene.ts";
import { printable } from "./printable.ts";

export function figureDot({ width, height, background, title, shapes }: Scene): string {
  /** Graphviz counts from the bottom. */
  const up = ([x, y]: Point): Point => [x, height - y];
  const corner = { shape: "point", width: 0.001, height: 0.001, style: "invis" };
  return [
    `digraph ${quoted(title === "" ? "network" : title)} {`,
    ...[
      statement("graph", { layout: "nop2", outputorder: "nodesfirst", bgcolor: background, pad: 0 }),
      statement("node", { shape: "box", fixedsize: "true", margin: 0, fontname: fontName, label: "" }),
      statement("edge", { fontname: fontName }),
      statement("corner0", { ...corner, pos: pair([0, 0]) }),
      statement("corner1", { ...corner, pos: pair([width, height]) }),
      ...shapes.flatMap((shape, at) => draw(shape, at, up)),
    ].map((line) => `  ${line}`),
    "}",
    "",
  ].join("\n");
}

function draw(shape: Shape, at: number, up: (point: Point) => Point): readonly string[] {
  switch (shape.kind) {
    case "rectangle": {
      const { x, y, width, height, fill, line, lineWidth = 1, map } = shape;
      return [
        statement(map === undefined ? `s${at}` : `m${map}`, {
          pos: pair(up([x + width / 2, y + height / 2])),
          width: width / 72,
          height: height / 72,
          style: "filled",
          fillcolor: fill === "none" ? "transparent" : fill,
          color: line ?? "transparent",
          penwidth: lineWidth,
          tooltip: shape.tooltip ?? " ",
          URL: shape.url,
        }),
      ];
    }
    case "polygon":
      // Graphviz has no free polygons: the sides of blocks are drawn by their outlines.
      return outline(shape.points, shape.line ?? shape.fill, `s${at}`, up);
    case "path": {
      const [from, to] = shape.ends ?? [undefined, undefined];
      const ends = from === undefined ? [`s${at}a`, `s${at}b`] : [`m${from}`, `m${to}`];
      const invisible = { shape: "point", width: 0.001, height: 0.001, style: "invis" };
      const made =
        from === undefined
          ? [shape.points[0], shape.points.at(-1)].map((point, place) =>
              statement(ends[place] ?? "", { ...invisible, pos: pair(up(point ?? [0, 0])) }),
            )
          : [];
      return [
        ...made,
        statement(`${ends[0]} -> ${ends[1]}`, {
          pos: spline(shape, up),
          color: shape.color,
          penwidth: shape.width,
          style: shape.dashed ? "dashed" : undefined,
          arrowsize: shape.head / 10,
          tooltip: shape.tooltip ?? " ",
          URL: shape.url,
        }),
      ];
    }
    case "text": {
      const { x, y, align, text, size, color, width } = shape;
      // Other fonts may be wider.
      const room = width * 1.2 + 4;
      const middle = align === "middle" ? x : align === "start" ? x + room / 2 : x - room / 2;
      const end = align === "middle" ? "" : align === "start" ? "\\l" : "\\r";
      return [
        statement(`s${at}`, {
          shape: "plaintext",
          pos: pair(up([middle, y])),
          width: room / 72,
          height: (size * 1.3) / 72,
          label: new Label(`${escaped(text === "" ? " " : text)}${end}`),
          fontsize: size,
          fontcolor: color,
        }),
      ];
    }
  }
}

/** A closed line as an edge from a point to itself. */
function outline(
  points: readonly Point[],
  color: string,
  name: string,
  up: (point: Point) => Point,
): readonly string[] {
  const [start = [0, 0] as const] = points;
  const bezier: Point[] = [start];
  for (const point of [...points.slice(1), start]) bezier.push(...straight(bezier.at(-1) ?? start, point));
  return [
    statement(name, { shape: "point", width: 0.001, height: 0.001, style: "invis", pos: pair(up(start)) }),
    statement(`${name} -> ${name}`, {
      pos: bezier.map((point) => pair(up(point))).join(" "),
      color,
      penwidth: 0.6,
      arrowhead: "none",
    }),
  ];
}

/** As cubic Bézier curves; the arrowhead is from the end of the line to the tip. */
function spline(path: Path, up: (point: Point) => Point): string {
  const { start, parts } = pathParts(path);
  const on: Point[] = [start];
  for (const part of parts) {
    const from = on.at(-1) ?? start;
    if (part.kind === "line") on.push(...straight(from, part.to));
    else on.push(share(from, part.at, 2 / 3), share(part.to, part.at, 2 / 3), part.to);
  }
  const tip = path.points.at(-1) ?? start;
  return `e,${pair(up(tip))} ${on.map((point) => pair(up(point))).join(" ")}`;
}

function straight(from: Point, to: Point): readonly Point[] {
  return [share(from, to, 1 / 3), share(from, to, 2 / 3), to];
}

function share(a: Point, b: Point, part: number): Point {
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
}

/** Text with its backslashes already escaped, and DOT's escapes in it. */
class Label {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Attributes = Readonly<Record<string, string | number | Label | undefined>>;

function statement(subject: string, attributes: Attributes): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${written(value ?? "")}`);
  return `${subject} [${list.join(", ")}];`;
}

function written(value: string | number | Label): string {
  if (typeof value === "number") return String(Math.round(value * 10000) / 10000);
  return value instanceof Label ? `"${value.text}"` : quoted(value);
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** Graphviz reads character references in every text, and backslashes as its own escapes. */
function escaped(text: string): string {
  return printable(text)
    .replace(/\\/g, "\\\\")
    .replace(/&/g, "&amp;")
    .replace(/"/g, "&quot;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

function pair([x, y]: Point): string {
  return `${Math.round(x * 100) / 100},${Math.round(y * 100) / 100}`;
}
