/** A network as a figure: graph, feature maps and steps, layout, shapes. */
import { type SizesAsked, shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { ShapeRefusal } from "../../compiler/network/shape-refusal.ts";
import { multiplyAdds } from "../../compiler/network/totals.ts";
import type { Span } from "../../grammar/span.ts";
import { contract } from "./contract.ts";
import type { Figure } from "./figure.ts";
import { drawnMaps, figureOfGraph, foldLevels } from "./figure-of-graph.ts";
import { type Form, fitPage, type Narrowest } from "./fit-page.ts";
import { foldSteps } from "./fold.ts";
import { arrange } from "./layout/arrange.ts";
import type { Layout } from "./layout/layout.ts";
import { type Metrics, screenMetrics } from "./layout/metrics.ts";
import { type ThemeName, themes } from "./palette.ts";
import { drawFigure, figureForPages } from "./scene/draw-figure.ts";
import type { Scene } from "./scene/scene.ts";
import { totalsOf } from "./totals.ts";

export interface DiagramOptions {
  /** [height, width] of the first input in pixels, or a value for every size symbol; left out: formulas in place of numbers. */
  readonly sizes?: SizesAsked;
  /**
   * So many innermost levels of block calls are one box each, and equal steps in a row one arrow; "all": every call. Left out: 0,
   * or with `width` the lowest that fits.
   */
  readonly fold?: number | "all";
  /** Names of blocks whose calls stay open. */
  readonly open?: readonly string[];
  /** Of the printed page, in points: type and room are those of print, and no text is under 6 points. */
  readonly width?: number;
  /** Over the figure; empty: none. Left out: the network with its parameters, on a page none. */
  readonly title?: string;
  readonly legend?: boolean;
  /** Heights and widths under the feature maps. Left out: where there is room. */
  readonly showSizes?: boolean;
  readonly theme?: ThemeName;
  /** Feature maps as blocks in space. */
  readonly blocks?: boolean;
  /** A figure of more boxes is refused. */
  readonly mostBoxes?: number;
  /** The address a feature map or step links to, from its place in the source. */
  readonly sourceLink?: (span: Span) => string;
}

export interface TooManyBoxes {
  readonly kind: "too-many-boxes";
  readonly message: string;
}

/** The narrowest figure is wider than the page. */
export interface TooWide {
  readonly kind: "too-wide";
  readonly message: string;
  /** In points. */
  readonly width: number;
  /** The row that holds most feature maps of the narrowest figure. */
  readonly crowded: { readonly title: string; readonly maps: number };
}

/** Before they are folded there may be so many times as many. */
const boxesToFold = 2;

/** Refused: sizes that the network does not accept, more boxes than are wanted, and a page that is too narrow. */
export function drawNetwork(
  network: CompiledNetwork,
  options: DiagramOptions = {},
): Scene | ShapeRefusal | TooManyBoxes | TooWide {
  const { graph } = network;
  const shaped = options.sizes === undefined ? undefined : shapeAt(graph, options.sizes);
  if (shaped?.kind === "refused") return shaped;
  const { mostBoxes = Infinity } = options;
  const folds = options.fold !== undefined && options.fold !== 0;
  const most = folds || options.width !== undefined ? boxesToFold * mostBoxes : mostBoxes;
  if (drawnMaps(graph) > most) return tooManyBoxes(graph.name, drawnMaps(graph), most);
  const drawn = {
    graph,
    shaped,
    multiplyAdds: shaped && multiplyAdds(shaped),
    sourceLink: options.sourceLink,
  };
  const open = new Set(options.open?.map((name) => name.replaceAll(" ", "_")));
  const figureAt = ({ level, tight, contracted, stacked }: Omit<Form, "words">): Figure => {
    const figure = figureOfGraph(drawn, { level, open, tight });
    if (level === 0) return figure;
    return contracted ? contract(foldSteps(figure, tight), stacked) : foldSteps(figure, tight);
  };
  const headings = {
    title: options.title ?? (options.width === undefined ? titleOf(network) : ""),
    totals: totalsOf(graph, shaped),
    legend: options.legend ?? true,
  };
  const theme = themes[options.theme ?? "light"];
  const depth = options.blocks === true ? (options.width === undefined ? 10 : 3) : 0;
  const layOut = (figure: Figure, metrics: Metrics, stacked = false): Layout =>
    arrange(figure, { ...metrics, depth }, stacked);
  const look = (metrics: Metrics) => ({ metrics: { ...metrics, depth }, theme });
  const asked = options.fold === "all" ? Infinity : options.fold;
  if (options.width === undefined) {
    const figure = figureAt({ level: asked ?? 0, tight: false, contracted: false, stacked: false });
    if (figure.maps.length > mostBoxes) return tooManyBoxes(graph.name, figure.maps.length, mostBoxes);
    const metrics = { ...screenMetrics, sizes: options.showSizes ?? true };
    return drawFigure(figure, layOut(figure, metrics), look(metrics), headings);
  }
  const known = new Map<string, Figure>();
  const figureOf = (form: Form): Figure | undefined => {
    const key = `${form.level} ${form.tight} ${form.contracted} ${form.stacked}`;
    const figure = known.get(key) ?? figureAt(form);
    known.set(key, figure);
    return figure.maps.length > mostBoxes ? undefined : figure;
  };
  const draw = (figure: Figure, layout: Layout, metrics: Metrics) =>
    figureForPages(figure, layout, look(metrics), headings);
  const page = { width: options.width, sizes: options.showSizes, figureOf, layOut, draw };
  const found = fitPage(page, asked, foldLevels(graph));
  if (found === undefined) return tooManyBoxes(graph.name, drawnMaps(graph), mostBoxes);
  return "kind" in found ? tooWide(graph.name, options.width, found) : found;
}

function tooWide(name: string, asked: number, { width, figure }: Narrowest): TooWide {
  const inches = (points: number): string => `${Math.ceil((points / 72) * 100) / 100} in`;
  const message = `${name} needs a page ${inches(width)} wide; ${inches(asked)} was asked for`;
  return { kind: "too-wide", message, width, crowded: crowdedRow(figure) };
}

/** The row that holds most feature maps. */
function crowdedRow({ maps, rows }: Figure): TooWide["crowded"] {
  const counts = rows.map(({ title }, at) => ({ title, maps: maps.filter(({ row }) => row === at).length }));
  return counts.reduce((most, row) => (row.maps > most.maps ? row : most), { title: "1", maps: 0 });
}

function titleOf({ name, parameters }: CompiledNetwork): string {
  const settings = [...parameters].map(([one, value]) => `${one} = ${value}`).join(", ");
  return settings === "" ? name : `${name}(${settings})`;
}

function tooManyBoxes(name: string, boxes: number, most: number): TooManyBoxes {
  const [found, limit] = [boxes, most].map((count) => count.toLocaleString("en-US"));
  return { kind: "too-many-boxes", message: `${name} has ${found} boxes; the limit is ${limit}` };
}
