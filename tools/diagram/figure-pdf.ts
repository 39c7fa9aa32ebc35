/** A figure as a PDF: text as text, in fonts of our own that are part of the file. The same figure gives the same bytes. */
import { textWidth } from "../../views/diagram/measure-text.ts";
import {
  arrowhead,
  type Path,
  pathParts,
  type Scene,
  type Shape,
  type Text,
} from "../../views/diagram/scene/scene.ts";
import { figureFonts } from "./figure-fonts.ts";

/** What is used of pdfkit's document, which brings no types. */
interface Document {
  on(event: "data", heard: (part: Uint8Array) => void): void;
  on(event: "end", heard: () => void): void;
  on(event: "error", heard: (error: Error) => void): void;
  end(): void;
  registerFont(name: string, file: string): Document;
  font(name: string): Document;
  fontSize(points: number): Document;
  fillColor(color: string): Document;
  text(text: string, x: number, y: number, options: object): Document;
  rect(x: number, y: number, width: number, height: number): Document;
  polygon(...points: readonly (readonly number[])[]): Document;
  moveTo(x: number, y: number): Document;
  lineTo(x: number, y: number): Document;
  quadraticCurveTo(controlX: number, controlY: number, x: number, y: number): Document;
  lineWidth(points: number): Document;
  lineJoin(join: "round"): Document;
  dash(length: number, options: { readonly space: number }): Document;
  fill(color: string): Document;
  stroke(color: string): Document;
  save(): Document;
  restore(): Document;
}

const library: string = "pdfkit";

/** Signs that Arimo lacks, and what is between them. */
const pieces = /[⌈⌉⌊⌋]+|[^⌈⌉⌊⌋]+/g;
const lacking = /[⌈⌉⌊⌋]/;

export async function figurePdf(scene: Scene): Promise<Uint8Array> {
  // The module's one export, as its documentation says.
  const { default: PDFDocument } = (await import(library)) as {
    readonly default: new (options: object) => Document;
  };
  const document = new PDFDocument({
    size: [scene.width, scene.height],
    margin: 0,
    compress: true,
    // The default font is one of the reader's.
    font: regularFont(),
    info: { Title: scene.title, Producer: "fcn", Creator: "fcn", CreationDate: new Date(0) },
  });
  const parts: Uint8Array[] = [];
  document.on("data", (part: Uint8Array) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => {
    document.on("end", resolve);
    document.on("error", reject);
  });
  const [, , signs] = figureFonts();
  document.registerFont("text", regularFont());
  document.registerFont("signs", signs ?? regularFont());
  document.rect(0, 0, scene.width, scene.height).fill(scene.background);
  for (const shape of scene.shapes) draw(document, shape);
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(parts));
}

function regularFont(): string {
  const [regular] = figureFonts();
  if (regular === undefined) throw new Error("the fonts of figures are missing");
  return regular;
}

function draw(document: Document, shape: Shape): void {
  switch (shape.kind) {
    case "rectangle": {
      const { x, y, width, height, fill, line, lineWidth = 1 } = shape;
      if (fill !== "none") document.rect(x, y, width, height).fill(fill);
      if (line !== undefined) document.lineWidth(lineWidth).rect(x, y, width, height).stroke(line);
      return;
    }
    case "polygon": {
      const points = shape.points.map(([x, y]) => [x, y]);
      document.polygon(...points).fill(shape.fill);
      if (shape.line !== undefined)
        document
          .lineWidth(shape.lineWidth ?? 1)
          .lineJoin("round")
          .polygon(...points)
          .stroke(shape.line);
      return;
    }
    case "path":
      drawPath(document, shape);
      return;
    case "text":
      drawText(document, shape);
  }
}

function drawPath(document: Document, path: Path): void {
  const { start, parts } = pathParts(path);
  document
    .save()
    .lineWidth(path.width)
    .moveTo(...start);
  for (const part of parts) {
    if (part.kind === "line") document.lineTo(...part.to);
    else document.quadraticCurveTo(...part.at, ...part.to);
  }
  if (path.dashed) document.dash(4, { space: 2.5 });
  document.stroke(path.color).restore();
  const head = arrowhead(path);
  if (head.length > 0) document.polygon(...head.map(([x, y]) => [x, y])).fill(path.color);
}

function drawText(document: Document, { x, y, align, text, size, color, italic, width }: Text): void {
  let at = x - (align === "middle" ? width / 2 : align === "end" ? width : 0);
  document.save().fillColor(color).fontSize(size);
  for (const [piece] of text.matchAll(pieces)) {
    const said = piece.trimEnd();
    const indent = piece.length - piece.trimStart().length;
    document.font(lacking.test(piece) ? "signs" : "text");
    const options = { lineBreak: false, baseline: "alphabetic", ...(italic ? { oblique: 12 } : {}) } as const;
    if (said !== "")
      document.text(said.trimStart(), at + textWidth(piece.slice(0, indent), size), y + size * 0.36, options);
    at += textWidth(piece, size);
  }
  document.restore();
}
