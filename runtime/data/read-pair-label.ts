/** The label image of a pair: its file, or made from the objects of the image. */
import type { LabelImage } from "../images/label-image.ts";
import type { Region } from "../images/raster.ts";
import { readLabel } from "../images/read-label.ts";
import { labelRegion, readLabelRegion } from "../images/rows/read-region.ts";
import { UserError } from "../user-error.ts";
import { drawShapes } from "./annotations/shapes.ts";
import type { Pair } from "./pair.ts";

/** Values of a label image made from objects. */
const [insideOne, whereTwoMeet, nearTheEdge] = [1, 2, 3];

/** @param region left out: all of it @throws UserError naming a file that cannot be read, or is of another size than the others; when the pair has no label */
export async function readPairLabel(pair: Pair, region?: Region): Promise<LabelImage> {
  const { name, label, objects, numbered, border = 0, drawing } = pair;
  if (drawing !== undefined) return labelRegion(drawShapes(drawing), region);
  if (objects !== undefined) return labelRegion(merged(await readObjects(objects), border), region);
  if (label === undefined) throw new Error(`${name} has no label`);
  if (numbered !== true) return readLabelRegion(label, region);
  const image = await readLabel(label);
  return labelRegion(merged({ ...image, owner: image.values, overlaps: [] }, border), region);
}

/** Files of one image that show an object each, as numbers of objects. */
export interface Objects {
  readonly height: number;
  readonly width: number;
  /** The number of the object at each pixel, 0: none. */
  readonly owner: ArrayLike<number>;
  /** Pixels that two objects have. */
  readonly overlaps: readonly number[];
}

/** A file for each object: everything but 0, or black, is one. */
export async function readObjects(files: readonly string[]): Promise<Objects> {
  const [first, ...others] = files;
  if (first === undefined) throw new Error("a pair has no objects");
  const { width, height, values } = await readLabel(first);
  const owner = Uint32Array.from(values, (value) => (value === 0 ? 0 : 1));
  const overlaps: number[] = [];
  for (const [i, file] of others.entries()) {
    const object = await readLabel(file);
    if (object.width !== width || object.height !== height) {
      throw new UserError(
        `${file} has ${object.height}×${object.width} pixels, and ${first} has ${height}×${width}`,
        "the files of one image's objects must have its size",
      );
    }
    object.values.forEach((value, at) => {
      if (value === 0) return;
      if (owner[at] !== 0) overlaps.push(at);
      owner[at] = i + 2;
    });
  }
  return { width, height, owner, overlaps };
}

/**
 * 0 where no object is, 1 inside an object, 2 where an object touches another, in its eight neighbours, or two overlap; 3 within `border`
 * pixels, along rows, columns and diagonals, of what is not its object.
 */
function merged({ height, width, owner, overlaps }: Objects, border: number): LabelImage {
  const values = Uint16Array.from(owner, (number) => (number === 0 ? 0 : insideOne));
  const meetings: number[] = [...overlaps];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const own = owner[at] ?? 0;
      let [meets, edge] = [false, false];
      around(y, x, 1, height, width, (other) => {
        if (owner[other] === own) return;
        edge = true;
        meets ||= own !== 0 && owner[other] !== 0;
      });
      if (meets) meetings.push(at);
      if (edge && border > 0)
        around(y, x, border, height, width, (other) => {
          if (owner[other] !== own && owner[other] !== 0) values[other] = nearTheEdge;
        });
    }
  }
  for (const at of meetings) values[at] = whereTwoMeet;
  return { width, height, kind: "grey", values, palette: undefined };
}

function around(
  y: number,
  x: number,
  reach: number,
  height: number,
  width: number,
  visit: (at: number) => void,
): void {
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++)
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++)
      visit(row * width + column);
}
