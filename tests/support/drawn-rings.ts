/** Polygons drawn as masks, as naively as it can be done. */
import type { Ring } from "../../runtime/polygons/island-rings.ts";

/** 1 where the centre of a pixel is inside an odd number of rings. */
export function drawn(rings: readonly Ring[], height: number, width: number): Uint8Array {
  const mask = new Uint8Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let crossings = 0;
      for (const ring of rings)
        for (const [i, [x1, y1]] of ring.entries()) {
          const [x2, y2] = ring[(i + 1) % ring.length] ?? [0, 0];
          if (x1 === x2 && x1 > x + 0.5 && Math.min(y1, y2) < y + 0.5 && Math.max(y1, y2) > y + 0.5)
            crossings++;
        }
      mask[y * width + x] = crossings % 2;
    }
  return mask;
}
