/** One class for the whole image. */
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { requiredText } from "../definition/parameters.ts";
import { imageAccuracy } from "../metrics/image-accuracy.ts";
import { namesIn } from "./class-names.ts";
import { inChannels, target } from "./target.ts";

export const imageClass = target(
  defineAs({
    name: "image_class",
    summary: "One class for the whole image, of an output of one position.",
    source: "Iizuka, Simo-Serra & Ishikawa 2016, section 3.4",
    parameters: {
      classes: { ...requiredText("indoor, outdoor", "The names of the classes."), positional: true },
      ...patternParameters,
      files: { ...patternParameters.files, positional: false },
    },
    configure: ({ classes, files, validate, test }) => {
      const from = patternsOf("image_class", { files, validate, test });
      if (from instanceof Refusal) return from;
      const names = namesIn(classes) ?? [];
      if (names instanceof Refusal) return names;
      if (names.length > 1) return { from, classes: names };
      const wanted = 'at least two names with commas between them, such as "indoor, outdoor"';
      return refuse("training/wrong-value", { what: "classes", wanted, found: `"${classes}"` }, "classes");
    },
  }),
  {
    holds:
      "A CSV file with the columns `image` and `class`. Without files, the folder of the image: the nearest one that is named like a class.",
    form: () => "class",
    byMasks: false,
    ofImage: true,
    reads: ({ from }) => from ?? "images",
    misfit: ({ channels, activation, onePosition }, { classes }) => {
      if (onePosition === undefined) {
        return {
          reason: "has many positions",
          help: "end the output in a global pool: avgpool(global) conv(2, 1x1)",
        };
      }
      if (channels === 1 && classes.length === 2 && activation === "sigmoid") return undefined;
      if (channels !== classes.length) {
        return {
          reason: `has ${inChannels(channels)}`,
          help: `image_class names ${classes.length} classes: use as many channels in the last convolution before the output`,
        };
      }
      if (activation !== "sigmoid") return undefined;
      return { reason: "gives an image more than one class", help: "use `by softmax`" };
    },
    usualLoss: () => "cross_entropy",
    measures: [imageAccuracy],
    usualMeasure: "image_accuracy",
  },
);
