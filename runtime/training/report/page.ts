/** A report as one HTML page that needs nothing beside it: no script, no font, no file. */
import type { Colour } from "../../images/raster.ts";
import type { BestMetrics } from "../best-metrics.ts";
import type { EpochLine, MetricsLine, StepLine } from "../metrics-log.ts";
import { escapeText } from "./escape.ts";
import { linePlot, type Point } from "./line-plot.ts";
import type { Sample } from "./samples.ts";
import { style } from "./style.ts";
import { classTable, confusionTable, factTable, swatch } from "./tables.ts";

export interface ReportContent {
  readonly network: string;
  readonly log: readonly MetricsLine[];
  readonly best: BestMetrics | undefined;
  readonly samples: readonly Sample[];
  readonly palette: readonly Colour[];
  readonly classes: readonly string[];
  /** An SVG document; `undefined`: no diagram. */
  readonly diagram: string | undefined;
  /** Names with values: engine, versions, seed, source … */
  readonly environment: readonly (readonly [name: string, value: string])[];
}

const training = "#2563a8";
const validation = "#c8501e";

export function reportPage(content: ReportContent): string {
  const { network, best, classes, palette } = content;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(network)}: training report</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeText(network)}</h1>
${best === undefined ? "<p>No epoch has finished yet.</p>" : headline(best)}
<h2>Curves</h2>
<div class="plots">${curves(content)}</div>
${
  best === undefined
    ? ""
    : `${otherOutputs(best)}${
        classes.length === 0
          ? ""
          : `<h2>Classes</h2>
<div class="side">${classTable(best.classes, palette)}${confusionTable(classes, best.confusion)}</div>`
      }`
}
${content.samples.length === 0 ? "" : `<h2>Samples</h2>${legend(classes, palette)}<div class="samples">${samples(content.samples)}</div>`}
${content.diagram === undefined ? "" : `<h2>Network</h2><div class="diagram">${withoutProlog(content.diagram)}</div>`}
<h2>Run</h2>
${factTable(content.environment)}
</body>
</html>
`;
}

function headline(best: BestMetrics): string {
  const ofClasses = [
    ["mean IoU", best.mean_iou],
    ["pixel accuracy", best.pixel_accuracy],
    ["mean accuracy", best.mean_accuracy],
    ["frequency-weighted IoU", best.frequency_weighted_iou],
  ] as const;
  const figures = best.classes.length > 0 ? ofClasses : [["loss", best.loss] as const];
  const boxes = figures.map(
    ([name, value]) => `<div><b>${value === null ? "–" : value.toFixed(3)}</b>${name}</div>`,
  );
  return `<div class="figures">${boxes.join("")}</div>
<p>Metrics of the best weights, from epoch ${best.epoch} (${best.step.toLocaleString("en-US")} steps), on the ${best.measured_on} images.</p>`;
}

/** The measures of all outputs; nothing where labels are the only output. */
function otherOutputs({ outputs, losses, classes }: BestMetrics): string {
  const entries = Object.entries(outputs);
  if (entries.length <= 1 && classes.length > 0) return "";
  const tables = entries.map(([name, values]) => {
    const facts = [["loss", losses[name] ?? null] as const, ...Object.entries(values)];
    const shown = facts.map(
      ([measure, value]) => [measure, value === null ? "–" : value.toFixed(4)] as const,
    );
    return `<div><h3>${escapeText(name)}</h3>${factTable(shown)}</div>`;
  });
  return `<h2>Outputs</h2><div class="side">${tables.join("")}</div>`;
}

function curves({ log, best, classes }: ReportContent): string {
  const steps = log.filter((line): line is StepLine => line.kind === "steps");
  const epochs = log.filter((line): line is EpochLine => line.kind === "epoch");
  const perEpoch = epochs[0] === undefined ? undefined : epochs[0].step / epochs[0].epoch;
  const inEpochs = ({ step, epoch }: StepLine) => (perEpoch === undefined ? epoch : step / perEpoch);
  const points = <T>(lines: readonly T[], x: (line: T) => number, y: (line: T) => number | null): Point[] =>
    lines.map((line) => ({ x: x(line), y: y(line) ?? Number.NaN }));
  const byEpoch = (y: (line: EpochLine) => number | null) => points(epochs, (line) => line.epoch, y);
  const kept = epochs.find(({ epoch }) => epoch === best?.epoch);
  return [
    linePlot({
      title: "Loss",
      xLabel: "epoch",
      series: [
        { name: "training", colour: training, points: points(steps, inEpochs, (line) => line.loss) },
        { name: "validation", colour: validation, points: byEpoch((line) => line.validation_loss) },
      ],
    }),
    ...(classes.length === 0
      ? []
      : [
          linePlot({
            title: "Mean IoU",
            xLabel: "epoch",
            yDomain: [0, 1],
            series: [
              { name: "training", colour: training, points: byEpoch((line) => line.training_mean_iou) },
              {
                name: best?.measured_on === "training" ? "kept" : "validation",
                colour: validation,
                points: byEpoch((line) => line.mean_iou),
              },
            ],
            mark:
              kept === undefined || kept.mean_iou === null
                ? undefined
                : { x: kept.epoch, y: kept.mean_iou, label: `best ${kept.mean_iou.toFixed(3)}` },
          }),
        ]),
  ].join("\n");
}

function legend(classes: readonly string[], palette: readonly Colour[]): string {
  const entries = classes.map((name, i) => `<span>${swatch(palette[i])}${escapeText(name)}</span>`);
  return `<p class="legend">${entries.join(" ")}</p>`;
}

function samples(all: readonly Sample[]): string {
  return all.map(sampleFigure).join("\n");
}

function sampleFigure({ name, image, label, prediction, meanIoU, others = [] }: Sample): string {
  const classes = [
    { words: "label", source: label },
    { words: "prediction", source: prediction },
  ].flatMap(({ words, source }) =>
    source === undefined ? [] : [{ words, picture: `<img class="classes" alt="${words}" src="${source}">` }],
  );
  const values = others.flatMap(({ output, truth, prediction: predicted }) => [
    { words: `${output}`, picture: `<img alt="${escapeText(output)}" src="${truth}">` },
    {
      words: `${output} predicted`,
      picture: `<img alt="${escapeText(output)} predicted" src="${predicted}">`,
    },
  ]);
  const shown = [{ words: "image", picture: `<img alt="image" src="${image}">` }, ...classes, ...values];
  const score = meanIoU === null ? "" : ` (mean IoU ${meanIoU.toFixed(3)})`;
  return (
    `<figure><div>${shown.map(({ picture }) => picture).join("")}</div>` +
    `<figcaption>${escapeText(`${name}: ${shown.map(({ words }) => words).join(", ")}`)}${score}</figcaption></figure>`
  );
}

/** An SVG document is embedded in HTML without its XML declaration and document type. */
function withoutProlog(svg: string): string {
  return svg.replace(/^[\s\S]*?(?=<svg[\s>])/, "");
}
