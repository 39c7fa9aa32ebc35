/** Plots as one SVG document that needs nothing beside it, two to a row, with the legend of the first below. */
import { escapeText } from "./escape.ts";
import { legendOf, type PlotOptions, plotSize, plotSvg } from "./line-plot.ts";
import { schemeStyle } from "./scheme-colour.ts";
import { plotStyle } from "./style.ts";

const titleHeight = 26;
const gap = 14;
const legendLine = 18;

/** @param plots of the same series */
export function plotSheet(plots: readonly PlotOptions[]): string {
  const columns = Math.min(2, plots.length);
  const [width, height] = [plotSize.width + gap, plotSize.height + titleHeight + gap];
  const rows = Math.ceil(plots.length / columns);
  const entries = legendOf(plots[0]?.series ?? []);
  const total = [columns * width + gap, rows * height + entries.length * legendLine + 2 * gap];
  const placed = plots.map((plot, i) => {
    const [x, y] = [gap + (i % columns) * width, gap + Math.floor(i / columns) * height];
    return `<g transform="translate(${x} ${y})"><text class="title" x="0" y="14">${escapeText(plot.title)}</text><g transform="translate(0 ${titleHeight})">${plotSvg(plot)}</g></g>`;
  });
  const legend = entries.map(({ name, colour }, i) => {
    const y = gap + rows * height + i * legendLine;
    return `<g class="series" style="${schemeStyle(colour)}"><path class="curve" d="M${gap},${y}h20"/><text x="${gap + 28}" y="${y + 4}">${escapeText(name)}</text></g>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total.join(" ")}" width="${total[0]}" height="${total[1]}">
<style>${plotStyle}</style>
<rect width="100%" height="100%" class="page"/>
<g class="plot">
${placed.join("\n")}
${legend.join("\n")}
</g>
</svg>
`;
}
