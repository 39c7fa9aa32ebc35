/** Images, and the files that show one object of them each. */
import { dirname } from "node:path";
import { UserError } from "../user-error.ts";
import type { Pair } from "./pair.ts";
import { filesOf } from "./pair-files.ts";

/**
 * The last star of `objects` matches the object. What the stars before it match names the image: all that the stars of `images`
 * match, or the first of them.
 * @param directory absolute
 * @throws UserError when a pattern matches nothing, or naming images without objects, objects without an image
 */
export async function pairObjects(
  directory: string,
  images: string,
  objects: string,
): Promise<readonly Pair[]> {
  const imageFiles = await filesOf(directory, images);
  const groups = new Map<string, string[]>();
  for (const [key, file] of await filesOf(directory, objects)) {
    const group = parent(key);
    if (group === undefined) {
      throw new UserError(
        `"${objects}" has one star, and a pattern of object files needs two: one for the image, one for the object`,
        'write, for example, images = "*/images/*.png", labels = "*/masks/*.png", objects',
      );
    }
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  const owners = new Map<string, string>();
  const pairs = [...imageFiles].map(([name, image]): Pair => {
    const group = nearestGroup(name, groups);
    const files = group === undefined ? undefined : groups.get(group);
    const [first] = files ?? [];
    if (group === undefined || files === undefined || first === undefined) {
      throw unpaired(`${image} has no object files`, images, objects);
    }
    const other = owners.get(group);
    if (other !== undefined) throw unpaired(`${other} and ${image} have the same objects`, images, objects);
    owners.set(group, image);
    return { name, image, label: dirname(first), objects: files };
  });
  const [lonely] = [...groups].filter(([group]) => !owners.has(group));
  if (lonely === undefined) return pairs;
  throw unpaired(`the objects in ${dirname(lonely[1][0] ?? "")} have no image`, images, objects);
}

/** The longest beginning of an image's name, part by part, that has objects. */
function nearestGroup(name: string, groups: ReadonlyMap<string, unknown>): string | undefined {
  for (let part: string | undefined = name; part !== undefined; part = parent(part)) {
    if (groups.has(part)) return part;
  }
  return undefined;
}

function parent(key: string): string | undefined {
  const slash = key.lastIndexOf("/");
  return slash < 0 ? undefined : key.slice(0, slash);
}

function unpaired(what: string, images: string, objects: string): UserError {
  return new UserError(
    what,
    `an image and its objects share what the first stars match in "${images}" and "${objects}"; the last star tells the objects apart: add the missing files, remove the others, or change the patterns`,
  );
}
