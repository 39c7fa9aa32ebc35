/** Ranks, feature maps and their captions as DOT: one cluster a rank, one node a feature map. */
import { type Caption, captionWidth } from "./captions.ts";
import { Html, markup, plain, points, statement } from "./dot-text.ts";
import type { Figure, FigureMap, Fold } from "./figure.ts";
import type { Box, Layout, Side } from "./layout.ts";
import { textWidth } from "./measure-text.ts";
import { faintInk, ink, leading, mapColours, rowInk, type } from "./palette.ts";

/** Text nodes get this much room over their estimated width, as other fonts are wider. */
const slack = 1.15;
const captionGap = 2;
const aside = 5;

export function mapName(id: number): string {
  return `m${id}`;
}

export function writeBox(box: Box): readonly string[] {
  const { map, face, x, y } = box;
  const colours = mapColours[map.part];
  const shared = {
    pos: `${points(x)},${points(y)}`,
    width: face.width / 72,
    height: face.height / 72,
  };
  const lines = [
    statement(mapName(map.id), {
      ...shared,
      ...fill(map),
      color: colours.line,
      penwidth: map.exits.length > 0 ? 1.6 : 0.8,
      label: map.join === undefined ? "" : sign(map),
      fontcolor: ink,
      fontsize: 11,
      tooltip: plain(map.tooltip),
      URL: map.url === undefined ? undefined : plain(map.url),
    }),
  ];
  const top = y + face.height / 2 + captionGap;
  let height = top + face.aboveHeight;
  for (const [at, caption] of face.above.entries()) {
    height -= type[caption.style] * leading;
    lines.push(captionNode(`${mapName(map.id)}_a${at}`, caption, x, height, box.aboveSide));
  }
  let depth = y - face.height / 2 - captionGap;
  for (const [at, caption] of face.below.entries()) {
    depth -= type[caption.style] * leading;
    lines.push(captionNode(`${mapName(map.id)}_b${at}`, caption, x, depth, box.belowSide));
  }
  if (map.entry !== undefined)
    lines.push(
      textNode(`${mapName(map.id)}_in`, map.entry, {
        x: x - face.width / 2 - 5,
        y,
        align: "right",
        size: type.body,
        color: ink,
      }),
    );
  if (face.after > 0)
    lines.push(
      textNode(`${mapName(map.id)}_out`, map.exits.join(", "), {
        x: x + face.width / 2 + 5,
        y,
        align: "left",
        size: type.body,
        color: ink,
      }),
    );
  return lines;
}

/** A concatenation shows its parts side by side, as wide as their channels. */
function fill(map: FigureMap): { readonly style: string; readonly fillcolor: string } {
  const { join } = map;
  if (join?.does !== "stacks") return { style: "filled", fillcolor: mapColours[map.part].fill };
  const sum = join.parts.reduce((total, { channels }) => total + channels, 0);
  const shares = join.parts.map(
    ({ channels, part }) => `${mapColours[part].fill};${(channels / sum).toFixed(4)}`,
  );
  // Graphviz wants the last share left open: rounding could bring the sum over 1.
  return { style: "striped", fillcolor: shares.join(":").replace(/;[\d.]+$/, "") };
}

function sign({ join }: FigureMap): string {
  return join === undefined ? "" : signs[join.does];
}

/** A maximum and a minimum are said by their word. */
const signs = { stacks: "", adds: "+", subtracts: "−", multiplies: "×", compares: "" } as const;

/** `y`: the lower edge of the line. */
function captionNode(name: string, caption: Caption, x: number, y: number, side: Side): string {
  const size = type[caption.style];
  const align = side === "middle" ? "middle" : side === "left" ? "right" : "left";
  const at = side === "middle" ? x : side === "left" ? x - aside : x + aside;
  const color = caption.style === "channels" ? ink : faintInk;
  return textNode(name, caption.text, {
    x: at,
    y: y + (size * leading) / 2,
    align,
    size,
    color,
    width: captionWidth(caption),
  });
}

