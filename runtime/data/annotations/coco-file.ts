/** Files of annotations as COCO has them. */
import { readFile } from "node:fs/promises";
import { reasonOf } from "../../files/file-error.ts";
import { UserError } from "../../user-error.ts";
import { runsOfText } from "./run-lengths.ts";
import type { Drawing, Shape } from "./shapes.ts";

export interface CocoFile {
  readonly images: readonly { readonly file: string; readonly drawing: Drawing }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The value of an object's pixels is its category. Larger objects come first, so that smaller ones are drawn over them; groups (iscrowd)
 * before both.
 * @throws UserError naming the file, and the annotation that cannot be read
 */
export async function readCocoFile(path: string): Promise<CocoFile> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} cannot be read as COCO annotations: ${reasonOf(error)}`);
  }
  const images = listOf(content, "images", path);
  const annotations = listOf(content, "annotations", path);
  const categories = listOf(content, "categories", path).map((category) => ({
    id: numberOf(category, "id", path),
    name: textOf(category, "name", path),
  }));
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const byImage = new Map<number, { readonly shape: Shape; readonly order: number }[]>();
  for (const annotation of annotations) {
    const shape = shapeOf(annotation, path);
    if (shape === undefined) continue;
    const image = numberOf(annotation, "image_id", path);
    const crowd = annotation.iscrowd === 1;
    const category = names.get(shape.value);
    const told = {
      ...shape,
      ...(category !== undefined && { category }),
      ...(crowd && { crowd: true as const }),
    };
    const order = crowd ? Number.POSITIVE_INFINITY : Number(annotation.area ?? 0);
    byImage.set(image, [...(byImage.get(image) ?? []), { shape: told, order }]);
  }
  return {
    categories,
    images: images.map((image) => {
      const shapes = byImage.get(numberOf(image, "id", path)) ?? [];
      const sorted = [...shapes].sort((a, b) => (a.order === b.order ? 0 : b.order - a.order));
      return {
        file: textOf(image, "file_name", path),
        drawing: {
          height: numberOf(image, "height", path),
          width: numberOf(image, "width", path),
          shapes: sorted.map(({ shape }) => shape),
        },
      };
    }),
  };
}

/** `undefined`: an annotation without pixels. */
function shapeOf(annotation: Fields, path: string): Shape | undefined {
  const { segmentation } = annotation;
  const value = numberOf(annotation, "category_id", path);
  if (segmentation === undefined) return undefined;
  if (Array.isArray(segmentation) && segmentation.every(isCorners)) {
    const polygons = segmentation.filter((corners) => corners.length >= 6);
    return polygons.length === 0 ? undefined : { value, polygons };
  }
  const counts = isFields(segmentation) ? segmentation.counts : undefined;
  if (typeof counts === "string") return { value, runs: runsOfText(counts) };
  if (isCorners(counts)) return { value, runs: counts };
  throw new UserError(
    `${path}: annotation ${String(annotation.id)} has a segmentation that is neither polygons nor run lengths`,
    'polygons are lists of x, y, x, y …; run lengths {"counts": […], "size": [height, width]}',
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isCorners(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

function listOf(content: unknown, key: string, path: string): readonly Fields[] {
  const list = isFields(content) ? content[key] : undefined;
  if (Array.isArray(list) && list.every(isFields)) return list;
  throw new UserError(
    `${path} has no list "${key}", so it is not a file of COCO annotations`,
    'such a file has the lists "images", "annotations" and "categories"',
  );
}

function numberOf(fields: Fields, key: string, path: string): number {
  const value = fields[key];
  if (typeof value === "number") return value;
  throw new UserError(`${path}: "${key}" is missing in ${JSON.stringify(fields).slice(0, 80)}`);
}

function textOf(fields: Fields, key: string, path: string): string {
  const value = fields[key];
  if (typeof value === "string") return value;
  throw new UserError(`${path}: "${key}" is missing in ${JSON.stringify(fields).slice(0, 80)}`);
}
