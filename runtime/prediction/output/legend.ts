/** The colours of classes with their names, as a figure. */
import type { Colour } from "../../images/raster.ts";
import { escaped } from "./escaped.ts";

const [row, swatch, margin] = [22, 14, 10];

/** An SVG document; the ground is white, so that it can be read on any page. */
export function legendSvg(classes: readonly string[], palette: readonly Colour[]): string {
  const longest = Math.max(...classes.map((name) => [...name].length));
  // wide enough for every sans-serif letter: letters of 14 pixels are rarely wider than 10
  const width = 2 * margin + swatch + 8 + 10 * longest;
  const height = 2 * margin + row * classes.length - (row - swatch);
  const lines = classes.map((name, i) => {
    const [red, green, blue] = palette[i] ?? [0, 0, 0];
    const y = margin + i * row;
    const box = `<rect x="${margin}" y="${y}" width="${swatch}" height="${swatch}" rx="2" fill="rgb(${red},${green},${blue})" stroke="#808080" stroke-width="0.5"/>`;
    return `${box}<text x="${margin + swatch + 8}" y="${y + swatch - 2.5}">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="#1d232b">
<rect width="${width}" height="${height}" fill="#fff"/>
${lines.join("\n")}
</svg>
`;
}
