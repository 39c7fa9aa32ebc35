/** For each head of std/heads, torchvision's names of its layers in the networks of torchvision.models.segmentation. */

export interface TorchvisionHead {
  /** The class of torchvision that it is. */
  readonly model: string;
  /** Paths of modules with parameters, in the order in which the block calls its layers. */
  readonly layers: readonly string[];
  /** Those whose output channels are the classes. */
  readonly classifiers: readonly string[];
  /** Other modules of the same layers: the same paths below another name. */
  readonly alsoBelow?: string;
}

const normalised = (path: string, first = 0): readonly string[] => [
  `${path}.${first}`,
  `${path}.${first + 1}`,
];

/** A 1x1 convolution, three dilated ones, the image-level features after a pool, and the projection of them all. */
const pyramid: readonly string[] = [
  ...[0, 1, 2, 3].flatMap((i) => normalised(`classifier.0.convs.${i}`)),
  ...normalised("classifier.0.convs.4", 1),
  ...normalised("classifier.0.project"),
];

/** By the name of the block. Each is compared with torchvision's own by `npm run verify:encoders`. */
export const torchvisionHeads: ReadonlyMap<string, TorchvisionHead> = new Map<string, TorchvisionHead>([
  [
    "fcn_head",
    {
      model: "FCNHead",
      layers: [...normalised("classifier"), "classifier.4"],
      classifiers: ["classifier.4"],
      alsoBelow: "aux_classifier",
    },
  ],
  [
    "deeplab_head",
    {
      model: "DeepLabHead",
      layers: [...pyramid, "classifier.1", "classifier.2", "classifier.4"],
      classifiers: ["classifier.4"],
    },
  ],
  ["aspp", { model: "ASPP", layers: pyramid, classifiers: [] }],
  [
    "lraspp_head",
    {
      model: "LRASPPHead",
      layers: [
        ...normalised("classifier.cbr"),
        "classifier.scale.1",
        "classifier.high_classifier",
        "classifier.low_classifier",
      ],
      classifiers: ["classifier.high_classifier", "classifier.low_classifier"],
    },
  ],
]);
