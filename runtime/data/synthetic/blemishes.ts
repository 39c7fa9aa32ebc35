/** Spots over a picture, as a retoucher finds them: what is under a spot still shows through it. */
import type { Random } from "../../random.ts";

/** Lengths in units of the image's shorter side. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** At its centre, 0 … 1. */
  readonly cover: number;
  /** 0 … 255. */
  readonly colour: readonly [red: number, green: number, blue: number];
}

/** In a square. */
const [fewest, most] = [7, 12];

/**
 * The same picture with 7 to 12 spots in each square of it, dark or reddish, of soft edges.
 * @param image [height, width, 3], sRGB of 8 bits
 */
export function blemished(
  image: Uint8Array,
  [height, width]: readonly [height: number, width: number],
  random: Random,
): Uint8Array {
  const shorter = Math.min(height, width);
  const squares = (height * width) / shorter ** 2;
  const count = Math.round((fewest + random.integer(most - fewest + 1)) * squares);
  const spots = Array.from({ length: count }, () => drawSpot(height / shorter, width / shorter, random));
  const changed = Uint8Array.from(image);
  for (let i = 0; i < height * width; i++) {
    const x = ((i % width) + 0.5) / shorter;
    const y = (Math.floor(i / width) + 0.5) / shorter;
    for (const { radius, cover, colour, ...centre } of spots) {
      const square = ((x - centre.x) ** 2 + (y - centre.y) ** 2) / radius ** 2;
      if (square > 9) continue; // less than a step of 8 bits
      const share = cover * Math.exp(-square);
      for (let c = 0; c < 3; c++) {
        const own = changed[i * 3 + c] ?? 0;
        changed[i * 3 + c] = Math.round(own + share * ((colour[c] ?? 0) - own));
      }
    }
  }
  return changed;
}

function drawSpot(height: number, width: number, random: Random): Spot {
  const red = random.uniform() < 0.5;
  return {
    x: random.between(0, width),
    y: random.between(0, height),
    radius: random.between(0.025, 0.055),
    cover: random.between(0.6, 0.95),
    colour: red ? [random.between(150, 200), 40, 40] : [35, 25, 20],
  };
}
