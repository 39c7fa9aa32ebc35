/** A figure of one position's receptive field: the input to scale, how much of each pixel reaches it, its outline, the grid. */
import type { PerAxis } from "../../compiler/axis.ts";
import type { Field, Grid } from "../../compiler/geometry/axis-geometry.ts";

export interface FieldFigure {
  /** Input pixels, [height, width]. */
  readonly input: PerAxis<number>;
  /** One image pixel for every input pixel, as a data URI. */
  readonly heat: string;
  /** The pixels in the receptive field, [rows, columns]. */
  readonly field: PerAxis<Field>;
  /** Receptive fields of neighbouring positions of other phases, where those differ in size. */
  readonly phases: readonly PerAxis<Field>[];
  /** The grid of the feature map's positions, and how many there are; `undefined`: they have no particular place. */
  readonly grid: { readonly axes: PerAxis<Grid>; readonly cells: PerAxis<number> } | undefined;
  /** [row, column] of the position in its feature map. */
  readonly cell: PerAxis<number>;
  /** A second box, dashed. */
  readonly inner: PerAxis<Field> | undefined;
  readonly title: string;
  readonly lines: readonly string[];
}

/** Longest side of the input on the figure, in units of the SVG. */
const longest = 640;
const margin = 24;
const lineHeight = 17;
const ink = "#1a2733";
const red = "#c2410c";

/** A whole SVG document. */
export function fieldSvg(figure: FieldFigure): string {
  const [height, width] = figure.input;
  const scale = longest / Math.max(height, width);
  const top = margin + 22 + lineHeight * figure.lines.length;
  const high = height * scale;
  const wide = width * scale;
  const total = [Math.max(wide + 2 * margin, textWidth(figure) + 2 * margin), top + high + margin] as const;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(total[0])}" height="${round(total[1])}" viewBox="0 0 ${round(total[0])} ${round(total[1])}" font-family="Helvetica, Arial, Arimo, Liberation Sans, Nimbus Sans, sans-serif">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${margin}" y="${margin + 8}" font-size="15" font-weight="bold" fill="${ink}">${escaped(figure.title)}</text>`,
    ...figure.lines.map(
      (line, place) =>
        `<text x="${margin}" y="${margin + 8 + lineHeight * (place + 1)}" font-size="12.5" fill="${ink}">${escaped(line)}</text>`,
    ),
    `<g transform="translate(${margin} ${round(top)})">`,
    `<image width="${round(wide)}" height="${round(high)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${figure.heat}"/>`,
    `<rect width="${round(wide)}" height="${round(high)}" fill="none" stroke="${ink}" stroke-width="1"/>`,
    ...gridLines(figure, scale),
    ...figure.phases.map((field) =>
      box(field, scale, `stroke="${red}" stroke-width="0.8" stroke-dasharray="2 3"`),
    ),
    box(figure.field, scale, `stroke="${red}" stroke-width="2"`),
    ...(figure.inner === undefined
      ? []
      : [box(figure.inner, scale, `stroke="${ink}" stroke-width="1.6" stroke-dasharray="6 4"`)]),
    ...cellMark(figure, scale),
    "</g>",
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

/** Pixel j is centred at j, so that its square begins half a pixel before. */
function box([rows, columns]: PerAxis<Field>, scale: number, style: string): string {
  const at = [columns.low, rows.low].map((low) => round(low * scale)).join('" y="');
  const size = [columns, rows].map(({ low, high }) => round((high - low + 1) * scale)).join('" height="');
  return `<rect x="${at}" width="${size}" fill="none" ${style}/>`;
}

/** Borders between positions, where they are not too dense to be seen. */
function gridLines({ grid, input }: FieldFigure, scale: number): readonly string[] {
  if (grid === undefined) return [];
  const style = `stroke="${ink}" stroke-opacity="0.22" stroke-width="0.6"`;
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const { stride, offset } = grid.axes[axis];
    const step = stride.numerator / stride.denominator;
    const first = offset.numerator / offset.denominator + 0.5 - step / 2;
    if (step * scale < 5) return [];
    return Array.from({ length: grid.cells[axis] + 1 }, (_, cell) => first + step * cell).filter(
      (place) => place > 0 && place < input[axis],
    );
  });
  const [high, wide] = input.map((pixels) => round(pixels * scale));
  return [
    ...(rows ?? []).map(
      (y) => `<line x1="0" x2="${wide}" y1="${round(y * scale)}" y2="${round(y * scale)}" ${style}/>`,
    ),
    ...(columns ?? []).map(
      (x) => `<line y1="0" y2="${high}" x1="${round(x * scale)}" x2="${round(x * scale)}" ${style}/>`,
    ),
  ];
}

/** The position's own square, at least large enough to be seen. */
function cellMark({ grid, cell }: FieldFigure, scale: number): readonly string[] {
  if (grid === undefined) return [];
  const [y, x] = ([0, 1] as const).map((axis) => {
    const { stride, offset } = grid.axes[axis];
    const step = stride.numerator / stride.denominator;
    const middle = (offset.numerator / offset.denominator + step * cell[axis] + 0.5) * scale;
    const side = Math.max(5, step * scale);
    return { start: round(middle - side / 2), side: round(side) };
  });
  if (y === undefined || x === undefined) return [];
  return [
    `<rect x="${x.start}" y="${y.start}" width="${x.side}" height="${y.side}" fill="${red}" fill-opacity="0.35" stroke="${red}" stroke-width="1"/>`,
  ];
}

/** A little more than any text takes. */
function textWidth({ title, lines }: FieldFigure): number {
  return Math.max(title.length * 8.4, ...lines.map((line) => line.length * 6.4));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
