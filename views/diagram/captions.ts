/** The size of a feature map's box and the texts around it. */
import type { Figure, FigureMap, Row, Step } from "./figure.ts";
import { shorten, textWidth } from "./measure-text.ts";
import { leading, type } from "./palette.ts";
import { octave } from "./resolution.ts";

export interface Caption {
  readonly text: string;
  readonly style: "name" | "channels" | "size";
}

export interface BoxFace {
  readonly width: number;
  readonly height: number;
  /** Top line first. */
  readonly above: readonly Caption[];
  readonly below: readonly Caption[];
  /** Room for the names of inputs before the box and of outputs after it, in points. */
  readonly before: number;
  readonly after: number;
  /** Widths and heights of the two stacks of captions, in points. */
  readonly aboveWidth: number;
  readonly belowWidth: number;
  readonly aboveHeight: number;
  readonly belowHeight: number;
}

const tallest = 74;
const lowest = 22;
/** Over so many octaves at least the height falls, so that a network of few ranks is not drawn in extremes. */
const leastOctaves = 5;
const longestName = 58;
const widestSize = 40;

/** `into`: the steps that make the feature map; `read`: whether another step starts from it. */
export function boxFace(map: FigureMap, figure: Figure, into: readonly Step[], read: boolean): BoxFace {
  const above = [
    ...joinCaption(map, into),
    ...nameCaption(map, read),
    { text: `${map.channels}`, style: "channels" } as const,
  ];
  const below = sizeCaptions(map);
  const room = (names: string): number => (names === "" ? 0 : textWidth(names, type.body) + 10);
  return {
    width: boxWidth(map),
    height: rowHeight(figure.rows, map.row),
    above,
    below,
    before: room(map.entry ?? ""),
    after: room(read ? "" : map.exits.join(", ")),
    aboveWidth: stackWidth(above),
    belowWidth: stackWidth(below),
    aboveHeight: stackHeight(above),
    belowHeight: stackHeight(below),
  };
}

/** Grows with the logarithm of the channels. */
function boxWidth(map: FigureMap): number {
  return Math.max(5 + 2.6 * Math.log2(1 + map.channels), map.join === undefined ? 0 : 16);
}

/** Falls with the logarithm of the stride. */
export function rowHeight(rows: readonly Row[], row: number): number {
  const octaves = rows.map(({ stride }) => octave(stride)).filter(Number.isFinite);
  const own = octave(rows[row]?.stride);
  if (!Number.isFinite(own)) return 12;
  const finest = Math.min(...octaves);
  const span = Math.max(leastOctaves, Math.max(...octaves) - finest);
  return tallest - ((tallest - lowest) * (own - finest)) / span;
}

/** What a join does, where no skip's arrow says it. */
function joinCaption({ join }: FigureMap, into: readonly Step[]): readonly Caption[] {
  if (join === undefined || into.some((step) => step.skip)) return [];
  return [{ text: join.words, style: "name" }];
}

/** An output's name is above a feature map that something else reads: beside it there is an arrow. */
function nameCaption({ label, exits }: FigureMap, read: boolean): readonly Caption[] {
  const names = [...(label === undefined ? [] : [label]), ...(read ? exits : [])];
  return names.map((name) => ({ text: shorten(name, type.name, longestName), style: "name" }));
}

function sizeCaptions({ size }: FigureMap): readonly Caption[] {
  const line = `${size[0]} × ${size[1]}`;
  const lines = textWidth(line, type.size) <= widestSize ? [line] : [`${size[0]} ×`, size[1]];
  return lines.map((text) => ({ text, style: "size" }));
}

export function captionWidth({ text, style }: Caption): number {
  return textWidth(text, type[style]);
}

function stackWidth(captions: readonly Caption[]): number {
  return Math.max(0, ...captions.map(captionWidth));
}

function stackHeight(captions: readonly Caption[]): number {
  return captions.reduce((sum, { style }) => sum + type[style] * leading, 0);
}
