/** A plot of curves over one axis as a figure of HTML: an SVG, its legend, and its points for the page's script. */
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { escapeText } from "./escape.ts";
import { type SchemeColour, schemeStyle } from "./scheme-colour.ts";
import { smoothed } from "./smoothed.ts";

export interface Series {
  readonly name: string;
  readonly colour: SchemeColour;
  readonly points: readonly Point[];
  readonly dashed?: boolean;
  /** Whether the page's smoothing applies to it; its own points stay visible behind. */
  readonly smooth?: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  /** Left out: from the points, with zero. */
  readonly yDomain?: readonly [least: number, most: number];
  /** A point to point out, with a word for it. */
  readonly mark?: (Point & { readonly label: string }) | undefined;
}

const width = 400;
const height = 250;
const margin = { top: 16, right: 12, bottom: 38, left: 52 };

export const plotSize = { width, height } as const;

/** Points that are not finite are left out, and the curve with them. */
export function linePlot(options: PlotOptions): string {
  const { title, xLabel, series } = options;
  const { x, y } = scalesOf(options);
  const frame = { x: x.domain(), y: y.domain(), left: x.range(), top: y.range(), xLabel };
  const data = series.map(({ name, points, smooth }) => ({
    name,
    smooth: smooth === true,
    points: points.filter(isFinitePoint).map((point) => [significant(point.x), significant(point.y)]),
  }));
  return `<figure class="plot" data-plot="${escapeText(JSON.stringify({ ...frame, series: data }))}">
<h3>${escapeText(title)}</h3>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">
${plotSvg(options)}
</svg>
<figcaption>${legendOf(series).map(legendEntry).join("")}</figcaption>
</figure>`;
}

/** Of several series. */
export function legendOf(series: readonly Series[]): readonly Series[] {
  return series.length > 1 ? series : [];
}

function scalesOf({ series, yDomain }: PlotOptions) {
  const points = series.flatMap((one) => one.points).filter(isFinitePoint);
  const xs = points.map(({ x }) => x);
  const x = scaleLinear()
    .domain([Math.min(0, ...xs), Math.max(1, ...xs)])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(yDomain ?? [0, Math.max(1e-12, ...points.map((point) => point.y))])
    .range([height - margin.bottom, margin.top]);
  if (yDomain === undefined) y.nice(5);
  return { x, y };
}

/** What is inside the SVG, at `plotSize`. */
export function plotSvg(options: PlotOptions): string {
  const { xLabel, series, mark } = options;
  const { x, y } = scalesOf(options);
  const curve = line<Point>()
    .defined(isFinitePoint)
    .x((point) => x(point.x))
    .y((point) => y(point.y));
  const bottom = height - margin.bottom;
  return [
    ...y.ticks(5).map((tick) => {
      const at = round(y(tick));
      return (
        `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/>` +
        `<text class="tick" text-anchor="end" x="${margin.left - 8}" y="${at + 4}">${tickText(y, tick)}</text>`
      );
    }),
    ...x
      .ticks(6)
      .filter(Number.isInteger)
      .map(
        (tick) =>
          `<text class="tick" text-anchor="middle" x="${round(x(tick))}" y="${bottom + 17}">${tick}</text>`,
      ),
    `<line class="axis" x1="${margin.left}" x2="${width - margin.right}" y1="${bottom}" y2="${bottom}"/>`,
    `<text class="tick" text-anchor="middle" x="${(margin.left + width - margin.right) / 2}" y="${height - 5}">${escapeText(xLabel)}</text>`,
    ...series.map((one) => drawn(one, curve, x, y)),
    ...(mark === undefined ? [] : [marked(mark, x(mark.x), y(mark.y))]),
  ].join("\n");
}

type Scale = (value: number) => number;

function drawn(
  { points, colour, dashed, smooth }: Series,
  curve: (points: Point[]) => string | null,
  x: Scale,
  y: Scale,
): string {
  const dash = dashed === true ? ' stroke-dasharray="5 4"' : "";
  const path = (of: readonly Point[], kind: string) =>
    `<path class="${kind}"${dash} d="${shortened(curve([...of]) ?? "")}"/>`;
  const finite = points.filter(isFinitePoint);
  const dots =
    finite.length > 40 || smooth === true
      ? ""
      : finite
          .map((point) => `<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="2.5"/>`)
          .join("");
  const curves =
    smooth === true ? path(points, "raw") + path(smoothed(points), "curve") : path(points, "curve");
  return `<g class="series" style="${schemeStyle(colour)}">${curves}${dots}</g>`;
}

function marked({ label }: { readonly label: string }, x: number, y: number): string {
  const left = x > width / 2;
  return (
    `<circle class="mark" cx="${round(x)}" cy="${round(y)}" r="6"/>` +
    `<text class="tick" text-anchor="${left ? "end" : "start"}" x="${round(x + (left ? -10 : 10))}" y="${round(y < 40 ? y + 18 : y - 9)}">${escapeText(label)}</text>`
  );
}

function legendEntry({ name, colour, dashed }: Series): string {
  return `<span class="entry" style="${schemeStyle(colour)}"><i${dashed === true ? ' class="dashed"' : ""}></i>${escapeText(name)}</span>`;
}

/** Small numbers and large ones as powers of ten: they would not fit. */
function tickText(y: { tickFormat(count: number): (value: number) => string }, tick: number): string {
  const size = Math.abs(tick);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? tick.toExponential(0).replace("e+", "e")
    : y.tickFormat(5)(tick);
}

function isFinitePoint({ x, y }: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function significant(value: number): number {
  return Number(value.toPrecision(6));
}

function shortened(path: string): string {
  return path.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(round(Number(number))));
}
