/** The learning rate as it is. */
import { define } from "../definition/definition.ts";
import { schedule } from "./schedule.ts";

export const constant = schedule(
  define({ name: "constant", summary: "The same learning rate in every step.", parameters: {} }),
  { formula: "r", rate: (_, rate) => rate },
);
