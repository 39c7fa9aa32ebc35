/** A laid out figure as shapes: ranks, boxes, arrows and their words, under a heading and over a legend. */
import type { Figure } from "../figure.ts";
import type { DrawnArrow, Layout, Point } from "../layout/layout.ts";
import type { Metrics } from "../layout/metrics.ts";
import { textWidth } from "../measure-text.ts";
import type { Theme } from "../palette.ts";
import { drawBox, pale } from "./draw-box.ts";
import { drawLegend, legendEntries } from "./legend.ts";
import type { Scene, Shape, Text } from "./scene.ts";

export interface Headings {
  /** Empty: none. */
  readonly title: string;
  /** Parts of the line under the title; none without one. */
  readonly totals: readonly string[];
  readonly legend: boolean;
}

const cornerRadius = 4;
/** A figure for screens is wide enough for its heading. */
const leastWidth = 420;

/** A figure for any page: what a page does not change is drawn once. A figure that is wider than the page stays so. */
export interface DrawnFigure {
  readonly natural: number;
  readonly heightOn: (pageWidth: number) => number;
  readonly on: (pageWidth: number) => Scene;
}

/** For a screen. */
export function drawFigure(figure: Figure, layout: Layout, look: Look, headings: Headings): Scene {
  return figureForPages(figure, layout, look, headings).on(headings.title === "" ? 0 : leastWidth);
}

interface Look {
  readonly metrics: Metrics;
  readonly theme: Theme;
}

export function figureForPages(
  figure: Figure,
  layout: Layout,
  { metrics, theme }: Look,
  headings: Headings,
): DrawnFigure {
  const unread = new Set(figure.maps.filter((map) => map.unread).map(({ id }) => id));
  const paled = unread.size > 0 ? pale(theme) : theme;
  const themeOf = (map: number): Theme => (unread.has(map) ? paled : theme);
  const shapes = [
    ...layout.arrows.flatMap((arrow) => drawArrow(arrow, metrics, themeOf(arrow.to))),
    ...layout.boxes.flatMap((box) => drawBox(box, metrics, themeOf(box.map.id))),
  ];
  const [left, right] = reach(shapes);
  const titles = Math.max(...figure.rows.map(({ title }) => textWidth(title, metrics.type.body)));
  const gutter = metrics.margin / 2 + titles + metrics.margin;
  const content = gutter + (right - left) + metrics.margin;
  const natural = content + 2 * metrics.margin;
  const top = Math.min(0, ...layout.bands.map((band) => band.top));
  const end = Math.max(0, ...layout.bands.map((band) => band.bottom));
  const marks = headings.legend ? legendEntries(figure, metrics, theme) : undefined;
  /** What is around the figure. */
  const frameOn = (pageWidth: number) => {
    const width = Math.max(natural, pageWidth);
    const inner = width - 2 * metrics.margin;
    const heading = drawHeading(headings, metrics, theme, inner);
    const legendTop = heading.height + end - top + metrics.margin / 3;
    const legend =
      marks === undefined
        ? { shapes: [], height: 0 }
        : drawLegend(marks, { x: metrics.margin, y: legendTop, width: inner }, metrics, theme);
    return { width, inner, heading, legend, height: legendTop + legend.height + metrics.margin / 2 };
  };
  return {
    natural,
    heightOn: (pageWidth) => frameOn(pageWidth).height,
    on: (pageWidth) => {
      const { width, inner, heading, legend, height } = frameOn(pageWidth);
      const shift = metrics.margin + gutter - left + (inner - content) / 2;
      const move = (shape: Shape): Shape => moved(shape, [shift, heading.height - top]);
      const bands = drawBands(figure, layout, { metrics, theme }, { shift, width: inner });
      return {
        width,
        height,
        background: theme.background,
        title: headings.title,
        shapes: [...heading.shapes, ...[...bands, ...shapes].map(move), ...legend.shapes],
      };
    },
  };
}

