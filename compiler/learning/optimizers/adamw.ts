/** Adam with decoupled weight decay. */
import { define } from "../definition/definition.ts";
import { notNegative, number } from "../definition/parameters.ts";
import { adamParameters } from "./adam-parameters.ts";

export const adamw = define({
  name: "adamw",
  summary: "Adam with weight decay that does not pass through its running means: w −= learning rate · λ · w.",
  source: "Loshchilov & Hutter 2019, algorithm 2, with the schedule in the learning rate",
  parameters: {
    ...adamParameters,
    weightDecay: number(notNegative, "Weight decay λ.", 1e-2),
  },
});
