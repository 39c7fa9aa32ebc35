/** The legend: what each mark that the figure really has means. */
import type { Figure, Part, StepKind } from "../figure.ts";
import { leading, type Metrics } from "../layout/metrics.ts";
import { textWidth } from "../measure-text.ts";
import type { Theme } from "../palette.ts";
import type { Shape } from "./scene.ts";

type Mark =
  | { readonly kind: "maps"; readonly parts: readonly Part[] }
  | { readonly kind: "arrow"; readonly color: string; readonly dashed: boolean; readonly wide: boolean }
  | { readonly kind: "text"; readonly text: string; readonly italic: boolean };

export interface Entry {
  readonly mark: Mark;
  readonly meaning: string;
}

/** The first word of their labels. */
const normalisations: Readonly<Record<string, string>> = {
  BN: "batch normalisation",
  GN: "group normalisation",
  IN: "instance normalisation",
  LN: "layer normalisation",
  LRN: "local response normalisation",
};

const markWidth = 24;
const markGap = 5;
const entryGap = 16;

export function legendEntries(figure: Figure, metrics: Metrics, theme: Theme): readonly Entry[] {
  const parts = new Set(figure.maps.map((map) => map.part));
  const kinds = new Set(
    figure.steps.filter((step) => !step.skip || step.kind !== "pass").map((step) => step.kind),
  );
  const tails = metrics.words === "all" ? figure.steps.flatMap((step) => step.tail) : [];
  const said = metrics.words === "all" ? figure.steps.flatMap(({ head, tail }) => [...head, ...tail]) : [];
  const firstWords = new Set(said.map((line) => line.text.split(" ")[0]));
  const concat = figure.maps.find((map) => map.join?.does === "stacks")?.join;
  const coloured = new Set(Object.values(theme.steps)).size > 1;
  const arrow = (color: string, meaning: string, more: Partial<{ dashed: boolean; wide: boolean }> = {}) =>
    ({ mark: { kind: "arrow", color, dashed: false, wide: false, ...more }, meaning }) as const;
  const text = (said: string, meaning: string, italic = false): Entry => ({
    mark: { kind: "text", text: said, italic },
    meaning,
  });
  const when = (holds: boolean, ...entries: Entry[]): readonly Entry[] => (holds ? entries : []);
  const kind = (one: StepKind, meaning: string): readonly Entry[] =>
    when(kinds.has(one) && (coloured || one === "convolution"), arrow(theme.steps[one], meaning));
  const map = (part: Part, meaning: string): readonly Entry[] =>
    when(parts.has(part), { mark: { kind: "maps", parts: [part] }, meaning });
  return [
    ...map("encoder", "encoder feature map"),
    ...map("decoder", "decoder feature map"),
    ...map("other", parts.size === 1 ? "feature map" : "other feature map"),
    text("64", "channels"),
    ...when(metrics.sizes, text("h × w", "height × width")),
    text(coarsest(figure), "resolution of the row"),
    ...when(concat !== undefined, {
      mark: { kind: "maps", parts: concat?.parts.map(({ part }) => part) ?? [] },
      meaning: "concatenated feature maps",
    }),
    ...kind(
      "convolution",
      metrics.words === "all" ? "convolution: kernel; stride 1, same size unless noted" : "convolution",
    ),
    ...kind("down", "pooling"),
    ...kind("up", "upsampling"),
    ...kind("other", "other operation"),
    ...when(
      figure.steps.some((step) => step.skip),
      arrow(theme.steps.pass, "skip", { wide: true }),
    ),
    ...when(figure.links.length > 0, arrow(theme.link, "pooling indices", { dashed: true })),
    ...Object.entries(normalisations).flatMap(([short, meaning]) =>
      when(firstWords.has(short), text(short, meaning)),
    ),
    ...when(
      tails.some(({ training }) => training),
      text("italic", "training only", true),
    ),
    ...when(
      figure.maps.some((one) => one.unread),
      text("pale", "no output depends on it"),
    ),
  ];
}

function coarsest(figure: Figure): string {
  return figure.rows.findLast(({ stride }) => stride !== undefined)?.title ?? "1";
}

export interface Legend {
  readonly shapes: readonly Shape[];
  readonly height: number;
}

/** Set in lines from the top left corner (x, y), at most `width` points wide. */
export function drawLegend(
  entries: readonly Entry[],
  at: { readonly x: number; readonly y: number; readonly width: number },
  metrics: Metrics,
  theme: Theme,
): Legend {
  const size = metrics.type.words;
  const lineHeight = size * 2;
  const shapes: Shape[] = [];
  let [left, y] = [at.x, at.y + lineHeight / 2];
  for (const { mark, meaning } of entries) {
    const markRoom =
      mark.kind === "text" ? textWidth(mark.text, size) : mark.kind === "arrow" ? markWidth : 12;
    const said = linesOf(meaning, size, at.width - markRoom - markGap);
    const room = markRoom + markGap + Math.max(...said.map((line) => textWidth(line, size)));
    if (left > at.x && left + room > at.x + at.width) {
      left = at.x;
      y += lineHeight;
    }
    shapes.push(...drawMark(mark, { x: left, y, room: markRoom }, metrics, theme));
    for (const [place, text] of said.entries()) {
      if (place > 0) y += size * leading;
      const [x, width] = [left + markRoom + markGap, textWidth(text, size)];
      const look = { size, color: theme.faintInk, role: "legend" } as const;
      shapes.push({ kind: "text", x, y, align: "start", text, width, ...look });
    }
    left += room + entryGap;
  }
  return { shapes, height: y + lineHeight / 2 - at.y };
}

/** As many words a line as fit. */
function linesOf(text: string, size: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) > most) lines.push(word);
    else lines[Math.max(0, lines.length - 1)] = longer;
  }
  return lines;
}

function drawMark(
  mark: Mark,
  { x, y, room }: { readonly x: number; readonly y: number; readonly room: number },
  metrics: Metrics,
  theme: Theme,
): readonly Shape[] {
  const size = metrics.type.words;
  if (mark.kind === "text")
    return [
      {
        kind: "text",
        x,
        y,
        align: "start",
        text: mark.text,
        size,
        color: theme.ink,
        italic: mark.italic,
        role: "legend",
        width: room,
      },
    ];
  if (mark.kind === "arrow")
    return [
      {
        kind: "path",
        points: [
          [x, y],
          [x + room, y],
        ],
        color: mark.color,
        width: mark.wide ? 1.4 : 0.9,
        dashed: mark.dashed,
        head: metrics.arrowhead,
        radius: 0,
      },
    ];
  const height = size * leading;
  const share = room / mark.parts.length;
  return [
    ...mark.parts.map(
      (part, place): Shape => ({
        kind: "rectangle",
        x: x + place * share,
        y: y - height / 2,
        width: share,
        height,
        fill: theme.maps[part].fill,
      }),
    ),
    {
      kind: "rectangle",
      x,
      y: y - height / 2,
      width: room,
      height,
      fill: "none",
      line: theme.maps[mark.parts.at(-1) ?? "other"].line,
      lineWidth: 0.8,
    },
  ];
}
