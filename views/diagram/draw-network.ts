/** A network as a figure: graph, feature maps and steps, layout, shapes. */
import { type SizesAsked, shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { ShapeRefusal } from "../../compiler/network/shape-refusal.ts";
import { multiplyAdds } from "../../compiler/network/totals.ts";
import type { Span } from "../../grammar/span.ts";
import type { Figure } from "./figure.ts";
import { drawnMaps, figureOfGraph, foldLevels } from "./figure-of-graph.ts";
import { foldSteps } from "./fold.ts";
import { layOut } from "./layout/layout.ts";
import { type Metrics, printMetrics, screenMetrics } from "./layout/metrics.ts";
import { type ThemeName, themes } from "./palette.ts";
import { drawFigure } from "./scene/draw-figure.ts";
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
  const figureAt = (level: number, tight = false): Figure => {
    const figure = figureOfGraph(drawn, { level, open, tight });
    return level === 0 ? figure : foldSteps(figure, tight);
  };
  const headings = {
    title: options.title ?? (options.width === undefined ? titleOf(network) : ""),
    totals: totalsOf(graph, shaped),
    legend: options.legend ?? true,
  };
  const theme = themes[options.theme ?? "light"];
  const depth = options.blocks === true ? (options.width === undefined ? 10 : 4) : 0;
  const sceneOf = (figure: Figure, base: Metrics, more: Partial<Metrics>): Scene => {
    const metrics = { ...base, ...more, depth };
    const look = { metrics, theme, width: options.width };
    return drawFigure(figure, layOut(figure, metrics), look, headings);
  };
  const asked = options.fold === "all" ? Infinity : options.fold;
  if (options.width === undefined) {
    const figure = figureAt(asked ?? 0);
    if (figure.maps.length > mostBoxes) return tooManyBoxes(graph.name, figure.maps.length, mostBoxes);
    return sceneOf(figure, screenMetrics, { sizes: options.showSizes ?? true });
  }
  let narrowest = Infinity;
  for (const { level, tight, words } of rungs(asked, foldLevels(graph))) {
    const figure = figureAt(level, tight);
    if (figure.maps.length > mostBoxes) continue;
    for (const sizes of options.showSizes === undefined ? [true, false] : [options.showSizes]) {
      const scene = sceneOf(figure, printMetrics, { sizes, words });
      if (scene.width <= options.width + 0.01) return scene;
      narrowest = Math.min(narrowest, scene.width);
    }
  }
  const inches = (points: number): string => `${Math.ceil((points / 72) * 100) / 100} in`;
  const message = `${graph.name} needs a page ${inches(narrowest)} wide; ${inches(options.width)} was asked for`;
  return { kind: "too-wide", message, width: narrowest };
}

interface Rung {
  readonly level: number;
  readonly tight: boolean;
  readonly words: Metrics["words"];
}

/** What is tried for a page of a given width, from the fullest figure to the narrowest. */
function rungs(asked: number | undefined, deepest: number): readonly Rung[] {
  const levels = asked === undefined ? Array.from({ length: deepest + 2 }, (_, at) => at) : [asked];
  const fewer = (words: Rung["words"]) => (level: number) => ({ level, tight: false, words });
  const last = levels.at(-1) ?? 0;
  return [
    ...levels.map(fewer("all")),
    ...levels.map(fewer("kernels")),
    ...levels.map(fewer("joins")),
    ...(["all", "kernels", "joins"] as const).map((words) => ({ level: last, tight: last > 0, words })),
  ];
}

function titleOf({ name, parameters }: CompiledNetwork): string {
  const settings = [...parameters].map(([one, value]) => `${one} = ${value}`).join(", ");
  return settings === "" ? name : `${name}(${settings})`;
}

function tooManyBoxes(name: string, boxes: number, most: number): TooManyBoxes {
  const [found, limit] = [boxes, most].map((count) => count.toLocaleString("en-US"));
  return { kind: "too-many-boxes", message: `${name} has ${found} boxes; the limit is ${limit}` };
}
