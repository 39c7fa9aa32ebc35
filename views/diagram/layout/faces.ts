/** The size of a feature map's box and the texts in it and around it. */
import type { Figure, FigureMap, Row, Step } from "../figure.ts";
import { shorten, textWidth } from "../measure-text.ts";
import { octave } from "../resolution.ts";
import { leading, type Metrics } from "./metrics.ts";

export interface Caption {
  readonly text: string;
  readonly style: "name" | "channels" | "size";
}

export type Side = "left" | "right" | "middle";

export interface Face {
  readonly width: number;
  readonly height: number;
  /** The name of a closed block, in the box. */
  readonly inside: readonly string[];
  /** Top line first. */
  readonly above: readonly Caption[];
  readonly below: readonly Caption[];
  readonly aboveSide: Side;
  readonly belowSide: Side;
  /** The name of an input before the box, of outputs after it. */
  readonly before: string;
  readonly after: string;
}

/** What the rest of the layout asks of a box. */
export interface Surroundings {
  readonly into: readonly Step[];
  /** Whether another step starts from it. */
  readonly read: boolean;
  /** How many arrows one side of the box must hold over or under its middle. */
  readonly ports: number;
  readonly aboveSide: Side;
  readonly belowSide: Side;
}

/** Sizes of neighbours are apart by so much more than other captions: they look alike. */
const sizeRoom = 3;

/** Over so many octaves at least the height falls, so that a network of few ranks is not drawn in extremes. */
const leastOctaves = 5;
const longestName = 58;
const widestSize = 40;
/** Between the box and captions, and beside an arrow that goes through them. */
export const captionGap = 2;
export const aside = 4;

export function faceOf(map: FigureMap, figure: Figure, around: Surroundings, metrics: Metrics): Face {
  const { into, read, ports } = around;
  const height = Math.max(
    rowHeight(figure.rows, map.row, metrics) + metrics.depth,
    2 * (3 + portPitch * ports),
  );
  const inside = map.block === undefined ? [] : blockLines(map.block, height, metrics);
  const insideWidth = Math.max(0, ...inside.map((line) => textWidth(line, metrics.type.words) + 5));
  return {
    width: Math.max(boxWidth(map, metrics), insideWidth) + metrics.depth,
    height,
    inside,
    above: [
      ...joinCaption(map, into),
      ...nameCaptions(map, read, metrics),
      { text: `${map.channels}`, style: "channels" },
    ],
    below: metrics.sizes ? sizeCaptions(map, metrics) : [],
    aboveSide: around.aboveSide,
    belowSide: around.belowSide,
    before: map.entry ?? "",
    after: read ? "" : map.exits.join(", "),
  };
}

/** The least distance between arrows at one side of a box. */
export const portPitch = 2.6;

/** Grows with the logarithm of the channels. */
function boxWidth(map: FigureMap, { thin, perDoubling, type }: Metrics): number {
  const least =
    map.join === undefined || map.join.does === "stacks" || map.join.does === "attends"
      ? 0
      : type.channels + 4;
  return Math.max(thin + perDoubling * Math.log2(1 + map.channels), least);
}

/** Falls with the logarithm of the stride. */
function rowHeight(rows: readonly Row[], row: number, { tallest, lowest }: Metrics): number {
  const octaves = rows.map(({ stride }) => octave(stride)).filter(Number.isFinite);
  const own = octave(rows[row]?.stride);
  if (!Number.isFinite(own)) return Math.min(lowest, 12);
  const finest = Math.min(...octaves);
  const span = Math.max(leastOctaves, Math.max(...octaves) - finest);
  return tallest - ((tallest - lowest) * (own - finest)) / span;
}

/** The name and the count, in as many lines as make the box narrow and fit in it. */
function blockLines(
  { name, times }: NonNullable<FigureMap["block"]>,
  height: number,
  { type, depth }: Metrics,
): readonly string[] {
  const most = Math.max(1, Math.floor((height - depth - 2) / (type.words * leading)));
  const words = [...name.split(" "), ...(times > 1 ? [`× ${times}`] : [])];
  let lines = words;
  while (lines.length > most) {
    // The two neighbours that are shortest together share a line.
    const joint = lines.slice(1).map((line, at) => textWidth(`${lines[at]} ${line}`, type.words));
    const at = joint.indexOf(Math.min(...joint));
    lines = [...lines.slice(0, at), `${lines[at]} ${lines[at + 1]}`, ...lines.slice(at + 2)];
  }
  return lines;
}

/** What a join does, where no skip's arrow says it. */
function joinCaption({ join }: FigureMap, into: readonly Step[]): readonly Caption[] {
  if (join === undefined || into.some((step) => step.skip)) return [];
  return [{ text: join.words, style: "name" }];
}

/** An output's name is above a feature map that something else reads: beside it there is an arrow. */
function nameCaptions(
  { label, exits }: FigureMap,
  read: boolean,
  { type, nameWidth }: Metrics,
): readonly Caption[] {
  const names = [...(label === undefined ? [] : [label]), ...(read ? exits : [])];
  return names.flatMap((name) =>
    broken(name, type.name, nameWidth).map(
      (text): Caption => ({
        text: shorten(text, type.name, longestName),
        style: "name",
      }),
    ),
  );
}

/** A long name in two lines, where it has an underscore or a dot near its middle. */
function broken(name: string, size: number, most: number): readonly string[] {
  if (textWidth(name, size) <= most) return [name];
  const places = [...name.matchAll(/[_.](?=.)/g)].map(({ index }) => index + 1);
  const widest = (at: number): number =>
    Math.max(textWidth(name.slice(0, at), size), textWidth(name.slice(at), size));
  const [best] = places.sort((a, b) => widest(a) - widest(b));
  return best === undefined ? [name] : [name.slice(0, best), name.slice(best)];
}

function sizeCaptions({ size }: FigureMap, { type }: Metrics): readonly Caption[] {
  const line = `${size[0]} × ${size[1]}`;
  const lines = textWidth(line, type.size) <= widestSize ? [line] : [`${size[0]} ×`, size[1]];
  return lines.map((text) => ({ text, style: "size" }));
}

export function captionWidth({ text, style }: Caption, { type }: Metrics): number {
  return textWidth(text, type[style]);
}

export function captionsHeight(captions: readonly Caption[], { type }: Metrics): number {
  return captions.reduce((sum, { style }) => sum + type[style] * leading, 0);
}

/** How far the box with its captions reaches to the left and to the right of its middle. */
export function reachOf(face: Face, metrics: Metrics): readonly [left: number, right: number] {
  const stack = (captions: readonly Caption[], side: Side): readonly [number, number] => {
    const width = Math.max(
      0,
      ...captions.map(
        (caption) => captionWidth(caption, metrics) + (caption.style === "size" ? sizeRoom : 0),
      ),
    );
    if (side === "middle") return [width / 2, width / 2];
    return side === "left" ? [aside + width, 0] : [0, aside + width];
  };
  const [above, below] = [stack(face.above, face.aboveSide), stack(face.below, face.belowSide)];
  const [before, after] = [face.before, face.after].map((name) =>
    name === "" ? 0 : face.width / 2 + 4 + textWidth(name, metrics.type.body),
  );
  return [
    Math.max(face.width / 2, above[0], below[0], before ?? 0),
    Math.max(face.width / 2, above[1], below[1], after ?? 0),
  ];
}
