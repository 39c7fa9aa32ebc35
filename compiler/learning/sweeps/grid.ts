/** Every combination. */
import { define } from "../definition/definition.ts";

export const grid = define({
  name: "grid",
  summary: "A trial for every combination of the values.",
  parameters: {},
});
