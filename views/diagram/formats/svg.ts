/** A figure as SVG: text as text, in the fonts of `palette.ts`. */
import type { Point } from "../layout/layout.ts";
import { fontName } from "../palette.ts";
import { arrowhead, type Path, pathParts, type Scene, type Shape } from "../scene/scene.ts";
import { printable } from "./printable.ts";

export function figureSvg({ width, height, background, title, shapes }: Scene): string {
  return [
    `<svg width="${number(width)}pt" height="${number(height)}pt" viewBox="0 0 ${number(width)} ${number(height)}"`,
    ` xmlns="http://www.w3.org/2000/svg" font-family="${fontName}">`,
    `\n<title>${escaped(title)}</title>`,
    `\n<rect width="${number(width)}" height="${number(height)}" fill="${background}"/>\n`,
    ...shapes.map((shape) => `${linked(shape)}\n`),
    "</svg>\n",
  ].join("");
}

function linked(shape: Shape): string {
  const drawn = draw(shape);
  if (shape.kind === "text" || (shape.tooltip === undefined && shape.url === undefined)) return drawn;
  const told = shape.tooltip === undefined ? "" : `<title>${escaped(shape.tooltip)}</title>`;
  if (shape.url === undefined) return `<g>${told}${drawn}</g>`;
  return `<a href="${escaped(shape.url)}">${told}${drawn}</a>`;
}

function draw(shape: Shape): string {
  switch (shape.kind) {
    case "rectangle": {
      const { x, y, width, height, map } = shape;
      const box = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
      const id = map === undefined ? "" : ` id="m${map}"`;
      // A box without a fill is still hit by the pointer.
      return `<rect${id} ${box} ${painted(shape)}${shape.fill === "none" ? ' pointer-events="all"' : ""}/>`;
    }
    case "polygon":
      return `<polygon points="${shape.points.map(pair).join(" ")}" stroke-linejoin="round" ${painted(shape)}/>`;
    case "path":
      return drawPath(shape);
    case "text": {
      const { x, y, align, text, size, color, italic } = shape;
      const style = italic ? ' font-style="italic"' : "";
      const anchor = align === "start" ? "" : ` text-anchor="${align}"`;
      const place = `x="${number(x)}" y="${number(y + size * 0.36)}" font-size="${number(size)}"`;
      return `<text ${place}${anchor} fill="${color}"${style}>${escaped(text)}</text>`;
    }
  }
}

function drawPath(path: Path): string {
  const { start, parts } = pathParts(path);
  const line = parts.map((part) =>
    part.kind === "line" ? `L${pair(part.to)}` : `Q${pair(part.at)} ${pair(part.to)}`,
  );
  const dashes = path.dashed ? ' stroke-dasharray="4 2.5"' : "";
  const head = arrowhead(path);
  return [
    `<path d="M${pair(start)} ${line.join(" ")}" fill="none" stroke="${path.color}" stroke-width="${number(path.width)}"${dashes}/>`,
    ...(head.length === 0 ? [] : [`<polygon points="${head.map(pair).join(" ")}" fill="${path.color}"/>`]),
  ].join("");
}

function painted({
  fill,
  line,
  lineWidth = 1,
}: {
  readonly fill: string;
  readonly line?: string;
  readonly lineWidth?: number;
}): string {
  const stroke = line === undefined ? "" : ` stroke="${line}" stroke-width="${number(lineWidth)}"`;
  return `fill="${fill}"${stroke}`;
}

function pair([x, y]: Point): string {
  return `${number(x)},${number(y)}`;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return printable(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
