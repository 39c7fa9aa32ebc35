/** The sample images of a report: the worst ones, and others by chance. */
import type { Colour } from "../../images/raster.ts";
import { escapeText } from "./escape.ts";
import { labelled } from "./labelled.ts";
import type { ChosenSamples, Sample } from "./samples.ts";
import { swatch } from "./tables.ts";

export function sampleSections(
  { worst, random, looked, of, split }: ChosenSamples,
  classes: readonly string[],
  palette: readonly Colour[],
): string {
  const among = looked === of ? `all ${of}` : `${looked} of ${of}`;
  const key = `<p class="legend">${classes.map((name, i) => `<span>${swatch(palette[i])}${escapeText(name)}</span>`).join(" ")}</p>`;
  const section = (title: string, samples: readonly Sample[]) =>
    samples.length === 0
      ? ""
      : `<h2>${title}</h2>${key}<div class="samples">${samples.map(sampleFigure).join("\n")}</div>`;
  return [
    section(`Worst images (of ${among} ${split} images)`, worst),
    section(`Random ${split} images`, random),
  ].join("\n");
}

function sampleFigure({ name, image, outputs }: Sample): string {
  const pictures = outputs.flatMap(({ output, truth, prediction, error, classes }, row) => {
    const [label, predicted, wrong] =
      outputs.length === 1 && classes
        ? ["label", "prediction", "error"]
        : [output, `${output} predicted`, `${output} error`];
    const picture = (words: string, source: string, below = false) => {
      const kinds = [...(classes ? ["classes"] : []), ...(below ? ["below"] : [])].join(" ");
      const kind = kinds === "" ? "" : ` class="${kinds}"`;
      return { words, picture: `<img${kind} alt="${escapeText(words)}" src="${source}">` };
    };
    return [picture(label, truth, row > 0), picture(predicted, prediction), picture(wrong, error)];
  });
  const shown = [{ words: "image", picture: `<img alt="image" src="${image}">` }, ...pictures];
  const scores = outputs.flatMap(({ output, meanIoU }) =>
    meanIoU === undefined || meanIoU === null
      ? []
      : [`${labelled("mean_iou", output, outputs.length)} ${meanIoU.toFixed(3)}`],
  );
  const score = scores.length === 0 ? "" : ` (${escapeText(scores.join(", "))})`;
  return (
    `<figure><div>${shown.map(({ picture }) => picture).join("")}</div>` +
    `<figcaption>${escapeText(`${name}: ${shown.map(({ words }) => words).join(", ")}`)}${score}</figcaption></figure>`
  );
}
