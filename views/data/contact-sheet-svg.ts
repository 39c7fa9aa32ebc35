/** A contact sheet: samples side by side, each with its inputs and targets, and the colours of the classes. */
import { shorten, textWidth } from "../diagram/measure-text.ts";

export interface ContactSheet {
  readonly title: string;
  readonly lines: readonly string[];
  readonly samples: readonly SheetSample[];
  readonly legend: readonly { readonly name: string; readonly colour: readonly [number, number, number] }[];
}

export interface SheetSample {
  readonly name: string;
  readonly pictures: readonly SheetPicture[];
}

export interface SheetPicture {
  readonly title: string;
  /** A data: URL. */
  readonly image: string;
  /** Pixels of the picture, of which the sheet takes the proportions. */
  readonly height: number;
  readonly width: number;
}

/** Longest side of a picture, in units of the SVG. */
const side = 168;
const margin = 24;
const gap = 6;
/** Between samples. */
const between = 18;
const caption = 15;
const lineHeight = 17;
/** The sheet is about so much wider than high. */
const proportion = 1.5;
const ink = "#1a2733";
const faint = "#5b6b7a";

/** A whole SVG document. */
export function contactSheetSvg(sheet: ContactSheet): string {
  const { title, lines, samples } = sheet;
  const cells = samples.map(cellOf);
  const wide = Math.max(side, ...cells.map(({ width }) => width));
  const high = Math.max(caption, ...cells.map(({ height }) => height));
  const columns = columnsFor(samples.length, wide + between, high + between);
  const rows = Math.ceil(samples.length / columns);
  const legend = legendOf(sheet, Math.max(360, columns * (wide + between) - between));
  const top = margin + 22 + lineHeight * lines.length + legend.height;
  const width = Math.max(360, columns * (wide + between) - between, legend.width) + 2 * margin;
  const height = top + rows * (high + between) - between + margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="Helvetica, Arial, Arimo, Liberation Sans, Nimbus Sans, sans-serif">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(margin, margin + 8, 15, title, `font-weight="bold" fill="${ink}"`),
    ...lines.map((line, i) => text(margin, margin + 8 + lineHeight * (i + 1), 12, line, `fill="${ink}"`)),
    `<g transform="translate(${margin} ${round(margin + 16 + lineHeight * lines.length)})">`,
    ...legend.parts,
    "</g>",
    ...cells.map(({ parts }, i) => {
      const x = margin + (i % columns) * (wide + between);
      const y = top + Math.floor(i / columns) * (high + between);
      return `<g transform="translate(${round(x)} ${round(y)})">${parts.join("")}</g>`;
    }),
    "</svg>",
    "",
  ].join("\n");
}

/** Of a sample: a caption for each picture above it, the sample's name below. */
function cellOf({ name, pictures }: SheetSample) {
  const parts: string[] = [];
  let x = 0;
  let high = 0;
  for (const { title, image, height, width } of pictures) {
    const scale = side / Math.max(height, width);
    const [w, h] = [width * scale, height * scale];
    parts.push(
      text(x, 10, 10, shorten(title, 10, Math.max(w, 40)), `fill="${faint}"`),
      `<image x="${round(x)}" y="${caption}" width="${round(w)}" height="${round(h)}" preserveAspectRatio="none" href="${image}"/>`,
      `<rect x="${round(x)}" y="${caption}" width="${round(w)}" height="${round(h)}" fill="none" stroke="${faint}" stroke-width="0.5"/>`,
    );
    x += w + gap;
    high = Math.max(high, h);
  }
  const width = x - gap;
  parts.push(text(0, caption + high + 13, 11, shorten(name, 11, width), `fill="${ink}"`));
  return { parts, width, height: caption + high + 16 };
}

function columnsFor(count: number, wide: number, high: number): number {
  const ideal = Math.sqrt((proportion * count * high) / wide);
  return Math.max(1, Math.min(count, Math.round(ideal)));
}

/** In as many lines as the width needs. */
function legendOf({ legend }: ContactSheet, width: number) {
  const parts: string[] = [];
  let [x, line, most] = [0, 0, 0];
  for (const { name, colour } of legend) {
    const long = 18 + textWidth(name, 11) + 14;
    if (x > 0 && x + long > width) [x, line] = [0, line + 1];
    const y = line * lineHeight;
    parts.push(
      `<rect x="${round(x)}" y="${round(y + 1)}" width="12" height="12" fill="rgb(${colour.join(", ")})" stroke="${faint}" stroke-width="0.5"/>`,
      text(x + 17, y + 11, 11, name, `fill="${ink}"`),
    );
    x += long;
    most = Math.max(most, x);
  }
  return { parts, width: most, height: legend.length === 0 ? 0 : (line + 1) * lineHeight + 8 };
}

function text(x: number, y: number, size: number, content: string, more: string): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" ${more}>${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
