/** The legend: what each mark that the figure really has means. */
import { plain, points, statement } from "./dot-text.ts";
import type { Figure, Part, StepKind } from "./figure.ts";
import { textWidth } from "./measure-text.ts";
import { faintInk, ink, leading, linkColour, mapColours, stepColours, type } from "./palette.ts";
import { arrowPath } from "./write-arrows.ts";
import { type TextPlace, textNode } from "./write-boxes.ts";

type Mark =
  | { readonly kind: "map"; readonly part: Part }
  | { readonly kind: "stripes"; readonly parts: readonly Part[] }
  | { readonly kind: "arrow"; readonly color: string; readonly dashed: boolean; readonly wide: boolean }
  | { readonly kind: "text"; readonly text: string; readonly italic: boolean };

interface Entry {
  readonly mark: Mark;
  readonly meaning: string;
}

const markWidth = 24;
const markGap = 5;
const entryGap = 18;
const lineHeight = 15;

export function legendEntries(figure: Figure): readonly Entry[] {
  const parts = new Set(figure.maps.map((map) => map.part));
  const kinds = new Set(
    figure.steps.filter((step) => !step.skip || step.kind !== "pass").map((step) => step.kind),
  );
  const tails = new Set(figure.steps.flatMap((step) => step.tail));
  const concat = figure.maps.find((map) => map.join?.does === "stacks")?.join;
  const kind = (one: StepKind, meaning: string): readonly Entry[] =>
    kinds.has(one)
      ? [{ mark: { kind: "arrow", color: stepColours[one], dashed: false, wide: false }, meaning }]
      : [];
  return [
    ...(parts.has("encoder")
      ? [{ mark: { kind: "map", part: "encoder" }, meaning: "encoder feature map" } as const]
      : []),
    ...(parts.has("decoder")
      ? [{ mark: { kind: "map", part: "decoder" }, meaning: "decoder feature map" } as const]
      : []),
    ...(parts.has("other")
      ? [
          {
            mark: { kind: "map", part: "other" },
            meaning: parts.size === 1 ? "feature map" : "other feature map",
          } as const,
        ]
      : []),
    { mark: { kind: "text", text: "64", italic: false }, meaning: "channels" },
    { mark: { kind: "text", text: "h × w", italic: false }, meaning: "height × width" },
    { mark: { kind: "text", text: coarsest(figure), italic: false }, meaning: "resolution of the row" },
    ...(concat === undefined
      ? []
      : [
          {
            mark: { kind: "stripes", parts: concat.parts.map(({ part }) => part) },
            meaning: "concatenated feature maps",
          } as const,
        ]),
    ...kind("convolution", "convolution: kernel; stride 1, same size unless noted"),
    ...kind("down", "pooling"),
    ...kind("up", "upsampling"),
    ...kind("other", "other operation"),
    ...(figure.steps.some((step) => step.skip)
      ? [
          {
            mark: { kind: "arrow", color: stepColours.pass, dashed: false, wide: true },
            meaning: "skip",
          } as const,
        ]
      : []),
    ...(figure.links.length > 0
      ? [
          {
            mark: { kind: "arrow", color: linkColour, dashed: true, wide: false },
            meaning: "pooling indices",
          } as const,
        ]
      : []),
    ...([...tails].some(({ text }) => text === "BN")
      ? [{ mark: { kind: "text", text: "BN", italic: false }, meaning: "batch normalisation" } as const]
      : []),
    ...([...tails].some(({ training }) => training)
      ? [{ mark: { kind: "text", text: "italic", italic: true }, meaning: "training only" } as const]
      : []),
  ];
}

function coarsest(figure: Figure): string {
  return figure.rows.findLast(({ stride }) => stride !== undefined)?.title ?? "1";
}

/** Set in lines from the top left corner (x, y), at most `width` points wide. */
export function writeLegend(figure: Figure, x: number, y: number, width: number): readonly string[] {
  const lines: string[] = [];
  let [left, top] = [x, y];
  for (const [at, { mark, meaning }] of legendEntries(figure).entries()) {
    const room = markRoom(mark) + markGap + textWidth(meaning, type.words);
    if (left > x && left + room > x + width) {
      left = x;
      top -= lineHeight;
    }
    lines.push(...writeMark(`k${at}`, mark, left, top));
    const text: TextPlace = {
      x: left + markRoom(mark) + markGap,
      y: top,
      align: "left",
      size: type.words,
      color: faintInk,
    };
    lines.push(textNode(`k${at}_t`, meaning, text));
    left += room + entryGap;
  }
  return lines;
}

function markRoom(mark: Mark): number {
  if (mark.kind === "text") return textWidth(mark.text, type.size);
  return mark.kind === "arrow" ? markWidth : 12;
}

function writeMark(name: string, mark: Mark, x: number, y: number): readonly string[] {
  const room = markRoom(mark);
  if (mark.kind === "arrow") {
    const end = { shape: "point", width: 0.001, height: 0.001, style: "invis" } as const;
    return [
      statement(`${name}_a`, { ...end, pos: `${points(x)},${points(y)}` }),
      statement(`${name}_b`, { ...end, pos: `${points(x + room)},${points(y)}` }),
      statement(`${name}_a -> ${name}_b`, {
        pos: arrowPath([
          [x, y],
          [x + room, y],
        ]),
        color: mark.color,
        style: mark.dashed ? "dashed" : undefined,
        penwidth: mark.wide ? 1.3 : 1,
      }),
    ];
  }
  if (mark.kind === "text") {
    const place: TextPlace = { x: x + room / 2, y, align: "middle", size: type.size, color: ink };
    return [textNode(name, mark.text, { ...place, italic: mark.italic })];
  }
  const parts = mark.kind === "map" ? [mark.part] : mark.parts;
  const share = (1 / parts.length).toFixed(4);
  const fills = parts.map((part) => mapColours[part].fill);
  return [
    statement(name, {
      pos: `${points(x + room / 2)},${points(y)}`,
      width: room / 72,
      height: (type.body * leading) / 72,
      label: "",
      style: mark.kind === "map" ? "filled" : "striped",
      fillcolor:
        mark.kind === "map"
          ? (fills[0] ?? "white")
          : fills.map((fill, at) => (at === fills.length - 1 ? fill : `${fill};${share}`)).join(":"),
      color: mapColours[parts.at(-1) ?? "other"].line,
      penwidth: 0.8,
      tooltip: plain(mark.kind),
    }),
  ];
}
