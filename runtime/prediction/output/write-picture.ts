/** The files of an output that learned something other than labels. */
import type { Raster } from "../../images/raster.ts";
import { openSampleFile } from "../../images/rows/sample-writer.ts";
import type { StackFiles } from "../../images/rows/stack-files.ts";
import { writePng } from "../../images/write-png.ts";
import { pictureOfMap } from "../../targets/registry.ts";
import type { Prediction } from "../prediction.ts";
import type { PictureFiles } from "./output-files.ts";

/**
 * A PNG file as the files of the target are; of the other formats the values themselves, float32.
 * @returns the picture
 * @throws UserError when a file cannot be written
 */
export async function writePicture(
  { map, target }: Extract<Prediction, { kind: "map" }>,
  image: Raster,
  { pictures }: PictureFiles,
  stacks?: StackFiles,
): Promise<Raster> {
  const picture = pictureOfMap(map, target, image);
  for (const file of pictures) {
    if (file.format === "png") {
      await writePng(file.path, picture);
      continue;
    }
    const [, height, width, channels] = map.shape;
    const writer = await openSampleFile(file, { height, width, channels, type: "float32" }, { stacks });
    try {
      await writer.write(map.data);
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }
  return picture;
}
