/** The homography of four moved corners. */
import type { Random } from "../../random.ts";
import type { Warp } from "../canvas.ts";

type Corner = readonly [y: number, x: number];
type Corners = readonly [topLeft: Corner, topRight: Corner, bottomRight: Corner, bottomLeft: Corner];
/** Rows of a 3×3 matrix, of points (x, y, 1). */
type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** @param distortion the largest move of a corner, of height and width */
export function drawPerspective(
  { height, width }: { readonly height: number; readonly width: number },
  distortion: number,
  random: Random,
): Warp {
  const moved = (y: number, x: number): Corner => [
    (y + random.between(-distortion, distortion)) * height,
    (x + random.between(-distortion, distortion)) * width,
  ];
  return perspectiveWarp({ height, width }, [moved(0, 0), moved(0, 1), moved(1, 1), moved(1, 0)]);
}

/** @param corners where those of the content are seen; a convex shape */
export function perspectiveWarp(
  { height, width }: { readonly height: number; readonly width: number },
  corners: Corners,
): Warp {
  const [a, b, c, d, e, f, g, h, i] = inverse(fromUnitSquare(corners));
  return (point) => {
    const { y, x } = point;
    const w = g * x + h * y + i;
    point.x = (width * (a * x + b * y + c)) / w;
    point.y = (height * (d * x + e * y + f)) / w;
  };
}

/** Heckbert 1989, section 2.2.3: the map of the unit square to a quadrilateral. */
function fromUnitSquare([[y0, x0], [y1, x1], [y2, x2], [y3, x3]]: Corners): Matrix {
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}

/** Up to a factor, which homographies do not have: the adjugate. */
function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}
