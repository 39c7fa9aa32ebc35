/** A report as one HTML page that needs nothing beside it: no script, no font, no file. */
import { isShare, measureLabel } from "../../../compiler/learning/targets/registry.ts";
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
${best === undefined ? "" : `${outputTables(best)}${classTables(best, palette)}`}
${content.samples.length === 0 ? "" : `<h2>Samples</h2>${legend(classes, palette)}<div class="samples">${samples(content.samples)}</div>`}
${content.diagram === undefined ? "" : `<h2>Network</h2><div class="diagram">${withoutProlog(content.diagram)}</div>`}
<h2>Run</h2>
${factTable(content.environment)}
</body>
</html>
`;
}

/** Of one output its measures, of several the first measure of each. */
function headline(best: BestMetrics): string {
  const outputs = Object.entries(best.outputs);
  const figures = outputs.flatMap(([name, values]) =>
    Object.entries(values)
      .slice(0, outputs.length === 1 ? mostFigures : 1)
      .map(([measure, value]) => [labelled(measure, name, outputs.length), value] as const),
  );
  const boxes = [...figures, ["loss", best.loss] as const].map(
    ([name, value]) => `<div><b>${value === null ? "–" : value.toFixed(3)}</b>${escapeText(name)}</div>`,
  );
  return `<div class="figures">${boxes.join("")}</div>
<p>Metrics of the best weights, from epoch ${best.epoch} (${best.step.toLocaleString("en-US")} steps), on the ${best.measured_on} images.</p>`;
}

const mostFigures = 4;

/** "mean IoU"; among several outputs "labels: mean IoU". */
function labelled(measure: string, output: string, outputs: number): string {
  return outputs === 1 ? measureLabel(measure) : `${output}: ${measureLabel(measure)}`;
}

/** The measures of all outputs; nothing where the headline shows them all. */
function outputTables({ outputs, losses }: BestMetrics): string {
  const entries = Object.entries(outputs);
  const [only] = entries;
  if (entries.length === 1 && Object.keys(only?.[1] ?? {}).length <= mostFigures) return "";
  const tables = entries.map(([name, values]) => {
    const facts = [["loss", losses[name] ?? null] as const, ...Object.entries(values)];
    const shown = facts.map(
      ([measure, value]) => [measureLabel(measure), value === null ? "–" : value.toFixed(4)] as const,
    );
    return `<div><h3>${escapeText(name)}</h3>${factTable(shown)}</div>`;
  });
  return `<h2>Outputs</h2><div class="side">${tables.join("")}</div>`;
}

function classTables({ classes }: BestMetrics, palette: readonly Colour[]): string {
  const entries = Object.entries(classes);
  return entries
    .map(([name, report]) => {
      const names = report.classes.map((one) => one.name);
      const title = entries.length === 1 ? "Classes" : `Classes of ${escapeText(name)}`;
      return `<h2>${title}</h2>
<div class="side">${classTable(report.classes, palette)}${confusionTable(names, report.confusion)}</div>`;
    })
    .join("\n");
}

function curves({ log, best: bestMetrics }: ReportContent): string {
  const steps = log.filter((line): line is StepLine => line.kind === "steps");
  const epochs = log.filter((line): line is EpochLine => line.kind === "epoch");
  const perEpoch = epochs[0] === undefined ? undefined : epochs[0].step / epochs[0].epoch;
  const inEpochs = ({ step, epoch }: StepLine) => (perEpoch === undefined ? epoch : step / perEpoch);
  const points = <T>(lines: readonly T[], x: (line: T) => number, y: (line: T) => number | null): Point[] =>
    lines.map((line) => ({ x: x(line), y: y(line) ?? Number.NaN }));
  const byEpoch = (y: (line: EpochLine) => number | null) => points(epochs, (line) => line.epoch, y);
  const kept = epochs.find(({ epoch }) => epoch === bestMetrics?.epoch);
  const measuredOn = bestMetrics?.measured_on;
  const outputs = Object.keys(epochs.at(-1)?.outputs ?? {});
  return [
    linePlot({
      title: "Loss",
      xLabel: "epoch",
      series: [
        { name: "training", colour: training, points: points(steps, inEpochs, (line) => line.loss) },
        { name: "validation", colour: validation, points: byEpoch((line) => line.validation_loss) },
      ],
    }),
    ...outputs.flatMap((output) => {
      const [measure] = Object.keys(kept?.outputs[output] ?? epochs.at(-1)?.outputs[output] ?? {});
      if (measure === undefined) return [];
      const measured = byEpoch((line) => line.outputs[output]?.[measure] ?? null);
      const best = kept?.outputs[output]?.[measure] ?? null;
      return [
        linePlot({
          title: labelled(measure, output, outputs.length),
          xLabel: "epoch",
          ...(isShare(measure) ? { yDomain: [0, 1] as const } : {}),
          series: [
            {
              name: "training",
              colour: training,
              points: byEpoch((line) => line.training[output]?.[measure] ?? null),
            },
            { name: measuredOn === "training" ? "kept" : "validation", colour: validation, points: measured },
          ],
          mark:
            kept === undefined || best === null
              ? undefined
              : { x: kept.epoch, y: best, label: `best ${best.toFixed(3)}` },
        }),
      ];
    }),
  ].join("\n");
}

function legend(classes: readonly string[], palette: readonly Colour[]): string {
  const entries = classes.map((name, i) => `<span>${swatch(palette[i])}${escapeText(name)}</span>`);
  return `<p class="legend">${entries.join(" ")}</p>`;
}

function samples(all: readonly Sample[]): string {
  return all.map(sampleFigure).join("\n");
}

function sampleFigure({ name, image, outputs }: Sample): string {
  const pictures = outputs.flatMap(({ output, truth, prediction, classes }) => {
    const [label, predicted] =
      outputs.length === 1 && classes ? ["label", "prediction"] : [output, `${output} predicted`];
    const picture = (words: string, source: string) => ({
      words,
      picture: `<img${classes ? ' class="classes"' : ""} alt="${escapeText(words)}" src="${source}">`,
    });
    return [picture(label, truth), picture(predicted, prediction)];
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

/** An SVG document is embedded in HTML without its XML declaration and document type. */
function withoutProlog(svg: string): string {
  return svg.replace(/^[\s\S]*?(?=<svg[\s>])/, "");
}
