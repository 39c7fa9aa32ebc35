/** The source coordinates of each pixel of an augmented image: flips, rotation, scale and crop as one affine map. */

/**
 * Pixel i covers [i, i + 1) and is centred at i + 1/2. The centre (y, x) of an output pixel comes from
 * (yy·y + yx·x + y0, xy·y + xx·x + x0) of the source.
 */
export interface GeometricMap {
  /** Of the output, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly yy: number;
  readonly yx: number;
  readonly y0: number;
  readonly xy: number;
  readonly xx: number;
  readonly x0: number;
}

export interface Geometry {
  /** Left to right, top to bottom; before turning. */
  readonly flip: boolean;
  readonly flipVertical: boolean;
  /** Rotations by 90° counter-clockwise, 0 … 3. */
  readonly quarterTurns: number;
  /** Radians counter-clockwise about the centre, after the rotations by 90°. */
  readonly angle: number;
  /** Enlargement. */
  readonly scale: number;
  /** The output's size, and its corner in the enlarged image (negative: outside). */
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

/** @param source [height, width] in pixels */
export function composeMap(source: readonly [number, number], geometry: Geometry): GeometricMap {
  const { quarterTurns, angle, scale } = geometry;
  const [height, width] = quarterTurns % 2 === 0 ? source : [source[1], source[0]];
  // output → enlarged → upright about the centre → turned image
  const cos = angle === 0 ? 1 : Math.cos(angle);
  const sin = angle === 0 ? 0 : Math.sin(angle);
  const centreY = (height * scale) / 2;
  const centreX = (width * scale) / 2;
  const dy = geometry.top - centreY;
  const dx = geometry.left - centreX;
  // a counter-clockwise rotation (y down) takes the source at (cos·y + sin·x, −sin·y + cos·x)
  const turned = {
    yy: cos / scale,
    yx: sin / scale,
    y0: (cos * dy + sin * dx + centreY) / scale,
    xy: -sin / scale,
    xx: cos / scale,
    x0: (-sin * dy + cos * dx + centreX) / scale,
  };
  const { flip, flipVertical } = geometry;
  const upright = unturn(turned, quarterTurns, source);
  return {
    height: geometry.height,
    width: geometry.width,
    ...(flipVertical
      ? { yy: -upright.yy, yx: -upright.yx, y0: source[0] - upright.y0 }
      : { yy: upright.yy, yx: upright.yx, y0: upright.y0 }),
    ...(flip
      ? { xy: -upright.xy, xx: -upright.xx, x0: source[1] - upright.x0 }
      : { xy: upright.xy, xx: upright.xx, x0: upright.x0 }),
  };
}

type Affine = Omit<GeometricMap, "height" | "width">;

/** Maps a point of the rotated image to the image before its rotations by 90°. */
function unturn(p: Affine, quarterTurns: number, [height, width]: readonly [number, number]): Affine {
  switch (quarterTurns) {
    case 0:
      return p;
    case 1: // (y, x) comes from (x, W − y)
      return { yy: p.xy, yx: p.xx, y0: p.x0, xy: -p.yy, xx: -p.yx, x0: width - p.y0 };
    case 2:
      return { yy: -p.yy, yx: -p.yx, y0: height - p.y0, xy: -p.xy, xx: -p.xx, x0: width - p.x0 };
    case 3: // (y, x) comes from (H − x, y)
      return { yy: -p.xy, yx: -p.xx, y0: height - p.x0, xy: p.yy, xx: p.yx, x0: p.y0 };
    default:
      throw new RangeError(`${quarterTurns} quarter turns: 0 to 3`);
  }
}
