/** How wide a text is in Helvetica (and in Arial, Arimo, Liberation Sans and Nimbus Sans, which share its widths), in points. */

/** Thousandths of the font size, by width: of Arimo, which figures in pixels are drawn in; ⌊⌋⌈⌉ of DejaVu Sans. */
const widths: readonly (readonly [width: number, characters: string])[] = [
  [191, "'"],
  [222, "ijl"],
  [260, "|"],
  [278, " !,./:;I[\\]ft"],
  [333, "()-`r·"],
  [334, "{}"],
  [355, '"'],
  [389, "*"],
  [390, "⌊⌋⌈⌉"],
  [469, "^"],
  [500, "Jckvxyzs"],
  [549, "±"],
  [556, "#$?0123456789L_abdeghnopqu"],
  [584, "+<=>~×−"],
  [611, "FTZ"],
  [667, "&ABEKPSVXY"],
  [722, "CDHNRUw"],
  [778, "GOQ"],
  [833, "Mm"],
  [889, "%"],
  [944, "W"],
  [1000, "…→"],
  [1015, "@"],
];

const byCharacter = new Map(widths.flatMap(([width, set]) => [...set].map((one) => [one, width] as const)));

/** Characters the table lacks: accented letters and the like; East Asian ones are square. */
const otherWidth = 600;
const squareWidth = 1000;
const firstSquare = 0x1100;

/** Width in points at `size` points. */
export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (const one of text) {
    const unknown = (one.codePointAt(0) ?? 0) >= firstSquare ? squareWidth : otherWidth;
    sum += byCharacter.get(one) ?? unknown;
  }
  return (sum * size) / 1000;
}

/** The text shortened to at most `most` points, with an ellipsis where something is left out. */
export function shorten(text: string, size: number, most: number): string {
  if (textWidth(text, size) <= most) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size) > most) characters.pop();
  return `${characters.join("")}…`;
}
