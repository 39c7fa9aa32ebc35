/** Whether a loss is the mean or the sum over the positions that count. */
import { choice } from "../definition/parameters.ts";

export const reduction = choice(
  ["mean", "sum"],
  "Mean or sum over the positions that count; the mean divides by the sum of their weights.",
  "mean",
);
