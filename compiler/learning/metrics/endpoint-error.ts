/** The mean distance between where predicted and true offsets lead. */
import { measure } from "./measure.ts";

export const endpointError = measure({
  name: "endpoint_error",
  summary:
    "The mean distance between the points to which the predicted and the true offset of a pixel lead, in pixels.",
  formula: "mean of |p − t|",
  better: "lower",
  source: "Baker et al. 2011, section 4.1",
});
