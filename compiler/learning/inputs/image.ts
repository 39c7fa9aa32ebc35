/** An input that is an image. */
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { type FilePatterns, patternParameters, patternsOf } from "../definition/files.ts";
import { count, flag, number, unitInterval } from "../definition/parameters.ts";

export interface ImageSettings {
  /** `undefined`: the images of `data`. */
  readonly from: FilePatterns | undefined;
  readonly shrink: number;
  readonly noise: number;
  /** To the size of the input; left out: an input shows the pixels of the others. */
  readonly resize?: true;
}

export const imageInput = defineAs({
  name: "image",
  summary: "The images of `data`, or of files of its own.",
  parameters: {
    ...patternParameters,
    shrink: count(
      { kind: "count", least: 1, most: 16 },
      "Each n × n pixels of the file become one pixel of the input, their mean; targets keep the resolution of the images of `data`.",
      1,
    ),
    resize: flag(
      "The whole image, or the whole crop, resized to the size of the input, which the network fixes.",
    ),
    noise: number(
      unitInterval,
      "Standard deviation of Gaussian noise on the input, of full scale; in training and validation.",
      0,
    ),
  },
  configure: ({ files, validate, test, shrink, resize, noise }): ImageSettings | Refusal => {
    const from = patternsOf("image", { files, validate, test });
    if (from instanceof Refusal) return from;
    if (!resize) return { from, shrink, noise };
    if (shrink === 1) return { from, shrink, noise, resize };
    const facts = { what: "shrink of image", wanted: "removed beside resize", found: "a number" };
    return refuse("training/wrong-value", facts, "shrink");
  },
});
