/** Objects of an image drawn into a label image. */
import type { LabelImage } from "../../images/label-image.ts";

/** Pixels of an object, and the value that they get. */
export type Shape = {
  readonly value: number;
  /** The name of its class, where the annotations have names. */
  readonly category?: string;
  /** It is a group of objects, not one. */
  readonly crowd?: true;
} & (
  | {
      /** Corners x, y, x, y … of closed outlines, in pixels; the corner of the image is 0, 0. */
      readonly polygons: readonly (readonly number[])[];
    }
  | {
      /** Numbers of pixels outside and inside the object by turns, column by column. */
      readonly runs: readonly number[];
    }
);

/** What is drawn on an image: later shapes over earlier ones, 0 where none is. */
export interface Drawing {
  readonly height: number;
  readonly width: number;
  readonly shapes: readonly Shape[];
}

export function drawShapes({ height, width, shapes }: Drawing): LabelImage {
  const values = new Int32Array(height * width);
  for (const shape of shapes) {
    if ("runs" in shape) fillRuns(shape.runs, shape.value, values, height, width);
    else for (const corners of shape.polygons) fillPolygon(corners, shape.value, values, height, width);
  }
  return { height, width, kind: "grey", values, palette: undefined };
}

function fillRuns(
  runs: readonly number[],
  value: number,
  values: Int32Array,
  height: number,
  width: number,
): void {
  let at = 0;
  for (const [i, length] of runs.entries()) {
    if (i % 2 === 1)
      for (let k = at; k < Math.min(at + length, height * width); k++)
        values[(k % height) * width + Math.floor(k / height)] = value;
    at += length;
  }
}

/** The pixels whose centres are inside, by the even-odd rule. */
function fillPolygon(
  corners: readonly number[],
  value: number,
  values: Int32Array,
  height: number,
  width: number,
): void {
  const count = corners.length >> 1;
  const [x, y] = [
    (i: number) => corners[2 * (i % count)] ?? 0,
    (i: number) => corners[2 * (i % count) + 1] ?? 0,
  ];
  let [top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) [top, bottom] = [Math.min(top, y(i)), Math.max(bottom, y(i))];
  for (let row = Math.max(0, Math.ceil(top - 0.5)); row < Math.min(height, bottom); row++) {
    const centre = row + 0.5;
    const crossings: number[] = [];
    for (let i = 0; i < count; i++) {
      const [y0, y1] = [y(i), y(i + 1)];
      if (y0 <= centre === y1 <= centre) continue;
      crossings.push(x(i) + ((centre - y0) / (y1 - y0)) * (x(i + 1) - x(i)));
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil((crossings[i] ?? 0) - 0.5));
      const to = Math.min(width, Math.ceil((crossings[i + 1] ?? 0) - 0.5));
      if (to > from) values.fill(value, row * width + from, row * width + to);
    }
  }
}
