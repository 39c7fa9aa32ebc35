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

/** Characters the table lacks: accented letters and the like; East Asian ones are square. */
const otherWidth = 600;
const squareWidth = 1000;
const firstSquare = 0x1100;

const byCharacter = new Map(widths.flatMap(([width, set]) => [...set].map((one) => [one, width] as const)));

/** Those of ASCII, which nearly every text is made of: to look them up in the map takes a string each. */
const byCode = Uint16Array.from(
  { length: 128 },
  (_, code) => byCharacter.get(String.fromCharCode(code)) ?? otherWidth,
);

/** Width in points at `size` points. */
export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const known = byCode[text.charCodeAt(at)];
    if (known !== undefined) {
      sum += known;
      continue;
    }
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at += 1; // two units are one character
    sum += byCharacter.get(String.fromCodePoint(code)) ?? (code >= firstSquare ? squareWidth : otherWidth);
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
