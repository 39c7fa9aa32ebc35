/** Every example whose target is labels alone, made narrow: settings, size and steps that take some seconds, and what it must learn. */

export interface Narrow {
  readonly settings: Readonly<Record<string, string>>;
  /** Pixels of a side. */
  readonly size: number;
  readonly steps: number;
  /** Of Adam. */
  readonly rate: number;
  /**
   * Steps at the end that only follow the batch's statistics, after a rate that falls to zero: running statistics lag behind
   * large steps, most where normalisation sees few cells, as at the bottom of the deconvolution network.
   */
  readonly settling?: number;
  /** The first of these steps train a part, with settings and a rate of its own, whose weights the whole then takes over. */
  readonly part?: {
    readonly settings: Readonly<Record<string, string>>;
    readonly steps: number;
    readonly rate: number;
  };
  /** The mean IoU to reach. Predicting the ground everywhere gives less than 0.45. */
  readonly reaches: number;
}

/**
 * In groups of about equal work, so that a test file for each can run side by side. What ends at 1/32 and is upsampled once gets
 * larger scenes, so that its positions are not coarse beside the discs; it reaches less all the same.
 */
export const narrowExamples = {
  /** A classifier made convolutional, its scores upsampled. */
  classifiers: {
    "fcn-16s.fcn": { settings: { width: "2" }, size: 48, steps: 50, rate: 0.005, reaches: 0.8 },
    "fcn-32s.fcn": { settings: { width: "2" }, size: 128, steps: 45, rate: 0.004, reaches: 0.75 },
    "fcn-8s.fcn": { settings: { width: "2" }, size: 32, steps: 40, rate: 0.006, reaches: 0.8 },
    "fcn-alexnet.fcn": { settings: { width: "2" }, size: 128, steps: 45, rate: 0.005, reaches: 0.75 },
    "hypercolumns.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.005, reaches: 0.8 },
    "crf-rnn.fcn": {
      settings: { width: "2", iterations: "3" },
      size: 32,
      steps: 40,
      rate: 0.006,
      reaches: 0.8,
    },
    "deeplab-largefov.fcn": { settings: { width: "8" }, size: 64, steps: 60, rate: 0.003, reaches: 0.8 },
  },
  /** Dilation in place of the last pools. */
  atrous: {
    "deeplab-v2.fcn": { settings: { width: "2" }, size: 48, steps: 60, rate: 0.01, reaches: 0.8 },
    "deeplab-v3-plus.fcn": {
      settings: { width: "4" },
      size: 64,
      steps: 42,
      rate: 0.01,
      settling: 10,
      reaches: 0.85,
    },
    "deeplab-v3.fcn": {
      settings: { width: "4" },
      size: 65,
      steps: 42,
      rate: 0.01,
      settling: 10,
      reaches: 0.8,
    },
    "fcn-resnet50.fcn": {
      settings: { width: "4" },
      size: 65,
      steps: 42,
      rate: 0.01,
      settling: 10,
      reaches: 0.8,
    },
    // Its running statistics take a hundredth of each step (momentum = 0.99).
    "lr-aspp.fcn": {
      settings: { width: "8" },
      size: 65,
      steps: 260,
      rate: 0.01,
      settling: 200,
      reaches: 0.8,
    },
    "dilation8.fcn": {
      settings: { width: "2", mode: "edge", widths: "[2, 2, 2, 2, 2, 2, 2]" },
      size: 48,
      part: { settings: { context: "false" }, steps: 32, rate: 0.006 },
      steps: 40,
      rate: 0.001,
      reaches: 0.75,
    },
    "pspnet.fcn": { settings: { width: "2" }, size: 33, steps: 55, rate: 0.01, reaches: 0.8 },
  },
  /** An encoder and a decoder. */
  decoders: {
    "attention-u-net.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.01, reaches: 0.85 },
    "deconvnet.fcn": {
      settings: { width: "3" },
      size: 224,
      steps: 54,
      rate: 0.03,
      settling: 14,
      reaches: 0.8,
    },
    "fc-densenet.fcn": {
      settings: { width: "6", growth: "3", layers: "[2, 2, 2, 2, 2]", bottom: "2" },
      size: 64,
      steps: 40,
      rate: 0.02,
      reaches: 0.8,
    },
    "fully-connected-encoder-decoder.fcn": {
      settings: { width: "8", code: "128", size: "32" },
      size: 32,
      steps: 60,
      rate: 0.003,
      reaches: 0.9,
    },
    "linknet.fcn": {
      settings: { width: "8" },
      size: 64,
      steps: 50,
      rate: 0.01,
      settling: 10,
      reaches: 0.8,
    },
    "mobilenet-u-net.fcn": {
      settings: { width: "8" },
      size: 64,
      steps: 50,
      rate: 0.01,
      settling: 10,
      reaches: 0.8,
    },
    "residual-u-net.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.01, reaches: 0.85 },
    "segnet-basic.fcn": { settings: { width: "4" }, size: 64, steps: 60, rate: 0.01, reaches: 0.85 },
    "segnet.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.003, reaches: 0.85 },
    "u-net-batchnorm.fcn": {
      settings: { width: "4", depth: "3" },
      size: 49,
      steps: 40,
      rate: 0.01,
      reaches: 0.85,
    },
    "u-net.fcn": { settings: { width: "4" }, size: 64, steps: 60, rate: 0.01, reaches: 0.8 },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Narrow>>>>;
