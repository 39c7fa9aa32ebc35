/** The curves of a report: loss, learning rate, the measures of every output, its classes, speed. */
import { isShare } from "../../../compiler/learning/targets/registry.ts";
import type { Colour } from "../../images/raster.ts";
import type { BestMetrics } from "../best-metrics.ts";
import type { EpochLine, MetricsLine, StepLine } from "../metrics-log.ts";
import { labelled } from "./labelled.ts";
import { linePlot, type Point } from "./line-plot.ts";
import { schemeColour, trainingColour, validationColour } from "./scheme-colour.ts";

export interface CurveContent {
  readonly log: readonly MetricsLine[];
  readonly best: BestMetrics | undefined;
  readonly palette: readonly Colour[];
  readonly classes: readonly string[];
}

/** Curves of an output's measures; of several outputs the first of each alone. */
const mostMeasures = 4;
/** Classes in one plot; the table has all. */
const mostClasses = 24;

export function curves(content: CurveContent): string {
  const { log, best } = content;
  const steps = log.filter((line): line is StepLine => line.kind === "steps");
  const epochs = log.filter((line): line is EpochLine => line.kind === "epoch");
  const perEpoch = epochs[0] === undefined ? undefined : epochs[0].step / epochs[0].epoch;
  const ofSteps = (y: (line: StepLine) => number): Point[] =>
    steps.map((line) => ({ x: perEpoch === undefined ? line.epoch : line.step / perEpoch, y: y(line) }));
  const ofEpochs = (y: (line: EpochLine) => number | null): Point[] =>
    epochs.map((line) => ({ x: line.epoch, y: y(line) ?? Number.NaN }));
  const validated = epochs.some((line) => line.validation_loss !== null);
  return [
    linePlot({
      title: "Loss",
      xLabel: "epoch",
      series: [
        { name: "training", colour: trainingColour, points: ofSteps((line) => line.loss), smooth: true },
        ...(validated
          ? [
              {
                name: "validation",
                colour: validationColour,
                points: ofEpochs((line) => line.validation_loss),
              },
            ]
          : []),
      ],
    }),
    ...measureCurves(epochs, best, ofEpochs),
    ...classCurves(content, epochs, ofEpochs),
    linePlot({
      title: "Learning rate",
      xLabel: "epoch",
      series: [{ name: "learning rate", colour: trainingColour, points: ofSteps((line) => line.rate) }],
    }),
    linePlot({
      title: "Images per second",
      xLabel: "epoch",
      series: [
        {
          name: "images per second",
          colour: trainingColour,
          points: ofSteps((line) => line.images_per_second),
          smooth: true,
        },
      ],
    }),
  ].join("\n");
}

type ByEpoch = (y: (line: EpochLine) => number | null) => Point[];

function measureCurves(
  epochs: readonly EpochLine[],
  best: BestMetrics | undefined,
  ofEpochs: ByEpoch,
): readonly string[] {
  const kept = epochs.find(({ epoch }) => epoch === best?.epoch);
  const outputs = Object.entries((kept ?? epochs.at(-1))?.outputs ?? {});
  return outputs.flatMap(([output, values]) =>
    Object.keys(values)
      .slice(0, outputs.length === 1 ? mostMeasures : 1)
      .map((measure) => {
        const value = kept?.outputs[output]?.[measure] ?? null;
        return linePlot({
          title: labelled(measure, output, outputs.length),
          xLabel: "epoch",
          ...(isShare(measure) ? { yDomain: [0, 1] as const } : {}),
          series: [
            {
              name: "training",
              colour: trainingColour,
              points: ofEpochs((line) => line.training[output]?.[measure] ?? null),
            },
            {
              name: best?.measured_on === "training" ? "kept" : "validation",
              colour: validationColour,
              points: ofEpochs((line) => line.outputs[output]?.[measure] ?? null),
            },
          ],
          mark:
            kept === undefined || value === null
              ? undefined
              : { x: kept.epoch, y: value, label: `best epoch ${value.toFixed(3)}` },
        });
      }),
  );
}

/** The intersection over union of each class, in its colour. */
function classCurves(
  { classes, palette }: CurveContent,
  epochs: readonly EpochLine[],
  ofEpochs: ByEpoch,
): readonly string[] {
  const outputs = Object.keys(epochs.at(-1)?.class_iou ?? {});
  return outputs.map((output) =>
    linePlot({
      title: outputs.length === 1 ? "IoU of each class" : `${output}: IoU of each class`,
      xLabel: "epoch",
      yDomain: [0, 1],
      series: classes.slice(0, mostClasses).map((name, i) => ({
        name,
        colour: schemeColour(palette[i]),
        points: ofEpochs((line) => line.class_iou[output]?.[i] ?? null),
      })),
    }),
  );
}
