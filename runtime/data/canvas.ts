/** The image under its changes of place: a size, and where each of its points comes from in the source. */

/** The point (y, x) comes from (yy·y + yx·x + y0, xy·y + xx·x + x0). Pixel i covers [i, i + 1) and is centred at i + 1/2. */
export interface Affine {
  readonly yy: number;
  readonly yx: number;
  readonly y0: number;
  readonly xy: number;
  readonly xx: number;
  readonly x0: number;
}

/** How directions change, and by how much lengths: a rotation, a reflection, a scale. */
export type Linear = Pick<Affine, "yy" | "yx" | "xy" | "xx">;

export interface Point {
  y: number;
  x: number;
}

/** A change of coordinates that is not affine; it moves the point in place. */
export type Warp = (point: Point) => void;

/** From the points of a canvas to the source: first the affine map, then the warp. */
interface Origin {
  readonly map: Affine;
  /** `undefined`: the affine map leads to the source. */
  readonly warp: Warp | undefined;
  /**
   * The linear part of flips, rotations and scalings alone. What has a direction or a length in the scene changes with these; shears and
   * warps only move it.
   */
  readonly similarity: Linear;
}

/** From the pixels of a window to the source. */
export interface GeometricMap extends Omit<Origin, "map">, Affine {
  /** In pixels. */
  readonly height: number;
  readonly width: number;
}

export interface Canvas extends Origin {
  /** Of the whole content, in pixels; fractional after a scaling. */
  readonly height: number;
  readonly width: number;
  /** [height, width] that the content is to have at the end: that of the image, or of the last crop. */
  readonly wanted: readonly [height: number, width: number];
}

const identity: Affine = { yy: 1, yx: 0, y0: 0, xy: 0, xx: 1, x0: 0 };

export function canvasOf(height: number, width: number): Canvas {
  return { height, width, wanted: [height, width], map: identity, warp: undefined, similarity: identity };
}

/** Of the canvas's upper left part of a size. */
export function geometricMap(
  { map, warp, similarity }: Canvas,
  [height, width]: readonly [height: number, width: number],
): GeometricMap {
  return { ...map, warp, similarity, height, width };
}

/**
 * The same changes of a picture of another size that shows the same: its point (y, x) is the point (y / down, x / across) of the image.
 * @param scale pixels of the picture in one of the image, along each axis
 * @param size of the result, in pixels of the picture
 */
export function inPicture(
  map: GeometricMap,
  [down, across]: readonly [down: number, across: number],
  [height, width]: readonly [height: number, width: number],
): GeometricMap {
  const { warp } = map;
  const linear = { yy: map.yy, yx: (map.yx * down) / across, xy: (map.xy * across) / down, xx: map.xx };
  if (warp === undefined) return { ...map, ...linear, y0: map.y0 * down, x0: map.x0 * across, height, width };
  // The affine map leads to the image's points, which the warp moves: from there on to the picture's.
  const whole = (point: Point): void => {
    warp(point);
    point.y *= down;
    point.x *= across;
  };
  const inner = { yy: map.yy / down, yx: map.yx / across, xy: map.xy / down, xx: map.xx / across };
  return { ...map, ...inner, warp: whole, height, width };
}

/** Takes the centre of a pixel of the result to the source. */
export function toSource(map: GeometricMap, y: number, x: number, point: Point): void {
  point.y = map.yy * (y + 0.5) + map.yx * (x + 0.5) + map.y0;
  point.x = map.xy * (y + 0.5) + map.xx * (x + 0.5) + map.x0;
  map.warp?.(point);
}

/** Whether pixel centres meet pixel centres one by one: whole shifts, flips and quarter turns. */
export function copiesPixels({ yy, yx, xy, xx, y0, x0, warp }: GeometricMap): boolean {
  const unit = (value: number) => Math.abs(value) === 1;
  const along = unit(yy) && unit(xx) && yx === 0 && xy === 0;
  const across = unit(yx) && unit(xy) && yy === 0 && xx === 0;
  return warp === undefined && (along || across) && Number.isInteger(y0) && Number.isInteger(x0);
}

export function mirrored(canvas: Canvas): Canvas {
  return through(canvas, { ...identity, xx: -1, x0: canvas.width });
}

export function mirroredVertically(canvas: Canvas): Canvas {
  return through(canvas, { ...identity, yy: -1, y0: canvas.height });
}

