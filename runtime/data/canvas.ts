/** The image under its changes of place: a size, and where each of its points comes from in the source, as one affine map. */

/** The point (y, x) comes from (yy·y + yx·x + y0, xy·y + xx·x + x0). Pixel i covers [i, i + 1) and is centred at i + 1/2. */
export interface Affine {
  readonly yy: number;
  readonly yx: number;
  readonly y0: number;
  readonly xy: number;
  readonly xx: number;
  readonly x0: number;
}

/** From the pixels of a window to the source. */
export interface GeometricMap extends Affine {
  /** In pixels. */
  readonly height: number;
  readonly width: number;
}

export interface Canvas {
  /** Of the whole content, in pixels; fractional after a scaling. */
  readonly height: number;
  readonly width: number;
  /** [height, width] that the content is to have at the end: that of the image, or of the last crop. */
  readonly wanted: readonly [height: number, width: number];
  readonly map: Affine;
}

const identity: Affine = { yy: 1, yx: 0, y0: 0, xy: 0, xx: 1, x0: 0 };

export function canvasOf(height: number, width: number): Canvas {
  return { height, width, wanted: [height, width], map: identity };
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
  const { map } = canvas;
  return {
    ...canvas,
    map: {
      yy: map.yy * inner.yy + map.yx * inner.xy,
      yx: map.yy * inner.yx + map.yx * inner.xx,
      y0: map.yy * inner.y0 + map.yx * inner.x0 + map.y0,
      xy: map.xy * inner.yy + map.xx * inner.xy,
      xx: map.xy * inner.yx + map.xx * inner.xx,
      x0: map.xy * inner.y0 + map.xx * inner.x0 + map.x0,
    },
  };
}

/** How much larger the result is than the source. */
export function enlargement({ yy, yx, xy, xx }: Affine): number {
  return 1 / Math.sqrt(Math.abs(yy * xx - yx * xy));
}
