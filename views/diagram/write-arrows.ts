/** Steps and unpool links as DOT edges, each with the way the layout gave it. */
import { Html, markup, plain, points, statement } from "./dot-text.ts";
import type { Figure, Line, Step } from "./figure.ts";
import { type Layout, skipWords } from "./layout.ts";
import { textWidth } from "./measure-text.ts";
import { faintInk, ink, leading, linkColour, stepColours, type } from "./palette.ts";
import { type Point, type Route, routeLink, routeSteps } from "./routes.ts";
import { mapName } from "./write-boxes.ts";

/** Of the arrowhead, in points: Graphviz draws it 10 long, times the arrow size. */
const arrowSize = 0.55;
const headLength = 10 * arrowSize;
const cornerRadius = 4;
/** Between the words over an arrow and those under it. */
const wordGap = 4;

export function writeArrows(figure: Figure, layout: Layout): readonly string[] {
  const routes = routeSteps(figure, layout);
  const steps = [...routes].map(([step, route]) => {
    const color = stepColours[step.kind];
    return statement(`${mapName(step.from)} -> ${mapName(step.to)}`, {
      pos: arrowPath(route.points),
      color,
      penwidth: step.skip ? 1.3 : 1,
      ...words(step, route, figure),
      tooltip: plain(step.tooltip),
      labeltooltip: plain(step.tooltip),
      URL: step.url === undefined ? undefined : plain(step.url),
    });
  });
  const links = figure.links.flatMap((link) => {
    const way = routeLink(link, figure, routes);
    if (way === undefined) return [];
    return [
      statement(`${mapName(way.pool.to)} -> ${mapName(way.unpool.to)}`, {
        pos: arrowPath(way.points),
        color: linkColour,
        style: "dashed",
        penwidth: 1,
        tooltip: "pooling indices",
        URL: way.unpool.url === undefined ? undefined : plain(way.unpool.url),
      }),
    ];
  });
  return [...links, ...steps];
}

function words(step: Step, route: Route, figure: Figure): { readonly label?: Html; readonly lp?: string } {
  if (!route.words.shown) return {};
  const times: readonly Line[] = step.times > 1 ? [{ text: `× ${step.times}`, training: false }] : [];
  const joined = skipWords(step, figure);
  const joins: readonly Line[] = joined === "" ? [] : [{ text: joined, training: false }];
  const [x, y] = route.words.at;
  if (route.words.side === "around") {
    const above = oneLine([...step.head, ...joins], route.words.room);
    const below = [...step.tail, ...times];
    if (above.length + below.length === 0) return {};
    const lines = [
      ...above.map((line) => cell(line, ink)),
      gapCell,
      ...below.map((line) => cell(line, faintInk)),
    ];
    return { label: table(lines), lp: `${points(x)},${points(y + (stack(above) - stack(below)) / 2)}` };
  }
  const lines = [...step.longHead, ...step.tail, ...joins, ...times];
  if (lines.length === 0) return {};
  const { side } = route.words;
  const width = Math.max(...lines.map(({ text }) => textWidth(text, type.words)));
  const centre = x + (side === "left" ? -1 : 1) * (width / 2 + 6);
  return {
    label: table(lines.map((line) => cell(line, ink, side === "left" ? "RIGHT" : "LEFT"))),
    lp: `${points(centre)},${points(y)}`,
  };
}

/** On a long arrow the words are side by side. */
function oneLine(lines: readonly Line[], room: number): readonly Line[] {
  const text = lines.map((line) => line.text).join(", ");
  if (lines.length < 2 || lines.some(({ training }) => training) || textWidth(text, type.words) > room)
    return lines;
  return [{ text, training: false }];
}

/** Rows of fixed height: Graphviz's own line spacing depends on the version and the font. */
function table(cells: readonly string[]): Html {
  const rows = cells.map((one) => `<TR>${one}</TR>`).join("");
  return new Html(`<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">${rows}</TABLE>`);
}

const gapCell = `<TD HEIGHT="${wordGap}"></TD>`;

function cell({ text, training }: Line, color: string, align = "CENTER"): string {
  const shown = training ? `<I>${markup(text)}</I>` : markup(text);
  const height = type.words * leading;
  return `<TD HEIGHT="${height}" ALIGN="${align}"><FONT POINT-SIZE="${type.words}" COLOR="${color}">${shown}</FONT></TD>`;
}

function stack(lines: readonly Line[]): number {
  return lines.length * type.words * leading;
}

/** A path with rounded corners as Graphviz's Bézier points; the arrowhead takes the last stretch. */
export function arrowPath(corners: readonly Point[]): string {
  const tip = corners.at(-1) ?? [0, 0];
  const before = corners.at(-2) ?? tip;
  const shaft = [...corners.slice(0, -1), toward(tip, before, headLength)];
  const [start = tip, ...rest] = shaft;
  const path: Point[] = [start];
  for (const [at, corner] of rest.entries()) {
    const from = path.at(-1) ?? start;
    const next = rest[at + 1];
    if (next === undefined) {
      path.push(...straight(from, corner));
      continue;
    }
    const radius = Math.min(cornerRadius, distance(from, corner) / 2, distance(corner, next) / 2);
    const into = toward(corner, from, radius);
    const out = toward(corner, next, radius);
    path.push(...straight(from, into), corner, corner, out);
  }
  return `e,${pair(tip)} ${path.map(pair).join(" ")}`;
}

function straight(from: Point, to: Point): readonly Point[] {
  return [between(from, to, 1 / 3), between(from, to, 2 / 3), to];
}

function between(a: Point, b: Point, share: number): Point {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

function toward(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  return whole === 0 ? from : between(from, to, Math.min(1, length / whole));
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function pair([x, y]: Point): string {
  return `${points(x)},${points(y)}`;
}
