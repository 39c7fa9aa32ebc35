/** COCO: images with the objects that a file of annotations gives. */
import { join, resolve } from "node:path";
import type { MaskConfiguration } from "../../../compiler/learning/configuration.ts";
import type { CocoFiles } from "../../../compiler/learning/data/coco.ts";
import { UserError } from "../../user-error.ts";
import { type CocoFile, readCocoFile } from "../annotations/coco-file.ts";
import type { Pair } from "../pair.ts";
import { shareIn, splitPairs } from "../split.ts";
import { existingFolder } from "./existing-folder.ts";
import type { OpenFormat } from "./format.ts";

export const openCoco: OpenFormat<"coco"> = async (configuration, { masks, baseDirectory, override }) => {
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const read = async ({ annotations, images }: Omit<CocoFiles, "kind">) => {
    const path = join(directory, annotations);
    const file = await readCocoFile(path);
    const pairs = file.images.map(
      ({ file: name, drawing }): Pair => ({
        name: name.replace(/\.[^./]*$/, ""),
        image: join(directory, images, name),
        label: path,
        drawing,
      }),
    );
    return { path, file, pairs };
  };
  const { validation, test } = configuration;
  const { path, file, pairs } = await read(configuration);
  return {
    source: path,
    masks: masks.values === undefined ? byCategory(masks, file, path) : masks,
    ...splitPairs(pairs, shareIn(validation), shareIn(test)),
    ...(validation.kind === "files" && { validation: (await read(validation)).pairs }),
    ...(test?.kind === "files" && { test: (await read(test)).pairs }),
  };
};

/** @throws UserError naming the classes that are no categories */
function byCategory(masks: MaskConfiguration, { categories }: CocoFile, path: string): MaskConfiguration {
  const categoryOf = (name: string) => categories.find((one) => inWords(one.name) === inWords(name));
  const [first, ...others] = masks.classes;
  const strangers = others.filter((name) => categoryOf(name) === undefined);
  if (strangers.length > 0) {
    const known = categories.map(({ name }) => inWords(name));
    const shown = known.slice(0, 12).join(", ") + (known.length > 12 ? " …" : "");
    throw new UserError(
      `${path} has no category ${strangers.join(", ")}`,
      `name the classes of the network as categories: ${shown}; or give their identifiers: masks [background = 0, ${known[0] ?? "name"} = ${categories[0]?.id ?? 1}]`,
    );
  }
  const named = masks.classes.flatMap((className) => {
    const category = categoryOf(className);
    return category === undefined ? [] : [{ className, value: category.id }];
  });
  const taken = new Set(named.map(({ value }) => value));
  const rest = [0, ...categories.map(({ id }) => id)].filter((id) => !taken.has(id));
  const background = first !== undefined && categoryOf(first) === undefined ? first : undefined;
  if (background === undefined) return { ...masks, values: named, ignore: [...masks.ignore, ...rest] };
  const values = [...rest.map((value) => ({ className: background, value })), ...named];
  return { ...masks, values };
}

/** As the language writes a name: "traffic light" is traffic_light. */
function inWords(name: string): string {
  return name.toLowerCase().replaceAll(/\W+/g, "_");
}
