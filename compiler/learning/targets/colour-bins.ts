/** The colour of a grey image, as a distribution over bins of colour. */
import { colourBins } from "../../colour/colour-bins.ts";
import { define } from "../definition/definition.ts";
import { number, positiveUnit } from "../definition/parameters.ts";
import { auc } from "../metrics/auc.ts";
import { mae } from "../metrics/mae.ts";
import { psnr } from "../metrics/psnr.ts";
import { inChannels, target } from "./target.ts";

export const colourBinsTarget = target(
  define({
    name: "colour_bins",
    summary: "The colour as a distribution over the 313 bins of the plane of a* and b*.",
    source: "Zhang, Isola & Efros 2016; the temperature: section 2.3",
    parameters: {
      temperature: number(
        positiveUnit,
        "T of the annealed mean p^(1/T) that makes one colour of a predicted distribution: 1 is the mean, towards 0 the likeliest bin.",
        0.38,
      ),
    },
  }),
  {
    holds: "The images of `data` in colour.",
    form: () => "distributions",
    byMasks: false,
    reads: () => "images",
    misfit: ({ channels, activation }) => {
      const { length } = colourBins();
      if (channels !== length) {
        return {
          reason: `has ${inChannels(channels)}`,
          help: `there are ${length} colour bins: use as many channels in the last convolution before the output`,
        };
      }
      if (activation === "softmax") return undefined;
      return {
        reason: "does not give a distribution over the bins",
        help: "write `by softmax` after its name",
      };
    },
    usualLoss: () => "soft_cross_entropy",
    measures: [psnr, mae, auc],
    usualMeasure: undefined,
  },
);