export interface TextPlace {
  /** The left edge, the right edge or the middle, as `align` says. */
  readonly x: number;
  readonly y: number;
  readonly align: "left" | "right" | "middle";
  readonly size: number;
  readonly color: string;
  /** Estimated, in points. */
  readonly width?: number;
  readonly italic?: boolean;
  /** The node's width, in points, where it is not to follow the text's. */
  readonly room?: number;
}

/** An empty text becomes a space: the WebAssembly build of Graphviz 16 fails on an empty line. */
export function textNode(name: string, text: string, place: TextPlace): string {
  const { x, y, align, size, color } = place;
  const width = place.room ?? (place.width ?? textWidth(text, size)) * slack + 4;
  const centre = align === "middle" ? x : align === "left" ? x + width / 2 : x - width / 2;
  const end = align === "middle" ? "" : align === "left" ? "\\l" : "\\r";
  return statement(name, {
    shape: "plaintext",
    pos: `${points(centre)},${points(y)}`,
    width: width / 72,
    height: (size * leading * 1.2) / 72,
    label: place.italic ? new Html(`<I>${markup(text)}</I>`) : `${plain(text === "" ? " " : text)}${end}`,
    fontsize: size,
    fontcolor: color,
  });
}

/** Of the box and the captions under it. */
function rightEdge({ x, face, belowSide }: Box): number {
  const caption =
    belowSide === "right" ? aside + face.belowWidth : belowSide === "left" ? 0 : face.belowWidth / 2;
  return x + Math.max(face.width / 2 + 1, caption);
}

/** A frame around what a folded block has in the rank, from behind the feature map that feeds it. */
function writeFold(name: string, fold: Fold, row: number, figure: Figure, layout: Layout): readonly string[] {
  const place = layout.rows[row];
  const boxes = fold.maps
    .map((id) => layout.boxes.get(id))
    .filter((box) => box !== undefined && box.cell.row === row)
    .filter((box) => box !== undefined);
  if (place === undefined || boxes.length === 0) return [];
  const feeding = figure.steps
    .filter((step) => fold.maps.includes(step.to) && !fold.maps.includes(step.from))
    .map((step) => layout.boxes.get(step.from))
    .filter((box) => box !== undefined && box.cell.row === row)
    .map((box) => (box === undefined ? 0 : rightEdge(box) + 2));
  const edges = boxes.map(({ x, face }) => x - face.width / 2);
  const left = feeding.length === 0 ? Math.min(...edges) - 8 : Math.max(...feeding);
  const right = Math.max(...boxes.map(rightEdge)) + 3;
  const top = place.y + place.above + 1;
  const title = `${fold.name} × ${fold.times}`;
  return [
    `subgraph cluster_${name} {`,
    `  ${statement("graph", {
      bb: [left, place.y - place.below - 1, right, top].map(points).join(","),
      style: "filled,dashed,rounded",
      fillcolor: "white",
      color: rowInk,
      label: "",
      tooltip: plain(title),
    })}`,
    `  ${textNode(`f${name}`, title, { x: left + 5, y: top - 7, align: "left", size: type.name, color: faintInk })}`,
    "}",
  ];
}

/** `left`, `right`: the edges of the drawing, in points. */
export function writeRank(
  row: number,
  figure: Figure,
  layout: Layout,
  left: number,
  right: number,
): readonly string[] {
  const place = layout.rows[row];
  const found = figure.rows[row];
  if (place === undefined || found === undefined) return [];
  const boxes = [...layout.boxes.values()].filter((box) => box.cell.row === row);
  const bottom = place.y - place.below;
  const top = place.y + place.above;
  return [
    `subgraph cluster_${row} {`,
    ...[
      statement("graph", {
        bb: [left, bottom - 4, right, top + 4].map(points).join(","),
        style: "filled",
        fillcolor: "#f7f8fa",
        color: "#f7f8fa",
        label: "",
        tooltip: `resolution ${plain(found.title)}`,
      }),
      textNode(`r${row}`, found.title, {
        x: left + 6,
        y: place.y,
        align: "left",
        size: type.body,
        color: rowInk,
      }),
      ...figure.folds.flatMap((fold, at) => writeFold(`${row}_${at}`, fold, row, figure, layout)),
      ...boxes.flatMap(writeBox),
    ].map((line) => `  ${line}`),
    "}",
  ];
}
