/** The peak signal-to-noise ratio in decibels, for values whose full scale is 1. */
import { measure } from "./measure.ts";

export const psnr = measure({
  name: "psnr",
  summary: "The peak signal-to-noise ratio in decibels, for values whose full scale is 1.",
  formula: "10 log₁₀ (1 / mean of (y − t)²), at most 100",
  better: "higher",
});
