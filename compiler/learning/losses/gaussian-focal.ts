/** Focal loss of heat maps whose values around a centre are penalised less. */
import { define } from "../definition/definition.ts";
import { notNegative, number } from "../definition/parameters.ts";
import { loss } from "./loss.ts";

export const gaussianFocal = loss(
  define({
    name: "gaussian_focal",
    summary:
      "Focal loss of heat maps: a position near a centre is penalised less for being taken for one; divided by the number of centres.",
    source: "Law & Deng 2018, equation 1; Zhou, Wang & Krähenbühl 2019, equation 1",
    parameters: {
      alpha: number(notNegative, "The focusing parameter: well-predicted positions count less.", 2),
      beta: number(notNegative, "How much less positions near a centre count.", 4),
    },
  }),
  {
    formula: "−(1 − p)^alpha log p where t = 1, −(1 − t)^beta p^alpha log(1 − p) elsewhere",
    compares: ["heat"],
  },
);
