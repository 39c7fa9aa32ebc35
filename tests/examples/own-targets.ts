/** The examples that learn by targets and inputs of their own: overfit-targets.test.ts trains them by their own train sections. */
export const ownTargets = [
  "colourisation.fcn",
  "denoising-autoencoder.fcn",
  "eigen-multitask.fcn",
  "hed.fcn",
  "iizuka-colourisation.fcn",
  "retouching.fcn",
  "rgbd-fusion.fcn",
  "super-resolution.fcn",
  "zhang-colourisation.fcn",
] as const;
