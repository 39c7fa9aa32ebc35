/** The colour of a grey image. */
import { define } from "../definition/definition.ts";
import { auc } from "../metrics/auc.ts";
import { mae } from "../metrics/mae.ts";
import { psnr } from "../metrics/psnr.ts";
import { plainChannels, target } from "./target.ts";

export const chroma = target(
  define({
    name: "chroma",
    summary: "a* and b* of CIELAB (D65), divided by 100.",
    source: "Iizuka, Simo-Serra & Ishikawa 2016, section 3.3",
    parameters: {},
  }),
  {
    holds: "The images of `data` in colour.",
    form: () => "values",
    byMasks: false,
    reads: () => "images",
    misfit: (output) => plainChannels("chroma", [2], output),
    usualLoss: () => "l2",
    measures: [psnr, mae, auc],
    usualMeasure: undefined,
  },
);
