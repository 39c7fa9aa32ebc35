/** The share of images whose class is right. */
import { measure } from "./measure.ts";

export const imageAccuracy = measure({
  name: "image_accuracy",
  summary: "The share of images whose most probable class is the true one.",
  formula: "right images / images",
  better: "higher",
  share: true,
});
