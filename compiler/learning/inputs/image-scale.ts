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

/** Pixels of an input's own files in one pixel of the data's images. @param image as `imagePixels` gives it */
export function filePixels(
  pixels: PerAxis<Rational>,
  shrink: number,
  image: PerAxis<Rational>,
): PerAxis<Rational> {
  return perAxis((axis) => divide(multiply(rational(shrink), pixels[axis]), image[axis]));
}
