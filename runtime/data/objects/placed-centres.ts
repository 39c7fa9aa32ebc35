/** Where the centres of objects are in an image that was changed. */
import { type GeometricMap, type Point, toSource } from "../canvas.ts";

/** Of a layer: by number, [y, x] in pixels of the source, and the channel of the class. */
export type Centres = ReadonlyMap<
  number,
  { readonly y: number; readonly x: number; readonly channel: number }
>;

/**
 * By number, in pixels of the result. Exact under an affine map, of whatever is outside of the result too; under a warp the nearest pixel of
 * the result, of those inside it alone.
 */
export function placedCentres(map: GeometricMap, centres: Centres): ReadonlyMap<number, Point> {
  if (map.warp !== undefined) return searched(map, centres);
  const { yy, yx, y0, xy, xx, x0 } = map;
  const determinant = yy * xx - yx * xy;
  return new Map(
    [...centres].map(([number, { y, x }]) => {
      const [down, right] = [y - y0, x - x0];
      return [
        number,
        { y: (xx * down - yx * right) / determinant, x: (yy * right - xy * down) / determinant },
      ];
    }),
  );
}

/** The pixel of the result that comes from nearest to each centre, where one comes from next to it. */
function searched(map: GeometricMap, centres: Centres): ReadonlyMap<number, Point> {
  const points: { readonly y: number; readonly x: number; readonly from: Point }[] = [];
  let furthest = 1;
  let before: Point | undefined;
  for (let y = 0; y < map.height; y++)
    for (let x = 0; x < map.width; x++) {
      const from = { y: 0, x: 0 };
      toSource(map, y, x, from);
      if (x > 0 && before !== undefined)
        furthest = Math.max(furthest, Math.hypot(from.y - before.y, from.x - before.x));
      before = from;
      points.push({ y: y + 0.5, x: x + 0.5, from });
    }
  const side = Math.min(furthest, 16);
  const cellOf = (y: number, x: number) => `${Math.floor(y / side)} ${Math.floor(x / side)}`;
  const near = new Map<string, number[]>();
  for (const [number, { y, x }] of centres)
    for (const dy of [-side, 0, side])
      for (const dx of [-side, 0, side]) {
        const cell = cellOf(y + dy, x + dx);
        near.set(cell, [...(near.get(cell) ?? []), number]);
      }
  const found = new Map<number, { readonly distance: number; readonly point: Point }>();
  for (const { y, x, from } of points)
    for (const number of near.get(cellOf(from.y, from.x)) ?? []) {
      const centre = centres.get(number);
      if (centre === undefined) continue;
      const distance = Math.hypot(centre.y - from.y, centre.x - from.x);
      if (distance <= side && distance < (found.get(number)?.distance ?? Number.POSITIVE_INFINITY))
        found.set(number, { distance, point: { y, x } });
    }
  return new Map([...found].map(([number, { point }]) => [number, point]));
}
