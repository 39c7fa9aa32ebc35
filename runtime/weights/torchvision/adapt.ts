/** A tensor of torchvision as a weight of the program: of the same values in another shape, or for other input channels. */
import type { WeightArray } from "../../arrays.ts";
import { elementCount } from "../weight-name.ts";

export type Adapted =
  | { readonly kind: "same"; readonly value: WeightArray }
  /** Of a convolution whose input has another number of channels than torchvision's image. */
  | { readonly kind: "channels"; readonly value: WeightArray; readonly from: number; readonly to: number }
  /** Of a layer with another number of classes. */
  | { readonly kind: "classes"; readonly from: number; readonly to: number }
  | { readonly kind: "differs" };

export interface Role {
  /** It reads the image. */
  readonly isFirst: boolean;
  /** Its first axis has the classes. */
  readonly isClassifier: boolean;
}

export function adapted(
  given: WeightArray,
  shape: readonly number[],
  { isFirst, isClassifier }: Role,
): Adapted {
  if (isSameLayer(given.shape, shape)) return { kind: "same", value: { shape, data: given.data } };
  const [from, to] = [given.shape, shape];
  if (isClassifier && isSameLayer([to[0] ?? 0, ...from.slice(1)], to))
    return { kind: "classes", from: from[0] ?? 0, to: to[0] ?? 0 };
  const [channels, wanted] = [from[1] ?? 0, to[1] ?? 0];
  if (isFirst && from.length === 4 && isSameLayer([from[0] ?? 0, wanted, ...from.slice(2)], to))
    return { kind: "channels", value: withChannels(given, wanted), from: channels, to: wanted };
  return { kind: "differs" };
}

/** The same but for axes of extent 1, or a fully connected layer as the convolution over its whole input. */
function isSameLayer(given: readonly number[], wanted: readonly number[]): boolean {
  const significant = (shape: readonly number[]) => shape.filter((extent) => extent !== 1).join("x");
  if (significant(given) === significant(wanted)) return true;
  return (
    given.length === 2 &&
    wanted.length === 4 &&
    given[0] === wanted[0] &&
    elementCount(given) === elementCount(wanted)
  );
}

/**
 * The kernel of a first layer for another number of input channels, as timm does: one channel gets the sum over all, several get
 * them repeated in order, scaled so that the sum over the input stays of the same size.
 * @param given [outputs, channels, height, width]
 */
function withChannels({ shape, data }: WeightArray, wanted: number): WeightArray {
  const [outputs = 0, channels = 0, height = 0, width = 0] = shape;
  const kernel = height * width;
  const result = new Float32Array(outputs * wanted * kernel);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < (wanted === 1 ? channels : wanted); c++)
      for (let k = 0; k < kernel; k++) {
        const value = data[(o * channels + (c % channels)) * kernel + k] ?? 0;
        const at = (o * wanted + (wanted === 1 ? 0 : c)) * kernel + k;
        result[at] = (result[at] ?? 0) + (wanted === 1 ? value : (value * channels) / wanted);
      }
  return { shape: [outputs, wanted, height, width], data: result };
}
