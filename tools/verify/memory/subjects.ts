/** Every example, narrow and small, so that a training step on the slowest engine takes seconds. */

export interface MemorySubject {
  readonly example: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Pixels of a side. */
  readonly size: number;
}

export const memorySubjects: readonly MemorySubject[] = [
  { example: "attention-u-net.fcn", settings: { width: "4", depth: "3" }, size: 32 },
  { example: "colourisation.fcn", settings: { width: "12" }, size: 32 },
  { example: "crf-rnn.fcn", settings: { width: "2", iterations: "3" }, size: 32 },
  { example: "deconvnet.fcn", settings: { width: "1" }, size: 224 },
  { example: "deep-supervision.fcn", settings: { width: "4" }, size: 32 },
  { example: "deeplab-largefov.fcn", settings: { width: "4" }, size: 48 },
  { example: "deeplab-v2.fcn", settings: { width: "2" }, size: 48 },
  { example: "deeplab-v3-plus.fcn", settings: { width: "4" }, size: 48 },
  { example: "deeplab-v3.fcn", settings: { width: "4" }, size: 33 },
  { example: "denoising-autoencoder.fcn", settings: { width: "16" }, size: 32 },
  { example: "dilation8.fcn", settings: { width: "1", mode: "zeros" }, size: 32 },
  { example: "eigen-multitask.fcn", settings: { width: "8" }, size: 32 },
  {
    example: "fc-densenet.fcn",
    settings: { width: "6", growth: "3", layers: "[2, 2, 2, 2, 2]", bottom: "2" },
    size: 32,
  },
  { example: "fcn-16s.fcn", settings: { width: "2" }, size: 32 },
  { example: "fcn-32s.fcn", settings: { width: "2" }, size: 32 },
  { example: "fcn-8s.fcn", settings: { width: "2" }, size: 32 },
  { example: "fcn-alexnet.fcn", settings: { width: "2" }, size: 64 },
  { example: "fcn-resnet50.fcn", settings: { width: "4" }, size: 33 },
  {
    example: "fully-connected-encoder-decoder.fcn",
    settings: { width: "8", code: "128", size: "32" },
    size: 32,
  },
  { example: "hed.fcn", settings: { width: "8", border: "1" }, size: 32 },
  { example: "hypercolumns.fcn", settings: { width: "4" }, size: 48 },
  { example: "iizuka-colourisation.fcn", settings: { width: "8" }, size: 32 },
  { example: "linknet.fcn", settings: { width: "8" }, size: 64 },
  { example: "mobilenet-u-net.fcn", settings: { width: "8" }, size: 64 },
  {
    example: "panoptic-fpn.fcn",
    settings: { width: "4", pyramid: "16", branch: "8", groups: "4" },
    size: 64,
  },
  { example: "lr-aspp.fcn", settings: { width: "4" }, size: 33 },
  { example: "pspnet.fcn", settings: { width: "4" }, size: 33 },
  { example: "residual-u-net.fcn", settings: { width: "8" }, size: 48 },
  { example: "retouching.fcn", settings: { width: "8", blocks: "3" }, size: 32 },
  { example: "rgbd-fusion.fcn", settings: { width: "8" }, size: 32 },
  { example: "segnet-basic.fcn", settings: { width: "4" }, size: 64 },
  { example: "segnet.fcn", settings: { width: "4" }, size: 48 },
  { example: "siamese-change.fcn", settings: { width: "4" }, size: 32 },
  { example: "sliding-window-classifier.fcn", settings: { width: "8" }, size: 95 },
  { example: "super-resolution.fcn", settings: { width: "64" }, size: 16 },
  { example: "u-net-batchnorm.fcn", settings: { width: "8" }, size: 64 },
  { example: "u-net-plus-plus.fcn", settings: { width: "4" }, size: 32 },
  { example: "u-net.fcn", settings: { width: "8" }, size: 64 },
  { example: "zhang-colourisation.fcn", settings: { width: "4" }, size: 32 },
];
