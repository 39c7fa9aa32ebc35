/** The examples that learn by targets and inputs of their own: overfit-targets.test.ts trains them by their own train sections. */
export const ownTargets = [
  "colourisation.fcn",
  "deep-supervision.fcn",
  "denoising-autoencoder.fcn",
  "eigen-multitask.fcn",
  "hed.fcn",
  "iizuka-colourisation.fcn",
  "panoptic-fpn.fcn",
  "retouching.fcn",
  "rgbd-fusion.fcn",
  "siamese-change.fcn",
  "super-resolution.fcn",
  "u-net-plus-plus.fcn",
  "zhang-colourisation.fcn",
] as const;
