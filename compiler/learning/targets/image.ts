/** Another image. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { mae } from "../metrics/mae.ts";
import { psnr } from "../metrics/psnr.ts";
import { ssim } from "../metrics/ssim.ts";
import { plainChannels, target } from "./target.ts";

export const image = target(
  defineAs({
    name: "image",
    summary: "An image, samples from 0 to 1.",
    parameters: patternParameters,
    configure: (files) => {
      const from = patternsOf("image", files);
      return from instanceof Refusal ? from : { from };
    },
  }),
  {
    holds: "Images; without files, the images of `data` themselves, before noise, blur and shrinking.",
    form: () => "values",
    byMasks: false,
    reads: ({ from }) => from ?? "images",
    misfit: (output) => plainChannels("image", [1, 3], output, "sigmoid"),
    usualLoss: () => "l2",
    measures: [psnr, ssim, mae],
    usualMeasure: undefined,
  },
);
