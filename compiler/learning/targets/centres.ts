/** The centres of objects, as a heat map for each class. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { number, optionalText, positive, positiveUnit } from "../definition/parameters.ts";
import { centreF1 } from "../metrics/centre-f1.ts";
import { centrePrecision } from "../metrics/centre-precision.ts";
import { centreRecall } from "../metrics/centre-recall.ts";
import { namesIn } from "./class-names.ts";
import { inChannels, target } from "./target.ts";

export const centres = target(
  defineAs({
    name: "centres",
    summary: "The centres of objects: for each class a heat map with a Gaussian around every centre.",
    source: "Zhou, Wang & Krähenbühl 2019, section 3; a fixed deviation: Cheng et al. 2020, section 3.2",
    parameters: {
      ...patternParameters,
      deviation: number(
        { kind: "number", above: 0, most: 1000 },
        "Standard deviation of the Gaussian, in pixels of the image after augmentation. Of two predicted centres nearer than this, the more probable one is kept.",
        8,
      ),
      classes: optionalText(
        "cell, debris",
        "The names of the classes, one for each channel of the output.",
        "one channel: every object",
      ),
      threshold: number(positiveUnit, "The least value of a predicted centre.", 0.3),
      distance: number(
        positive,
        "A predicted centre is right within so many pixels of a true one, each of which counts once.",
        8,
      ),
    },
    configure: ({ files, validate, test, deviation, classes, threshold, distance }) => {
      const from = patternsOf("centres", { files, validate, test });
      if (from instanceof Refusal) return from;
      const names = namesIn(classes);
      return names instanceof Refusal ? names : { from, deviation, classes: names, threshold, distance };
    },
  }),
  {
    holds:
      "CSV files with the columns `x`, `y` and, of several classes, `class`; or images that number the objects. Without files, the objects of `data`.",
    form: () => "heat",
    byMasks: false,
    ofObjects: true,
    reads: ({ from }) => from ?? "labels",
    misfit: ({ channels, activation }, { classes }) => {
      const wanted = classes?.length ?? 1;
      if (channels !== wanted) {
        return {
          reason: `has ${inChannels(channels)}`,
          help:
            classes === undefined
              ? 'use one channel, or name the classes of several: centres(classes = "cell, debris")'
              : `centres names ${classes.length} classes: use as many channels in the last convolution before the output`,
        };
      }
      if (activation === "sigmoid") return undefined;
      return {
        reason: "does not give values from 0 to 1, each class by itself",
        help: "write `by sigmoid` after its name",
      };
    },
    usualLoss: () => "gaussian_focal",
    measures: [centreF1, centrePrecision, centreRecall],
    usualMeasure: "centre_f1",
  },
);
