/** The class of the whole image, at every pixel. */
import { dirname } from "node:path";
import { readImageSize } from "../../images/read-image-size.ts";
import { UserError } from "../../user-error.ts";
import { classInList } from "../annotations/class-list.ts";
import type { Pair } from "../pair.ts";
import type { LayerKind, LayerSource } from "./layer.ts";

export const imageClass: LayerKind<Extract<LayerSource, { kind: "image_class" }>> = {
  channels: () => 1,
  read: async (file, { classes }, { pair, from, region }) => {
    const [height, width] =
      region === undefined ? await readImageSize(pair.image) : [region.height, region.width];
    const { name, at } = from === "images" ? byFolder(pair, classes) : await classInList(file, pair);
    const index = classes.indexOf(name);
    if (index < 0)
      throw new UserError(
        `${at}: "${name}" is not a class of image_class`,
        `its classes are ${classes.join(", ")}`,
      );
    return { height, width, channels: 1, values: Float32Array.of(index), fullScale: 1 };
  },
  resample: ({ values }, _, target) => target.fill(values[0] ?? Number.NaN),
};

function byFolder(
  { image }: Pair,
  classes: readonly string[],
): { readonly name: string; readonly at: string } {
  const folders = dirname(image).split(/[\\/]/);
  const name = folders.findLast((folder) => classes.includes(folder));
  if (name !== undefined) return { name, at: image };
  throw new UserError(
    `${image} is not in a folder named after a class`,
    `put each image into the folder of its class (${classes.join(", ")}), or give a CSV file: image_class("…", files = "classes.csv")`,
  );
}
