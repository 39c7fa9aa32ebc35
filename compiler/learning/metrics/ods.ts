/** The F-measure of boundaries at the best threshold for the whole data set. */
import { measure } from "./measure.ts";

export const ods = measure({
  name: "ods",
  summary: "The F-measure of boundaries at the best threshold for the whole data set.",
  formula: "2 P R / (P + R), within 0.75% of the image's diagonal",
  better: "higher",
  share: true,
  source: "Martin, Fowlkes & Malik 2004, without thinning and pairing",
});
