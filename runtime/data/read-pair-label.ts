/** The label image of a pair: its file, or made from files that show one object each. */
import type { LabelImage } from "../images/label-image.ts";
import { readLabel } from "../images/read-label.ts";
import { UserError } from "../user-error.ts";
import { drawShapes } from "./annotations/shapes.ts";
import type { Pair } from "./pair.ts";

/** Values of a label image made from objects. */
const [insideOne, whereTwoMeet] = [1, 2];

/** @throws UserError naming a file that cannot be read, or is of another size than the others; when the pair has no label */
export async function readPairLabel({ name, label, objects, drawing }: Pair): Promise<LabelImage> {
  if (drawing !== undefined) return drawShapes(drawing);
  if (objects !== undefined) return readObjects(objects);
  if (label === undefined) throw new Error(`${name} has no label`);
  return readLabel(label);
}

/**
 * 0 where no file shows an object (everything but 0, or black, is one), 1 inside an object, 2 where an object touches another, in
 * its eight neighbours, or two overlap.
 */
async function readObjects(files: readonly string[]): Promise<LabelImage> {
  const [first, ...others] = files;
  if (first === undefined) throw new Error("a pair has no objects");
  const { width, height, values } = await readLabel(first);
  /** The number of the object at each pixel, from 1. */
  const owner = Uint32Array.from(values, (value) => (value === 0 ? 0 : 1));
  const merged = Uint16Array.from(owner, (number) => (number === 0 ? 0 : insideOne));
  for (const [i, file] of others.entries()) {
    const object = await readLabel(file);
    if (object.width !== width || object.height !== height) {
      throw new UserError(
        `${file} has ${object.height}×${object.width} pixels, and ${first} has ${height}×${width}`,
        "The files of one image's objects must have its size.",
      );
    }
    object.values.forEach((value, at) => {
      if (value === 0) return;
      merged[at] = owner[at] === 0 ? insideOne : whereTwoMeet;
      owner[at] = i + 2;
    });
  }
  markMeetings(owner, merged, width, height);
  return { width, height, kind: "grey", values: merged, palette: undefined };
}

function markMeetings(owner: Uint32Array, merged: Uint16Array, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = owner[y * width + x] ?? 0;
      if (own === 0) continue;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const other = owner[row * width + column] ?? 0;
          if (other !== 0 && other !== own) merged[y * width + x] = whereTwoMeet;
        }
      }
    }
  }
}
