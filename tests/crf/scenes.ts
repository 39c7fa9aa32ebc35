/** Small random images with a guess of their classes, for tests of the conditional random field. */
import type { ColourImage } from "../../runtime/crf/image-kernels.ts";
import { Random } from "../../runtime/random.ts";

export interface GuessedScene {
  readonly image: ColourImage;
  /** [height, width, classes] */
  readonly probabilities: Float32Array;
  /** The same, one row a pixel. */
  readonly rows: readonly (readonly number[])[];
  readonly classes: number;
}

/**
 * Regions of one colour each with noise of so many grey levels (its standard deviation), and an uncertain guess of the region
 * at every pixel.
 */
export function guessedScene(
  seed: number,
  width: number,
  height: number,
  classes: number,
  noise = 4,
): GuessedScene {
  const random = new Random(seed, "guessed scene");
  const centres = Array.from({ length: classes }, () => ({
    x: random.between(0, width),
    y: random.between(0, height),
    colour: [0, 0, 0].map(() => random.between(20, 235)),
  }));
  const levels: number[] = [];
  const rows: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distances = centres.map((centre) => Math.hypot(centre.x - x, centre.y - y));
      const region = distances.indexOf(Math.min(...distances));
      for (const level of centres[region]?.colour ?? []) levels.push(level + noise * random.normal());
      const scores = centres.map((_, c) => Math.exp((c === region ? 1 : 0) + random.normal()));
      const sum = scores.reduce((a, b) => a + b, 0);
      rows.push(scores.map((score) => Math.fround(score / sum)));
    }
  }
  return {
    image: { width, height, channels: 3, levels: Float32Array.from(levels) },
    probabilities: Float32Array.from(rows.flat()),
    rows,
    classes,
  };
}

/** The index of the largest of every row of `classes`. */
export function chosen(probabilities: ArrayLike<number>, classes: number): readonly number[] {
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    const row = Array.from({ length: classes }, (_, c) => probabilities[i * classes + c] ?? Number.NaN);
    return row.indexOf(Math.max(...row));
  });
}
