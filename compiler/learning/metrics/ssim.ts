/** Structural similarity of images. */
import { measure } from "./measure.ts";

export const ssim = measure({
  name: "ssim",
  label: "SSIM",
  summary:
    "The structural similarity in Gaussian windows of 11 × 11 pixels with a deviation of 1.5, of each channel, for values whose full scale is 1; the mean over windows and channels, then over images.",
  formula: "(2 μ_y μ_t + 0.01²) (2 σ_yt + 0.03²) / ((μ_y² + μ_t² + 0.01²) (σ_y² + σ_t² + 0.03²))",
  better: "higher",
  onDemand: true,
  source: "Wang, Bovik, Sheikh & Simoncelli 2004, equation 13",
});
