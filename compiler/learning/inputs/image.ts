/** An input that is an image. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { count, number, unitInterval } from "../definition/parameters.ts";

export const imageInput = defineAs({
  name: "image",
  summary: "The images of `data`, or of files of its own.",
  parameters: {
    ...patternParameters,
    /** The same for every input. */
    shrink: count(
      { kind: "count", least: 1, most: 16 },
      "Each square of so many by so many pixels becomes one pixel of the input, their mean; targets keep the resolution of the image.",
      1,
    ),
    noise: number(
      unitInterval,
      "Standard deviation of Gaussian noise on the input, of full scale; in training and validation.",
      0,
    ),
  },
  configure: ({ files, validate, test, shrink, noise }) => {
    const from = patternsOf("image", { files, validate, test });
    return from instanceof Refusal ? from : { from, shrink, noise };
  },
});
