/** The objects of an image: which pixels each has, and where its centre is. */
import { readImageSize } from "../../images/read-image-size.ts";
import { readLabel } from "../../images/read-label.ts";
import { UserError } from "../../user-error.ts";
import { isPointsFile, readPoints } from "../annotations/points-file.ts";
import { type Drawing, drawShapes } from "../annotations/shapes.ts";
import type { Pair } from "../pair.ts";
import { readObjects } from "../read-pair-label.ts";

export interface ObjectCentre {
  /** In pixels; the centre of the first pixel is at 0.5. */
  readonly y: number;
  readonly x: number;
  /** `undefined`: the file does not say. */
  readonly name: string | undefined;
  /** Where it was read, for messages. */
  readonly at: string;
}

export interface ImageObjects {
  readonly height: number;
  readonly width: number;
  /** [height, width]: the number of the object of each pixel, 0: none, −1: not known. `undefined`: points have no pixels. */
  readonly owner: ArrayLike<number> | undefined;
  /** By number. */
  readonly centres: ReadonlyMap<number, ObjectCentre>;
}

/** @param file "labels": what the pair itself shows of its objects @throws UserError naming a file that cannot be read, or has no objects */
export async function objectsOf(pair: Pair, file: string | "labels"): Promise<ImageObjects> {
  if (file !== "labels")
    return isPointsFile(file) ? pointsOf(pair, file) : withCentres(await numbered(file), file);
  const { label, objects, drawing, numbered: isNumbered } = pair;
  if (drawing !== undefined) return drawn(drawing, label ?? pair.image);
  if (objects !== undefined) return withCentres(await readObjects(objects), label ?? pair.image);
  if (isNumbered === true && label !== undefined) return withCentres(await numbered(label), label);
  throw new UserError(
    `${label ?? pair.image} does not tell the objects of an image apart`,
    "add instances or objects to the folder of data, or give the target files that number the objects",
  );
}

async function numbered(file: string) {
  const { height, width, values } = await readLabel(file);
  return { height, width, owner: values };
}

async function pointsOf(pair: Pair, file: string): Promise<ImageObjects> {
  const [height, width] = await readImageSize(pair.image);
  const centres = new Map<number, ObjectCentre>();
  for (const [i, { y, x, name, line }] of (await readPoints(file)).entries()) {
    const at = `${file}:${line}`;
    if (y < 0 || x < 0 || y > height || x > width)
      throw new UserError(
        `${at}: the point x ${x}, y ${y} is outside its image ${pair.image}, which has ${height}×${width} pixels`,
        "x is to the right and y down, in pixels from the upper left corner.",
      );
    centres.set(i + 1, { y, x, name, at });
  }
  return { height, width, owner: undefined, centres };
}

/** Later shapes over earlier ones; groups of objects are not known. */
function drawn(drawing: Drawing, at: string): ImageObjects {
  const { shapes } = drawing;
  const own = shapes.map((shape, i) => ({ ...shape, value: shape.crowd ? -1 : i + 1 }));
  const { height, width, values } = drawShapes({ ...drawing, shapes: own });
  return withCentres({ height, width, owner: values }, at, (number) => shapes[number - 1]?.category);
}

function withCentres(
  { height, width, owner }: Pick<ImageObjects, "height" | "width"> & { readonly owner: ArrayLike<number> },
  at: string,
  nameOf: (number: number) => string | undefined = () => undefined,
): ImageObjects {
  const sums = new Map<number, { count: number; y: number; x: number }>();
  for (let pixel = 0; pixel < height * width; pixel++) {
    const number = owner[pixel] ?? 0;
    if (number <= 0) continue;
    let sum = sums.get(number);
    if (sum === undefined) {
      sum = { count: 0, y: 0, x: 0 };
      sums.set(number, sum);
    }
    sum.count += 1;
    sum.y += Math.floor(pixel / width) + 0.5;
    sum.x += (pixel % width) + 0.5;
  }
  const centres = new Map(
    [...sums].map(([number, { count, y, x }]) => [
      number,
      { y: y / count, x: x / count, name: nameOf(number), at },
    ]),
  );
  return { height, width, owner, centres };
}
