/** The sample images of a report: the worst ones, and others by chance. */
import type { Colour } from "../../images/raster.ts";
import { escapeText } from "./escape.ts";
import { labelled } from "./labelled.ts";
import type { ChosenSamples, Sample, SampleOutput } from "./samples.ts";
import { swatch } from "./tables.ts";

export function sampleSections(
  { worst, random, looked, of, split }: ChosenSamples,
  classes: readonly string[],
  palette: readonly Colour[],
): string {
  const among = looked === of ? `${of}` : `${looked} of ${of}`;
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

function sampleFigure(sample: Sample): string {
  const { name, image, outputs } = sample;
  const whole = `<img alt="image" src="${image}">`;
  const [only, ...others] = outputs;
  if (only !== undefined && others.length > 0)
    return figure(
      "several",
      `${whole}${outputs.map(outputRow).join("")}`,
      `${name}: image; target, prediction and error of each output`,
    );
  const words =
    only?.classes === false
      ? [only.output, `${only.output} predicted`, `${only.output} error`]
      : ["label", "prediction", "error"];
  const pictures = only === undefined ? [] : picturesOf(only, words);
  const score = only === undefined ? undefined : scoreOf(only, 1);
  return figure(
    "one",
    `${whole}${pictures.join("")}`,
    `${name}: ${["image", ...words.slice(0, pictures.length)].join(", ")}${score === undefined ? "" : ` (${score})`}`,
  );
}

function figure(kind: "one" | "several", pictures: string, caption: string): string {
  return `<figure><div class="${kind}">${pictures}</div><figcaption>${escapeText(caption)}</figcaption></figure>`;
}

/** The name of an output and how good it is, over its pictures. */
function outputRow(one: SampleOutput): string {
  const words = [`${one.output} target`, `${one.output} predicted`, `${one.output} error`];
  const said = scoreOf(one, 2) ?? one.output;
  return `<span class="output">${escapeText(said)}</span>${picturesOf(one, words).join("")}`;
}

function picturesOf(
  { truth, prediction, error, classes }: SampleOutput,
  words: readonly string[],
): readonly string[] {
  const kind = classes ? ' class="classes"' : "";
  return [truth, prediction, error].map(
    (source, at) => `<img${kind} alt="${escapeText(words[at] ?? "")}" src="${source}">`,
  );
}

function scoreOf({ output, meanIoU }: SampleOutput, outputs: number): string | undefined {
  if (meanIoU === undefined || meanIoU === null) return undefined;
  return `${labelled("mean_iou", output, outputs)} ${meanIoU.toFixed(3)}`;
}
