/** A figure as a LaTeX picture (TikZ), to be read by `\input`; it needs nothing but `\usepackage{tikz}`. */
import type { Point } from "../layout/layout.ts";
import { arrowhead, type Path, pathParts, type Scene, type Shape } from "../scene/scene.ts";
import { printable } from "./printable.ts";

export function figureTikz({ width, height, background, title, shapes }: Scene): string {
  const colors = new Map<string, string>();
  const color = (hex: string): string => {
    const known = colors.get(hex) ?? `fcn${colors.size}`;
    colors.set(hex, known);
    return known;
  };
  /** TeX points are a little smaller than those of a figure (bp), and y points up. */
  const at = ([x, y]: Point): string => `(${number(x)},${number(height - y)})`;
  const body = shapes.flatMap((shape) => draw(shape, color, at));
  const paper =
    background === "#ffffff" ? [] : [`\\fill[${color(background)}] (0,0) rectangle ${at([width, 0])};`];
  return [
    `% ${title === "" ? "A network" : printable(title)}`,
    "% \\usepackage{tikz} in the preamble, and where the figure belongs: \\input{THIS FILE}",
    "\\begingroup",
    ...[...colors].map(([hex, name]) => `\\definecolor{${name}}{HTML}{${hex.slice(1).toUpperCase()}}`),
    // The document's font without serifs: Helvetica has the widths that the figure was laid out for, Computer Modern narrower ones.
    "\\begin{tikzpicture}[x=1bp,y=1bp,inner sep=0,outer sep=0,line cap=butt,line join=round,",
    "  every node/.style={font=\\sffamily,anchor=base}]",
    `\\useasboundingbox (0,0) rectangle (${number(width)},${number(height)});`,
    ...paper,
    ...body,
    "\\end{tikzpicture}",
    "\\endgroup",
    "",
  ].join("\n");
}

function draw(shape: Shape, color: (hex: string) => string, at: (point: Point) => string): readonly string[] {
  switch (shape.kind) {
    case "rectangle": {
      const { x, y, width, height } = shape;
      const style = painted(shape, color);
      return style === undefined
        ? []
        : [`\\path${style} ${at([x, y + height])} rectangle ${at([x + width, y])};`];
    }
    case "polygon": {
      const style = painted(shape, color);
      return style === undefined ? [] : [`\\path${style} ${shape.points.map(at).join(" -- ")} -- cycle;`];
    }
    case "path":
      return drawPath(shape, color(shape.color), at);
    case "text": {
      const { x, y, align, text, size, italic } = shape;
      const anchor = { start: "base west", middle: "base", end: "base east" }[align];
      const font = `\\fontsize{${number(size)}bp}{${number(size * 1.2)}bp}\\selectfont${italic ? "\\slshape" : ""}`;
      return [
        `\\node[anchor=${anchor},text=${color(shape.color)}] at ${at([x, y + size * 0.36])} {${font} ${texText(text)}};`,
      ];
    }
  }
}

function drawPath(path: Path, color: string, at: (point: Point) => string): readonly string[] {
  const { start, parts } = pathParts(path);
  let from = start;
  const line = parts.map((part) => {
    const before = from;
    from = part.to;
    if (part.kind === "line") return `-- ${at(part.to)}`;
    const [one, other] = [third(before, part.at), third(part.to, part.at)];
    return `.. controls ${at(one)} and ${at(other)} .. ${at(part.to)}`;
  });
  const dashes = path.dashed ? ",dash pattern=on 4bp off 2.5bp" : "";
  const head = arrowhead(path);
  return [
    `\\draw[${color},line width=${number(path.width)}bp${dashes}] ${at(start)} ${line.join(" ")};`,
    ...(head.length === 0 ? [] : [`\\fill[${color}] ${head.map(at).join(" -- ")} -- cycle;`]),
  ];
}

/** Of a quadratic Bézier curve's control point, that of the cubic one. */
function third(end: Point, control: Point): Point {
  return [end[0] + ((control[0] - end[0]) * 2) / 3, end[1] + ((control[1] - end[1]) * 2) / 3];
}

function painted(
  {
    fill,
    line,
    lineWidth = 1,
  }: { readonly fill: string; readonly line?: string; readonly lineWidth?: number },
  color: (hex: string) => string,
): string | undefined {
  const parts = [
    ...(fill === "none" ? [] : [`fill=${color(fill)}`]),
    ...(line === undefined ? [] : [`draw=${color(line)}`, `line width=${number(lineWidth)}bp`]),
  ];
  return parts.length === 0 ? undefined : `[${parts.join(",")}]`;
}

const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "×": "\\ensuremath{\\times}",
  "÷": "\\ensuremath{\\div}",
  "−": "\\ensuremath{-}",
  "·": "\\ensuremath{\\cdot}",
  "±": "\\ensuremath{\\pm}",
  "≥": "\\ensuremath{\\geq}",
  "≤": "\\ensuremath{\\leq}",
  "→": "\\ensuremath{\\to}",
  "⌈": "\\ensuremath{\\lceil}",
  "⌉": "\\ensuremath{\\rceil}",
  "⌊": "\\ensuremath{\\lfloor}",
  "⌋": "\\ensuremath{\\rfloor}",
  "…": "\\ldots{}",
  "–": "--",
};

/** Text that LaTeX sets as itself. */
export function texText(text: string): string {
  return [...printable(text)].map((one) => special[one] ?? one).join("");
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
