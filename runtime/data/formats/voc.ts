/** Pascal VOC: the images that the list of a set names. */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import type { Pair } from "../pair.ts";
import { existingFolder } from "./existing-folder.ts";
import type { OpenFormat } from "./format.ts";
import { splitSets } from "./sets.ts";

export const openVoc: OpenFormat<"voc"> = async (configuration, { masks, baseDirectory, override }) => {
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const pairsOf = async (set: string): Promise<readonly Pair[]> =>
    (await namesOf(directory, set)).map((name) => ({
      name,
      image: join(directory, "JPEGImages", `${name}.jpg`),
      label: join(directory, configuration.labels, `${name}.png`),
    }));
  const split = await splitSets(await pairsOf(configuration.train), configuration, pairsOf);
  return { source: `${directory} (${configuration.train})`, masks, ...split };
};

/** A name on each line. */
async function namesOf(directory: string, set: string): Promise<readonly string[]> {
  const folder = join(directory, "ImageSets", "Segmentation");
  const file = join(folder, `${set}.txt`);
  const text = await readFile(file, "utf8").catch(() => undefined); // whatever the reason, it names no images
  const names = text?.split(/\s+/).filter((name) => name !== "") ?? [];
  if (names.length > 0) return names;
  const sets = await readdir(folder).catch(() => []); // whatever the reason, it has no lists
  const known = sets.filter((name) => name.endsWith(".txt")).map((name) => name.slice(0, -4));
  throw new UserError(
    text === undefined ? `the list ${file} cannot be read` : `the list ${file} is empty`,
    known.length === 0
      ? "the folder of voc(…) has JPEGImages, SegmentationClass and ImageSets/Segmentation; name it, or give it by --data DIR"
      : `the sets are ${known.sort().join(", ")}; or write a fraction, as in validate = 20%`,
  );
}