/** @param turns by 90° counter-clockwise, 0 … 3 */
export function quarterTurned(canvas: Canvas, turns: number): Canvas {
  const { height, width, wanted } = canvas;
  const across = { height: width, width: height, wanted: [wanted[1], wanted[0]] } as const;
  switch (turns) {
    case 0:
      return canvas;
    case 1: // (y, x) comes from (x, W − y)
      return { ...through(canvas, { yy: 0, yx: 1, y0: 0, xy: -1, xx: 0, x0: width }), ...across };
    case 2:
      return mirrored(mirroredVertically(canvas));
    case 3: // (y, x) comes from (H − x, y)
      return { ...through(canvas, { yy: 0, yx: -1, y0: height, xy: 1, xx: 0, x0: 0 }), ...across };
    default:
      throw new RangeError(`${turns} quarter turns: 0 to 3`);
  }
}

/** About the centre. @param angle in radians, counter-clockwise */
export function rotated(canvas: Canvas, angle: number): Canvas {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [centreY, centreX] = [canvas.height / 2, canvas.width / 2];
  // a counter-clockwise rotation (y down) takes the source at (cos·y + sin·x, −sin·y + cos·x)
  return through(canvas, {
    yy: cos,
    yx: sin,
    y0: centreY - cos * centreY - sin * centreX,
    xy: -sin,
    xx: cos,
    x0: centreX + sin * centreY - cos * centreX,
  });
}

export function scaled(canvas: Canvas, factor: number): Canvas {
  const { height, width } = canvas;
  const inverse = 1 / factor;
  return {
    ...through(canvas, { ...identity, yy: inverse, xx: inverse }),
    height: height * factor,
    width: width * factor,
  };
}

/** @param down, right in pixels */
export function shifted(canvas: Canvas, down: number, right: number): Canvas {
  return through(canvas, { ...identity, y0: -down, x0: -right });
}

/** About the centre. @param of what is slanted: columns lean to the left at the top for a positive angle @param angle in radians */
export function sheared(canvas: Canvas, of: "columns" | "rows", angle: number): Canvas {
  const slope = Math.tan(angle);
  const inner =
    of === "columns"
      ? { ...identity, xy: -slope, x0: (slope * canvas.height) / 2 }
      : { ...identity, yx: -slope, y0: (slope * canvas.width) / 2 };
  return { ...through(canvas, inner), similarity: canvas.similarity };
}

/** @param inner takes new points to those of the canvas */
export function warped(canvas: Canvas, inner: Warp): Canvas {
  const { map, warp } = canvas;
  const whole = (point: Point): void => {
    inner(point);
    const { y, x } = point;
    point.y = map.yy * y + map.yx * x + map.y0;
    point.x = map.xy * y + map.xx * x + map.x0;
    warp?.(point);
  };
  return { ...canvas, map: identity, warp: whole };
}

/** The part of a size whose corner is at (top, left); negative: outside. */
export function windowOf(
  canvas: Canvas,
  [height, width]: readonly [height: number, width: number],
  top: number,
  left: number,
): Canvas {
  return {
    ...through(canvas, { ...identity, y0: top, x0: left }),
    height,
    width,
    wanted: [height, width],
  };
}

/** The canvas of a change of coordinates: `inner` takes new points to those of the canvas. */
function through(canvas: Canvas, inner: Affine): Canvas {
  const { map, similarity } = canvas;
  return {
    ...canvas,
    map: {
      ...composed(map, inner),
      y0: map.yy * inner.y0 + map.yx * inner.x0 + map.y0,
      x0: map.xy * inner.y0 + map.xx * inner.x0 + map.x0,
    },
    similarity: composed(similarity, inner),
  };
}

function composed(outer: Linear, inner: Linear): Linear {
  return {
    yy: outer.yy * inner.yy + outer.yx * inner.xy,
    yx: outer.yy * inner.yx + outer.yx * inner.xx,
    xy: outer.xy * inner.yy + outer.xx * inner.xy,
    xx: outer.xy * inner.yx + outer.xx * inner.xx,
  };
}

/** How much larger the result is than the source. */
export function enlargement({ similarity: { yy, yx, xy, xx } }: Pick<Origin, "similarity">): number {
  return 1 / Math.sqrt(Math.abs(yy * xx - yx * xy));
}
