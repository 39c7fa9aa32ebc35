/** For each encoder of std/encoders the network of torchvision that it is, and what its layers with weights are called there. */
import { convnext, densenet } from "./convnext-densenet.ts";
import { efficientnet, mobilenetV2, mobilenetV3 } from "./inverted.ts";
import { resnet } from "./resnet.ts";
import { vgg } from "./vgg.ts";

export interface TorchvisionEncoder {
  /** The function of torchvision.models that makes it; its weights are filed under this name. */
  readonly model: string;
  /** The paths of its modules with parameters, in the order in which the block calls its layers. */
  readonly layers: readonly string[];
  /** Those of its classifier that follow where the block is called with a convolutional head. */
  readonly convolutionalHead?: readonly string[];
}

/** By the name of the block. Each is compared with torchvision's own by `npm run verify:encoders`. */
export const torchvisionEncoders: ReadonlyMap<string, TorchvisionEncoder> = new Map<
  string,
  TorchvisionEncoder
>([
  [
    "vgg16",
    {
      model: "vgg16",
      layers: vgg([2, 2, 3, 3, 3], false),
      convolutionalHead: ["classifier.0", "classifier.3"],
    },
  ],
  ...Object.entries({
    vgg11_bn: vgg([1, 1, 2, 2, 2]),
    vgg13_bn: vgg([2, 2, 2, 2, 2]),
    vgg16_bn: vgg([2, 2, 3, 3, 3]),
    vgg19_bn: vgg([2, 2, 4, 4, 4]),
    resnet18: resnet([2, 2, 2, 2], "basic"),
    resnet34: resnet([3, 4, 6, 3], "basic"),
    resnet50: resnet([3, 4, 6, 3], "bottleneck"),
    resnet101: resnet([3, 4, 23, 3], "bottleneck"),
    resnet152: resnet([3, 8, 36, 3], "bottleneck"),
    resnext50_32x4d: resnet([3, 4, 6, 3], "bottleneck"),
    resnext101_32x8d: resnet([3, 4, 23, 3], "bottleneck"),
    mobilenet_v2: mobilenetV2([1, 2, 3, 4, 3, 3, 1]),
    mobilenet_v3_large: mobilenetV3(15, [3, 4, 5, 10, 11, 12, 13, 14]),
    mobilenet_v3_small: mobilenetV3(11, [0, 3, 4, 5, 6, 7, 8, 9, 10]),
    efficientnet_b0: efficientnet([1, 2, 2, 3, 3, 4, 1]),
    efficientnet_b1: efficientnet([2, 3, 3, 4, 4, 5, 2]),
    efficientnet_b2: efficientnet([2, 3, 3, 4, 4, 5, 2]),
    efficientnet_b3: efficientnet([2, 3, 3, 5, 5, 6, 2]),
    efficientnet_b4: efficientnet([2, 4, 4, 6, 6, 8, 2]),
    densenet121: densenet([6, 12, 24, 16]),
    convnext_tiny: convnext([3, 3, 9, 3]),
  }).map(([name, layers]) => [name, { model: name, layers }] as const),
]);
