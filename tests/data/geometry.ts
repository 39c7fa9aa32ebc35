/** Changes of place in one order, as tests name them: flips, rotations, an enlargement, a window. */
import {
  canvasOf,
  type GeometricMap,
  geometricMap,
  mirrored,
  mirroredVertically,
  quarterTurned,
  rotated,
  scaled,
  windowOf,
} from "../../runtime/data/canvas.ts";

export interface Geometry {
  readonly flip: boolean;
  readonly flipVertical: boolean;
  /** By 90° counter-clockwise. */
  readonly quarterTurns: number;
  /** Radians counter-clockwise. */
  readonly angle: number;
  readonly scale: number;
  /** Of the window, and its corner in the enlarged image. */
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

export const still: Geometry = {
  flip: false,
  flipVertical: false,
  quarterTurns: 0,
  angle: 0,
  scale: 1,
  height: 2,
  width: 3,
  top: 0,
  left: 0,
};

export function mapOf([height, width]: readonly [number, number], geometry: Geometry): GeometricMap {
  let canvas = canvasOf(height, width);
  if (geometry.flip) canvas = mirrored(canvas);
  if (geometry.flipVertical) canvas = mirroredVertically(canvas);
  canvas = quarterTurned(canvas, geometry.quarterTurns);
  if (geometry.angle !== 0) canvas = rotated(canvas, geometry.angle);
  if (geometry.scale !== 1) canvas = scaled(canvas, geometry.scale);
  canvas = windowOf(canvas, [geometry.height, geometry.width], geometry.top, geometry.left);
  return geometricMap(canvas, [geometry.height, geometry.width]);
}
