/** How the pixels of the data's images become those of inputs. */
import { type PerAxis, perAxis } from "../../axis.ts";
import { divide, multiply, type Rational, rational } from "../../geometry/rational.ts";
import type { Scene } from "../../network/scene.ts";
import type { ImageSettings } from "./image.ts";

type Read = { readonly name: string } & Pick<ImageSettings, "from" | "shrink">;

/**
 * Pixels of the data's images in one pixel of the scene, along each axis. Of inputs that take these images all agree
 * (section/check-inputs.ts); where every input has files of its own, those of the first have the size of the images.
 */
export function imagePixels({ inputs }: Scene, configured: readonly Read[]): PerAxis<Rational> {
  const shown = configured.filter(({ name }) => inputs.get(name)?.kind === "pixels");
  const base = shown.find(({ from }) => from === undefined) ?? shown[0];
  const found = base && inputs.get(base.name);
  if (base === undefined || found?.kind !== "pixels") return [rational(1), rational(1)];
  return perAxis((axis) => multiply(rational(base.shrink), found.pixels[axis]));
}

export interface InputFile {
  /** Pixels of its file in one of the data's images, along each axis; "any": whatever its size, it shows all of the image. Left out: 1. */
  readonly pixels?: PerAxis<Rational> | "any";
  /** [height, width] to which what is shown is resized. */
  readonly resized?: PerAxis<number>;
}

/** How the file of an input becomes the input, beside its `shrink`. @param image as `imagePixels` gives it */
export function inputFile(
  { inputs }: Scene,
  { name, from, shrink }: Read,
  image: PerAxis<Rational>,
): InputFile {
  const shown = inputs.get(name);
  if (shown?.kind === "resized")
    return { resized: shown.size, ...(from !== undefined && { pixels: "any" as const }) };
  if (from === undefined || shown === undefined) return {};
  const pixels = filePixels(shown.pixels, shrink, image);
  return pixels.every(({ numerator, denominator }) => numerator === denominator) ? {} : { pixels };
}

/** Pixels of an input's own files in one pixel of the data's images. @param image as `imagePixels` gives it */
function filePixels(pixels: PerAxis<Rational>, shrink: number, image: PerAxis<Rational>): PerAxis<Rational> {
  return perAxis((axis) => divide(multiply(rational(shrink), pixels[axis]), image[axis]));
}
