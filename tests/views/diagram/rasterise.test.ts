/** Figures as pixels: drawn in our own fonts, whose widths are those that the layout reckons with. */
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { rasterise, withSignsApart } from "../../../tools/diagram/rasterise.ts";
import { textWidth } from "../../../views/diagram/measure-text.ts";

const svgOf = (text: string, family: string, anchor = "start", x = 20) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="60"><text x="${x}" y="40" text-anchor="${anchor}" font-family="${family}" font-size="20.00" fill="black">${text}</text></svg>`;

/** First and last column that is not white, in units of the figure. */
async function inked(svg: string): Promise<readonly [first: number, last: number]> {
  const picture = sharp(Buffer.from(await rasterise(svg))).greyscale();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const columns = Array.from({ length: info.width }, (_, x) => x).filter((x) =>
    Array.from({ length: info.height }, (_, y) => data[(y * info.width + x) * info.channels] ?? 255).some(
      (level) => level < 128,
    ),
  );
  return [(columns[0] ?? 0) / 2, ((columns.at(-1) ?? 0) + 1) / 2];
}

describe("a figure as pixels", () => {
  test("is the same whatever fonts the machine has", async () => {
    const own = await rasterise(svgOf("conv 3×3", "Arimo"));
    for (const family of ["Helvetica,Arial,sans-serif", "Nonesuch"])
      expect(await rasterise(svgOf("conv 3×3", family))).toEqual(own);
  });

  // Ink ends up to the side bearings before the text's width does: at size 20, 2 units on each side are ample.
  test.each([
    "HHHHHHHHHH",
    "transposed conv 16×16",
    "⌈(H + 198)/32⌉ × 4·⌊(W + 38)/32⌋",
    "H &#45; 184 × ⌈W/2⌉",
  ])("sets %s as wide as the layout reckons, from wherever it is anchored", async (text) => {
    const width = textWidth(text.replace("&#45;", "-"), 20);
    for (const [anchor, x] of [
      ["start", 20],
      ["middle", 200],
      ["end", 380],
    ] as const) {
      const [first, last] = await inked(svgOf(text, "Helvetica", anchor, x));
      const start = x - (anchor === "middle" ? width / 2 : anchor === "end" ? width : 0);
      expect(Math.abs(first - start)).toBeLessThan(2.5);
      expect(Math.abs(last - start - width)).toBeLessThan(2.5);
    }
  });

  test("leaves texts alone that our font has every character of", () => {
    const svg = svgOf("conv 3×3 &amp; more", "Helvetica");
    expect(withSignsApart(svg)).toBe(svg);
  });
});
