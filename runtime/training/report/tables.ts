/** The tables of a report: classes, the confusion matrix, names with values. */

import type { Colour } from "../../images/raster.ts";
import type { ClassMetrics } from "../../metrics/confusion.ts";
import { escapeText } from "./escape.ts";

export function classTable(classes: readonly ClassMetrics[], palette: readonly Colour[]): string {
  const rows = classes.map(({ name, iou, accuracy, pixels }, i) => {
    const bar = iou === null ? "" : `<span class="bar" style="width:${Math.round(120 * iou)}px"></span>`;
    return `<tr><td>${swatch(palette[i])}${escapeText(name)}</td><td class="number">${share(iou)}</td><td class="hide-narrow">${bar}</td><td class="number">${share(accuracy)}</td><td class="number">${pixels.toLocaleString("en-US")}</td></tr>`;
  });
  return `<div class="wide"><table><thead><tr><th>class</th><th>IoU</th><th class="hide-narrow"></th><th>accuracy</th><th>pixels</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** Larger matrices are shown by their largest confusions. */
const mostClasses = 20;
const mostConfusions = 20;

/** The matrix, or of many classes the pairs that are confused most. */
export function confusions(classes: readonly string[], counts: readonly (readonly number[])[]): string {
  if (classes.length <= mostClasses) return confusionTable(classes, counts);
  const pairs = counts.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, j) => (i === j || count === 0 ? [] : [{ i, j, count, share: count / total }]));
  });
  const rows = pairs
    .sort((a, b) => b.count - a.count)
    .slice(0, mostConfusions)
    .map(
      ({ i, j, count, share }) =>
        `<tr><td>${escapeText(classes[i] ?? "")}</td><td>${escapeText(classes[j] ?? "")}</td><td class="number">${(100 * share).toFixed(1)}</td><td class="number">${count.toLocaleString("en-US")}</td></tr>`,
    );
  return `<div class="wide"><table><thead><tr><th>label</th><th>predicted as</th><th>% of the label</th><th>pixels</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** Rows are labels, columns predictions; each row is a share of its label's pixels, and its shade that share. */
export function confusionTable(classes: readonly string[], counts: readonly (readonly number[])[]): string {
  const head = classes.map((name) => `<th>${escapeText(name)}</th>`).join("");
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count, j) => {
      const part = total === 0 ? 0 : count / total;
      const strength = i === j ? 0.75 * part : Math.min(0.85, 2 * part);
      const text = total === 0 ? "–" : `${(100 * part).toFixed(1)}`;
      return `<td class="number ${i === j ? "right" : "wrong"}" title="${count.toLocaleString("en-US")} pixels" style="--share:${strength.toFixed(2)}">${text}</td>`;
    });
    return `<tr><th>${escapeText(classes[i] ?? "")}</th>${cells.join("")}</tr>`;
  });
  return `<div class="wide"><table class="confusion"><thead><tr><th>label \\ prediction, %</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

export function factTable(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(
    ([name, value]) => `<tr><th>${escapeText(name)}</th><td>${escapeText(value)}</td></tr>`,
  );
  return `<table class="facts"><tbody>${rows.join("")}</tbody></table>`;
}

export function swatch(colour: Colour | undefined): string {
  return colour === undefined
    ? ""
    : `<span class="swatch" style="background:rgb(${colour.join(",")})"></span>`;
}

function share(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}
