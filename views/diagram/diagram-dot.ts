/** A network as a figure in Graphviz's DOT language: graph, figure, layout, text. */

import { type SizesAsked, shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { ShapeRefusal } from "../../compiler/network/shape-refusal.ts";
import { multiplyAdds } from "../../compiler/network/totals.ts";
import type { Span } from "../../grammar/span.ts";
import { plain, statement } from "./dot-text.ts";
import type { Figure } from "./figure.ts";
import { drawnMaps, figureOfGraph } from "./figure-of-graph.ts";
import { foldFigure } from "./fold.ts";
import { type Layout, layOut } from "./layout.ts";
import { writeLegend } from "./legend.ts";
import { textWidth } from "./measure-text.ts";
import { faintInk, fontName, ink, type } from "./palette.ts";
import { placeMaps } from "./place.ts";
import { totalsLine } from "./totals.ts";
import { writeArrows } from "./write-arrows.ts";
import { textNode, writeRank } from "./write-boxes.ts";

export interface DiagramOptions {
  /** [height, width] of the first input in pixels, or a value for every size symbol; left out: formulas in place of numbers. */
  readonly sizes?: SizesAsked;
  /** Draws what is repeated in a row once, with its count. */
  readonly fold: boolean;
  /** A figure of more boxes is refused. */
  readonly mostBoxes?: number;
  /** The address a feature map or step links to, from its place in the source. */
  readonly sourceLink?: (span: Span) => string;
}

/** Before they are folded there may be so many times as many. */
const boxesToFold = 2;

export interface TooManyBoxes {
  readonly kind: "too-many-boxes";
  readonly message: string;
}

function tooManyBoxes(name: string, boxes: number, most: number): TooManyBoxes {
  const [found, limit] = [boxes, most].map((count) => count.toLocaleString("en-US"));
  return { kind: "too-many-boxes", message: `${name} has ${found} boxes; the limit is ${limit}` };
}

/**
 * DOT text with every position in it: the same on every machine, and any Graphviz program draws it as it is.
 * Refused: sizes that the network does not accept, and more boxes than are wanted.
 */
export function diagramDot(
  network: CompiledNetwork,
  options: DiagramOptions,
): string | ShapeRefusal | TooManyBoxes {
  const { graph } = network;
  const shaped = options.sizes === undefined ? undefined : shapeAt(graph, options.sizes);
  if (shaped?.kind === "refused") return shaped;
  const { mostBoxes = Infinity } = options;
  const most = options.fold ? boxesToFold * mostBoxes : mostBoxes;
  if (drawnMaps(graph) > most) return tooManyBoxes(graph.name, drawnMaps(graph), most);
  const figure = figureOfGraph({
    graph,
    shaped,
    multiplyAdds: shaped && multiplyAdds(shaped),
    sourceLink: options.sourceLink,
  });
  const shown = options.fold ? foldFigure(figure) : figure;
  if (shown.maps.length > mostBoxes) return tooManyBoxes(graph.name, shown.maps.length, mostBoxes);
  const settings = [...network.parameters].map(([name, value]) => `${name} = ${value}`).join(", ");
  return writeFigure(shown, {
    name: network.name,
    title: settings === "" ? network.name : `${network.name}(${settings})`,
    totals: totalsLine(graph, shaped),
  });
}

interface Headings {
  readonly name: string;
  readonly title: string;
  readonly totals: string;
}

const margin = 34;
const leastWidth = 420;

function writeFigure(figure: Figure, { name, title, totals }: Headings): string {
  const layout = layOut(figure, placeMaps(figure));
  const { left, right, top, bottom } = frame(layout);
  const headings = Math.max(textWidth(totals, type.body), textWidth(title, type.title)) * 1.05;
  const width = Math.max(right - left, leastWidth, headings);
  const place = { x: left, align: "left", room: width } as const;
  return [
    `digraph "${plain(name)}" {`,
    ...[
      statement("graph", {
        layout: "nop2",
        outputorder: "edgesfirst",
        bgcolor: "white",
        pad: 0.15,
        fontname: fontName,
        tooltip: plain(title),
      }),
      statement("node", { shape: "box", fixedsize: "true", margin: 0, fontname: fontName, tooltip: " " }),
      statement("edge", { arrowsize: 0.55, fontname: fontName, fontsize: type.words, tooltip: " " }),
      textNode("title", title, { ...place, y: top + 34, size: type.title, color: ink }),
      textNode("totals", totals, { ...place, y: top + 17, size: type.body, color: faintInk }),
      ...figure.rows.flatMap((_, row) => writeRank(row, figure, layout, left, left + width)),
      ...writeArrows(figure, layout),
      ...writeLegend(figure, left, bottom - 18, width),
    ].map((line) => `  ${line}`),
    "}",
    "",
  ].join("\n");
}

/** The edges of the drawing without title and legend: boxes, captions, the names of inputs and outputs. */
function frame(layout: Layout): { left: number; right: number; top: number; bottom: number } {
  const boxes = [...layout.boxes.values()];
  const half = ({ face }: (typeof boxes)[number]): number =>
    Math.max(face.width, face.aboveWidth, face.belowWidth) / 2;
  const left = boxes.map((box) => box.x - half(box) - box.face.before);
  const right = boxes.map((box) => box.x + half(box) + box.face.after);
  return {
    left: Math.min(0, ...left) - margin,
    right: Math.max(0, ...right) + margin / 2,
    top: Math.max(0, ...layout.rows.map(({ y, above }) => y + above)),
    bottom: Math.min(0, ...layout.rows.map(({ y, below }) => y - below)),
  };
}
