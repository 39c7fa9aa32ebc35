/** An SVG figure to a PNG, with fonts of our own, so that it looks alike on every machine. */
import { textWidth } from "../../views/diagram/measure-text.ts";
import { figureFonts, fontFamily, signFamily } from "./figure-fonts.ts";

/** Pixels of the PNG for one unit of the figure. */
const pixelsPerUnit = 2;

/** Characters of scripts that our fonts lack: all but Latin, Greek, Cyrillic and signs. */
const foreign = /[\u0530-\u1fff\u2400-\u24ff\u2600-\u{10ffff}]/u;

/** The same figure gives the same bytes. Characters of other scripts are taken from the machine's fonts. */
export async function rasterise(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  // A figure of Graphviz is sized in points; its unit is a point, and a pixel here.
  const inPixels = svg.replace(/<svg width="([\d.]+)pt" height="([\d.]+)pt"/, '<svg width="$1" height="$2"');
  const picture = new Resvg(withSignsApart(inPixels), {
    font: {
      fontFiles: [...figureFonts()],
      loadSystemFonts: foreign.test(svg),
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
    },
    fitTo: { mode: "zoom", value: pixelsPerUnit },
    background: "white",
    shapeRendering: 2,
    textRendering: 2,
  });
  return new Uint8Array(picture.render().asPng());
}

/** Signs of formulas that Arimo lacks, and what is between them. */
const pieces = /[⌈⌉⌊⌋]+|[^⌈⌉⌊⌋]+/g;
const lacking = /[⌈⌉⌊⌋]/;

/**
 * Sets those signs as texts by themselves. A renderer takes a whole text from another font where one character of it is missing,
 * and that font is wider.
 */
export function withSignsApart(svg: string): string {
  return svg.replace(/<text\b([^>]*)>([^<]*)<\/text>/g, (element, given: string, text: string) => {
    const [x, size] = [numberIn(given, "x"), numberIn(given, "font-size")];
    if (!lacking.test(text) || x === undefined || size === undefined) return element;
    const widthOf = (piece: string): number => textWidth(decoded(piece), size);
    const width = widthOf(text);
    const anchor = /text-anchor="(\w+)"/.exec(given)?.[1];
    let at = x - (anchor === "middle" ? width / 2 : anchor === "end" ? width : 0);
    const others = given.replace(/\s(?:text-anchor|x|font-family)="[^"]*"/g, "");
    const parts = [...text.matchAll(pieces)].map(([piece]) => {
      const indent = widthOf(piece.slice(0, piece.length - piece.trimStart().length));
      const family = lacking.test(piece) ? signFamily : fontFamily;
      const part = `<text x="${at + indent}" font-family="${family}"${others}>${piece.trim()}</text>`;
      at += widthOf(piece);
      return part;
    });
    return parts.join("");
  });
}

/** References to characters as those characters; a named one has some width. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|\w+);/g, (_, code: string | undefined) =>
    code === undefined ? "&" : String.fromCodePoint(Number(code)),
  );
}

function numberIn(attributes: string, name: string): number | undefined {
  const found = new RegExp(`\\s${name}="(-?[\\d.]+)"`).exec(attributes)?.[1];
  return found === undefined ? undefined : Number(found);
}