/** A stripe behind every rank, with its title. @param shift by which they are moved with the figure */
function drawBands(
  figure: Figure,
  layout: Layout,
  { metrics, theme }: Look,
  { shift, width }: { readonly shift: number; readonly width: number },
): readonly Shape[] {
  return layout.bands.flatMap(({ row, top: from, bottom, y }): readonly Shape[] => [
    {
      kind: "rectangle",
      x: metrics.margin - shift,
      y: from,
      width,
      height: bottom - from,
      fill: theme.band,
    },
    {
      kind: "text",
      x: metrics.margin * 1.5 - shift,
      y,
      align: "start",
      text: figure.rows[row]?.title ?? "",
      size: metrics.type.body,
      color: theme.rowInk,
      role: "rank",
      width: textWidth(figure.rows[row]?.title ?? "", metrics.type.body),
    },
  ]);
}

function drawHeading(
  { title, totals }: Headings,
  { type, margin }: Metrics,
  theme: Theme,
  width: number,
): { readonly shapes: readonly Shape[]; readonly height: number } {
  if (title === "") return { shapes: [], height: margin / 2 };
  const shapes: Shape[] = [];
  let y = margin / 2;
  const line = (text: string, size: number, color: string, role: Text["role"]): void => {
    y += size * 1.5;
    const place = { x: margin, y: y - size * 0.75, align: "start" } as const;
    shapes.push({ kind: "text", ...place, text, size, color, role, width: textWidth(text, size) });
  };
  for (const part of wrapped(title.split(/(?<=,) /), " ", type.title, width))
    line(part, type.title, theme.ink, "title");
  for (const part of wrapped(totals, "  ·  ", type.body, width))
    line(part, type.body, theme.faintInk, "totals");
  return { shapes, height: y + margin / 2 };
}

/** Parts in as few lines as fit. */
function wrapped(parts: readonly string[], between: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)}${between}${part}`;
    if (lines.length > 0 && textWidth(longer, size) > width) lines.push(part);
    else lines[Math.max(0, lines.length - 1)] = longer;
  }
  return lines;
}

function drawArrow(arrow: DrawnArrow, metrics: Metrics, theme: Theme): readonly Shape[] {
  const { step, points, words, from, to } = arrow;
  const path: Shape = {
    kind: "path",
    points,
    color: step === undefined ? theme.link : theme.steps[step.kind],
    width: step?.skip === true ? 1.4 : 0.9,
    dashed: step === undefined,
    head: metrics.arrowhead,
    radius: cornerRadius,
    ends: [from, to],
    tooltip: step?.tooltip ?? "pooling indices",
    url: step?.url,
  };
  const said = words.map(
    ({ x, y, align, text, training, faint, width }): Text => ({
      kind: "text",
      x,
      y,
      align,
      text,
      size: metrics.type.words,
      color: faint ? theme.faintInk : theme.ink,
      italic: training,
      width,
      role: "words",
      ends: [from, to],
    }),
  );
  return [path, ...said];
}

/** The left and right ends of all. */
function reach(shapes: readonly Shape[]): readonly [left: number, right: number] {
  let [left, right] = [0, 0];
  for (const shape of shapes) {
    const [from, to] = sides(shape);
    left = Math.min(left, from);
    right = Math.max(right, to);
  }
  return [left, right];
}

function sides(shape: Shape): readonly [number, number] {
  if (shape.kind === "rectangle") return [shape.x, shape.x + shape.width];
  if (shape.kind === "text") {
    const start = { start: 0, middle: 0.5, end: 1 }[shape.align];
    return [shape.x - start * shape.width, shape.x + (1 - start) * shape.width];
  }
  const xs = shape.points.map(([x]) => x);
  return [Math.min(...xs), Math.max(...xs)];
}

export function moved(shape: Shape, [dx, dy]: Point): Shape {
  if (shape.kind === "rectangle" || shape.kind === "text")
    return { ...shape, x: shape.x + dx, y: shape.y + dy };
  return { ...shape, points: shape.points.map(([x, y]) => [x + dx, y + dy] as const) };
}
