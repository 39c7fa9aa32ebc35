/** The page of a gallery: nothing beside it is needed to look at it, and it has no script. */
import type { Colour } from "../../images/raster.ts";
import { escaped } from "../output/escaped.ts";

export interface GalleryView {
  /** `undefined`: the network has one. */
  readonly output: string | undefined;
  readonly pictures: readonly { readonly words: string; readonly source: string }[];
  /** By class, of the image's pixels. */
  readonly shares: readonly number[] | undefined;
}

export interface GalleryCard {
  readonly name: string;
  /** Paths relative to the page. */
  readonly files: readonly string[];
  readonly views: readonly GalleryView[];
}

export interface GalleryContent {
  readonly network: string;
  readonly classes: readonly string[];
  readonly palette: readonly Colour[];
  readonly cards: readonly GalleryCard[];
}

const style = `
:root { color-scheme: light dark; --text: #1d232b; --soft: #55606e; --page: #fff; --card: #f4f6f9; --line: #d9dee5; --link: #2563a8; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ee; --soft: #9aa5b3; --page: #14171c; --card: #1e232a; --line: #353c46; --link: #7fb2ee; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 1180px; margin: 0 auto; padding: 20px 16px; }
h1 { font-size: 24px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 { font-size: 13px; font-weight: normal; color: var(--soft); margin: 10px 0 4px; }
p { margin: 4px 0 14px; color: var(--soft); }
.legend { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 -16px 14px; padding: 8px 16px; background: var(--page); border-bottom: 1px solid var(--line); color: var(--text); }
.swatch { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border: 1px solid var(--soft); border-radius: 2px; vertical-align: -1px; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; margin: 0 0 14px; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr)); gap: 8px; }
figure { margin: 0; }
img { display: block; width: 100%; height: auto; border-radius: 4px; }
img.classes { image-rendering: pixelated; }
figcaption { font-size: 12px; color: var(--soft); }
.shares { display: flex; height: 12px; margin: 10px 0 4px; border-radius: 3px; overflow: hidden; }
.shares span { min-width: 0; }
ul { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0; padding: 0; list-style: none; font-size: 13px; font-variant-numeric: tabular-nums; }
.files { margin-top: 8px; }
a { color: var(--link); overflow-wrap: anywhere; }
`;

export function galleryPage({ network, classes, palette, cards }: GalleryContent): string {
  const legend = classes.map((name, i) => `<span>${swatch(palette[i])}${escaped(name)}</span>`).join("");
  const labelled = cards.some(({ views }) => views.some(({ shares }) => shares !== undefined));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(network)}: predictions</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(network)}</h1>
<p>Predictions of ${cards.length === 1 ? "1 image" : `${cards.length} images`}.${labelled ? " Bars show the share of each class in the pixels." : ""}</p>
${labelled ? `<div class="legend">${legend}</div>` : ""}
${cards.map((card) => cardOf(card, classes, palette)).join("\n")}
</body>
</html>
`;
}

function cardOf(
  { name, files, views }: GalleryCard,
  classes: readonly string[],
  palette: readonly Colour[],
): string {
  const shown = views.map(({ output, pictures, shares }) => {
    const figures = pictures.map(
      ({ words, source }) =>
        `<figure><img${words === "labels" ? ' class="classes"' : ""} alt="${escaped(`${name}: ${words}`)}" src="${source}"><figcaption>${escaped(words)}</figcaption></figure>`,
    );
    const title = output === undefined ? "" : `<h3>${escaped(output)}</h3>`;
    return `${title}<div class="pictures">${figures.join("")}</div>${shares === undefined ? "" : sharesOf(shares, classes, palette)}`;
  });
  const links = files.map(
    (file) =>
      `<li><a href="${escaped(file.split("/").map(encodeURIComponent).join("/"))}">${escaped(file)}</a></li>`,
  );
  return `<article><h2>${escaped(name)}</h2>${shown.join("")}<ul class="files">${links.join("")}</ul></article>`;
}

function sharesOf(shares: readonly number[], classes: readonly string[], palette: readonly Colour[]): string {
  const present = shares.map((share, i) => ({ share, i })).filter(({ share }) => share > 0);
  const bars = present.map(
    ({ share, i }) => `<span style="flex:${share.toFixed(6)};background:${colourText(palette[i])}"></span>`,
  );
  const lines = present
    .sort((a, b) => b.share - a.share)
    .map(
      ({ share, i }) =>
        `<li>${swatch(palette[i])}${escaped(classes[i] ?? String(i))} ${percentText(share)}</li>`,
    );
  return `<div class="shares">${bars.join("")}</div><ul>${lines.join("")}</ul>`;
}

function percentText(share: number): string {
  return share < 0.001 ? "< 0.1%" : `${(100 * share).toFixed(1)}%`;
}

function swatch(colour: Colour | undefined): string {
  return `<i class="swatch" style="background:${colourText(colour)}"></i>`;
}

function colourText([red, green, blue]: Colour = [0, 0, 0]): string {
  return `rgb(${red} ${green} ${blue})`;
}
