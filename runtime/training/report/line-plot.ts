/** A plot of curves over one axis, as SVG that needs nothing beside it. */
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { escapeText } from "./escape.ts";

export interface Series {
  readonly name: string;
  /** A CSS colour. */
  readonly colour: string;
  readonly points: readonly Point[];
  readonly dashed?: boolean;
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

const width = 560;
const height = 300;
const margin = { top: 40, right: 18, bottom: 42, left: 56 };

/** Points that are not finite are left out, and the curve with them. */
export function linePlot({ title, xLabel, series, yDomain, mark }: PlotOptions): string {
  const points = series.flatMap((one) => one.points).filter(isFinitePoint);
  const xs = points.map(({ x }) => x);
  const x = scaleLinear()
    .domain([Math.min(0, ...xs), Math.max(1, ...xs)])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(yDomain ?? [0, Math.max(1e-6, ...points.map((point) => point.y))])
    .range([height - margin.bottom, margin.top]);
  if (yDomain === undefined) y.nice(5);
  const curve = line<Point>()
    .defined(isFinitePoint)
    .x((point) => x(point.x))
    .y((point) => y(point.y));
  return [
    `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
    `<text class="title" x="${margin.left}" y="18">${escapeText(title)}</text>`,
    ...y.ticks(5).map((tick) => {
      const at = round(y(tick));
      return (
        `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/>` +
        `<text class="tick" text-anchor="end" x="${margin.left - 8}" y="${at + 4}">${y.tickFormat(5)(tick)}</text>`
      );
    }),
    ...x
      .ticks(8)
      .filter(Number.isInteger)
      .map(
        (tick) =>
          `<text class="tick" text-anchor="middle" x="${round(x(tick))}" y="${height - margin.bottom + 18}">${tick}</text>`,
      ),
    `<line class="axis" x1="${margin.left}" x2="${width - margin.right}" y1="${height - margin.bottom}" y2="${height - margin.bottom}"/>`,
    `<text class="tick" text-anchor="middle" x="${(margin.left + width - margin.right) / 2}" y="${height - 6}">${escapeText(xLabel)}</text>`,
    ...series.map(({ points, colour, dashed }) => drawn(points, colour, dashed === true, curve, x, y)),
    ...(mark === undefined ? [] : [marked(mark, x(mark.x), y(mark.y))]),
    legend(series),
    "</svg>",
  ].join("\n");
}

type Scale = (value: number) => number;

function drawn(
  points: readonly Point[],
  colour: string,
  dashed: boolean,
  curve: (points: Point[]) => string | null,
  x: Scale,
  y: Scale,
): string {
  const dash = dashed ? ' stroke-dasharray="5 4"' : "";
  const path = `<path fill="none" stroke="${colour}" stroke-width="2"${dash} d="${shortened(curve([...points]) ?? "")}"/>`;
  if (points.length > 40) return path;
  const dots = points
    .filter(isFinitePoint)
    .map((point) => `<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="2.5" fill="${colour}"/>`);
  return path + dots.join("");
}

function marked({ label }: { readonly label: string }, x: number, y: number): string {
  const left = x > width / 2;
  return (
    `<circle class="mark" cx="${round(x)}" cy="${round(y)}" r="6"/>` +
    `<text class="tick" text-anchor="${left ? "end" : "start"}" x="${round(x + (left ? -10 : 10))}" y="${round(y - 9)}">${escapeText(label)}</text>`
  );
}

/** On the title's line, to the right. */
function legend(series: readonly Series[]): string {
  let right = width - margin.right;
  return [...series]
    .reverse()
    .map(({ name, colour, dashed }) => {
      const start = right - 7 * name.length - 26;
      const entry =
        `<line x1="${start}" x2="${start + 20}" y1="14" y2="14" stroke="${colour}" stroke-width="2"${dashed === true ? ' stroke-dasharray="5 4"' : ""}/>` +
        `<text class="tick" x="${start + 25}" y="18">${escapeText(name)}</text>`;
      right = start - 14;
      return entry;
    })
    .join("");
}

function isFinitePoint({ x, y }: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortened(path: string): string {
  return path.replace(/-?\d+\.\d+/g, (number) => String(round(Number(number))));
}
