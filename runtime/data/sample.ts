/** One decoded pair: an image and the classes of its pixels. */
import type { MaskConfiguration } from "../../compiler/train/configuration.ts";
import { readImage } from "../images/read-image.ts";
import { readLabel } from "../images/read-label.ts";
import { UserError } from "../user-error.ts";
import { mapClasses } from "./class-map.ts";
import type { Pair } from "./data-set.ts";

export interface Sample {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fullScale: 255 | 65535;
  /** [height, width, channels]. */
  readonly image: Uint8Array | Uint16Array;
  /** [height, width]; −1: ignored. */
  readonly classes: Int16Array;
}

/**
 * @throws UserError naming the file: unreadable, of another size than its label, or with values that `masks` does not mention
 */
export async function readSample(pair: Pair, channels: number, masks: MaskConfiguration): Promise<Sample> {
  const image = await readImage(pair.image, channels);
  const label = mapClasses(await readLabel(pair.label), masks);
  if (label.height !== image.height || label.width !== image.width) {
    throw new UserError(
      `${pair.label} has ${label.height}×${label.width} pixels and its image ${pair.image} has ${image.height}×${image.width}`,
      "An image and its label must have the same size.",
    );
  }
  if (label.undeclared.size > 0) {
    throw new UserError(
      `${pair.label} holds values that stand for no class: ${[...label.undeclared].slice(0, 8).join(", ")}`,
      "Say in masks what they mean; `fcn data check` suggests how.",
    );
  }
  return {
    height: image.height,
    width: image.width,
    channels: image.channels,
    fullScale: image.fullScale,
    image: image.data,
    classes: label.classes,
  };
}

/** The same sample in memory that threads share, so that handing it over copies nothing. */
export function shareSample(sample: Sample): Sample {
  const wide = sample.image instanceof Uint16Array;
  const image = wide
    ? new Uint16Array(new SharedArrayBuffer(sample.image.byteLength))
    : new Uint8Array(new SharedArrayBuffer(sample.image.byteLength));
  const classes = new Int16Array(new SharedArrayBuffer(sample.classes.byteLength));
  image.set(sample.image);
  classes.set(sample.classes);
  return { ...sample, image, classes };
}
