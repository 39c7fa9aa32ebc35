/** A feature map: its box, flat or as a block in space, what is written in it, over it, under it and beside it. */
import type { FigureMap } from "../figure.ts";
import { aside, type Caption, captionGap, captionsHeight, captionWidth, type Side } from "../layout/faces.ts";
import type { Box, Point } from "../layout/layout.ts";
import { leading, type Metrics } from "../layout/metrics.ts";
import { textWidth } from "../measure-text.ts";
import { blend, type Theme } from "../palette.ts";
import type { Shape, Text } from "./scene.ts";

export function drawBox(box: Box, metrics: Metrics, theme: Theme): readonly Shape[] {
  const { map, face, x, y } = box;
  const top = y - face.height / 2;
  const [left, right] = [x - face.width / 2, x + face.width / 2];
  const front = { x: left, y: top + metrics.depth, width: face.width - metrics.depth };
  const height = face.height - metrics.depth;
  const middle = { x: front.x + front.width / 2, y: front.y + height / 2 };
  const text = (
    said: string,
    style: keyof Metrics["type"],
    role: Text["role"],
    place: { x: number; y: number; align?: Text["align"]; color?: string },
  ): Text => {
    const size = metrics.type[style];
    const { x, y, align = "middle", color = theme.ink } = place;
    return { kind: "text", x, y, align, text: said, size, color, role, width: textWidth(said, size) };
  };
  const stack = (captions: readonly Caption[], side: Side, start: number): readonly Text[] => {
    let at = start;
    return captions.map((caption) => {
      const height = metrics.type[caption.style] * leading;
      at += height;
      const color = caption.style === "channels" ? theme.ink : theme.faintInk;
      const place =
        side === "middle"
          ? { x, align: "middle" as const }
          : side === "left"
            ? { x: x - aside, align: "end" as const }
            : { x: x + aside, align: "start" as const };
      return {
        ...text(caption.text, caption.style, "caption", { ...place, y: at - height / 2, color }),
        width: captionWidth(caption, metrics),
      };
    });
  };
  const lineHeight = metrics.type.words * leading;
  return [
    ...solid(map, { ...front, height }, metrics, theme),
    ...face.inside.map((line, at) =>
      text(line, "words", "box", {
        x: middle.x,
        y: middle.y + (at - (face.inside.length - 1) / 2) * lineHeight,
      }),
    ),
    ...(map.join === undefined || signs[map.join.does] === ""
      ? []
      : [text(signs[map.join.does], "channels", "box", middle)]),
    ...stack(face.above, face.aboveSide, top - captionGap - captionsHeight(face.above, metrics)),
    ...stack(face.below, face.belowSide, top + face.height + captionGap),
    ...(face.before === "" ? [] : [text(face.before, "body", "beside", { x: left - 4, y, align: "end" })]),
    ...(face.after === "" ? [] : [text(face.after, "body", "beside", { x: right + 4, y, align: "start" })]),
  ];
}

/** A maximum, a minimum and attention are said by their word. */
const signs = {
  stacks: "",
  adds: "+",
  subtracts: "−",
  multiplies: "×",
  compares: "",
  attends: "",
} as const;

function solid(
  map: FigureMap,
  front: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { depth }: Metrics,
  theme: Theme,
): readonly Shape[] {
  const { fill, line } = theme.maps[map.part];
  const lineWidth = map.exits.length > 0 ? 1.6 : 0.8;
  const linked = { tooltip: map.tooltip, url: map.url };
  const { x, y, width, height } = front;
  const shapes: Shape[] = stripes(map, theme).map(({ from, to, color }) => ({
    kind: "rectangle",
    x: x + width * from,
    y,
    width: width * (to - from),
    height,
    fill: color,
    ...linked,
  }));
  if (depth > 0) {
    const [right, bottom] = [x + width, y + height];
    const side = (points: readonly Point[], shaded: string): Shape => ({
      kind: "polygon",
      points,
      fill: shaded,
      line,
      lineWidth: lineWidth * 0.7,
    });
    const back = ([x, y]: Point): Point => [x + depth, y - depth];
    const [topLeft, topRight, bottomRight]: readonly [Point, Point, Point] = [
      [x, y],
      [right, y],
      [right, bottom],
    ];
    shapes.push(
      side([topLeft, back(topLeft), back(topRight), topRight], blend(fill, "#ffffff", 0.35)),
      side([topRight, back(topRight), back(bottomRight), bottomRight], blend(fill, "#000000", 0.12)),
    );
  }
  return [...shapes, { kind: "rectangle", ...front, fill: "none", line, lineWidth, map: map.id, ...linked }];
}

/** A concatenation shows its parts side by side, as wide as their channels. */
function stripes(
  { join, part }: FigureMap,
  theme: Theme,
): readonly { readonly from: number; readonly to: number; readonly color: string }[] {
  if (join?.does !== "stacks") return [{ from: 0, to: 1, color: theme.maps[part].fill }];
  const sum = join.parts.reduce((total, { channels }) => total + channels, 0);
  let at = 0;
  return join.parts.map((one, place) => {
    const from = at;
    at += one.channels / sum;
    // Neighbours of one part differ a little, so that each is seen.
    const same = join.parts[place - 1]?.part === one.part && place % 2 === 1;
    const color = theme.maps[one.part].fill;
    return { from, to: at, color: same ? blend(color, theme.maps[one.part].line, 0.22) : color };
  });
}

/** The theme nearer to its background. */
export function pale(theme: Theme): Theme {
  const toward = (color: string): string => blend(color, theme.background, 0.6);
  return {
    ...theme,
    ink: toward(theme.ink),
    faintInk: toward(theme.faintInk),
    maps: {
      encoder: { fill: toward(theme.maps.encoder.fill), line: toward(theme.maps.encoder.line) },
      decoder: { fill: toward(theme.maps.decoder.fill), line: toward(theme.maps.decoder.line) },
      other: { fill: toward(theme.maps.other.fill), line: toward(theme.maps.other.line) },
    },
    steps: {
      convolution: toward(theme.steps.convolution),
      down: toward(theme.steps.down),
      up: toward(theme.steps.up),
      other: toward(theme.steps.other),
      pass: toward(theme.steps.pass),
    },
    link: toward(theme.link),
  };
}
