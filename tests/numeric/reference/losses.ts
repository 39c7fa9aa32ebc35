/** Losses of a flat map in float64, written as their formulas stand; what the engines are compared with. */

/** Cells by channels, row major; the target and what is known of it. */
export interface Values {
  readonly images: number;
  readonly cells: number;
  readonly channels: number;
}

const at = (list: ArrayLike<number>, i: number) => list[i] ?? Number.NaN;
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

function knownCells({ images, cells }: Values, valid: ArrayLike<number>): number[] {
  return Array.from({ length: images * cells }, (_, i) => i).filter((i) => at(valid, i) === 1);
}

/** Σ over known cells and channels of distance(prediction − target), over their number. */
export function meanDistance(
  shape: Values,
  map: ArrayLike<number>,
  target: ArrayLike<number>,
  valid: ArrayLike<number>,
  distance: (x: number) => number,
): number {
  const values = knownCells(shape, valid).flatMap((cell) =>
    Array.from({ length: shape.channels }, (_, c) => {
      const i = cell * shape.channels + c;
      return distance(at(map, i) - at(target, i));
    }),
  );
  return values.length === 0 ? 0 : sum(values) / values.length;
}

export const huber = (threshold: number) => (x: number) =>
  Math.abs(x) <= threshold ? (x * x) / 2 : threshold * (Math.abs(x) - threshold / 2);

export const berhu = (limit: number) => (x: number) =>
  Math.abs(x) <= limit ? Math.abs(x) : (x * x + limit * limit) / (2 * limit);

/** Eigen et al. 2014, equation 4, the mean over the images with a known cell. */
export function scaleInvariant(
  { images, cells }: Values,
  map: ArrayLike<number>,
  target: ArrayLike<number>,
  valid: ArrayLike<number>,
  balance: number,
): number {
  const found: number[] = [];
  for (let image = 0; image < images; image++) {
    const differences: number[] = [];
    for (let i = image * cells; i < (image + 1) * cells; i++)
      if (at(valid, i) === 1) differences.push(at(map, i) - at(target, i));
    const n = differences.length;
    if (n === 0) continue;
    // as the paper has it, a sum over all pairs
    const pairs = sum(differences.map((d) => sum(differences.map((e) => d * e))));
    found.push(sum(differences.map((d) => d * d)) / n - (balance * pairs) / n ** 2);
  }
  return found.length === 0 ? 0 : sum(found) / found.length;
}

export function cosine(
  shape: Values,
  map: ArrayLike<number>,
  target: ArrayLike<number>,
  valid: ArrayLike<number>,
): number {
  const found = knownCells(shape, valid).map((cell) => {
    const vector = (list: ArrayLike<number>) => [0, 1, 2].map((c) => at(list, cell * 3 + c));
    const [p, t] = [vector(map), vector(target)];
    return 1 - sum(p.map((value, c) => value * at(t, c))) / Math.hypot(...p);
  });
  return found.length === 0 ? 0 : sum(found) / found.length;
}

function probabilities({ channels }: Values, logits: ArrayLike<number>, cell: number): number[] {
  const own = Array.from({ length: channels }, (_, c) => at(logits, cell * channels + c));
  if (channels === 1) return [1 / (1 + Math.exp(-at(own, 0)))];
  const powers = own.map(Math.exp);
  return powers.map((power) => power / sum(powers));
}

/** Zhang, Isola & Efros 2016, equation 2, over the number of known cells. @param weights of the likeliest value of a target */
export function softCrossEntropy(
  shape: Values,
  logits: ArrayLike<number>,
  target: ArrayLike<number>,
  valid: ArrayLike<number>,
  weights: readonly number[] | undefined,
): number {
  const found = knownCells(shape, valid).map((cell) => {
    const own = Array.from({ length: shape.channels }, (_, c) => at(target, cell * shape.channels + c));
    const weight = weights === undefined ? 1 : at(weights, own.indexOf(Math.max(...own)));
    const p = probabilities(shape, logits, cell);
    return -weight * sum(own.map((t, c) => t * Math.log(at(p, c))));
  });
  return found.length === 0 ? 0 : sum(found) / found.length;
}

/** Dice with smoothing 1, the mean over the classes that occur. @param labels −1: ignored */
export function dice(shape: Values, logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  const cells = Array.from({ length: shape.images * shape.cells }, (_, i) => i).filter(
    (i) => at(labels, i) >= 0,
  );
  const classes = shape.channels === 1 ? [1] : Array.from({ length: shape.channels }, (_, c) => c);
  const found = classes.flatMap((one, channel) => {
    const truth = cells.map((cell) => (at(labels, cell) === one ? 1 : 0));
    if (shape.channels > 1 && sum(truth) === 0) return [];
    const p = cells.map((cell) => at(probabilities(shape, logits, cell), channel));
    return [1 - (2 * sum(p.map((value, i) => value * at(truth, i))) + 1) / (sum(p) + sum(truth) + 1)];
  });
  return found.length === 0 ? 0 : sum(found) / found.length;
}

/** Tversky with smoothing 1 as its equation stands, the mean over the classes that occur. @param labels −1: ignored */
export function tversky(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  alpha: number,
  beta: number,
): number {
  const cells = Array.from({ length: shape.images * shape.cells }, (_, i) => i).filter(
    (i) => at(labels, i) >= 0,
  );
  const classes = shape.channels === 1 ? [1] : Array.from({ length: shape.channels }, (_, c) => c);
  const found = classes.flatMap((one, channel) => {
    const truth = cells.map((cell) => (at(labels, cell) === one ? 1 : 0));
    if (shape.channels > 1 && sum(truth) === 0) return [];
    const p = cells.map((cell) => at(probabilities(shape, logits, cell), channel));
    const both = sum(p.map((value, i) => value * at(truth, i)));
    const falsePositives = sum(p.map((value, i) => value * (1 - at(truth, i))));
    const falseNegatives = sum(p.map((value, i) => (1 - value) * at(truth, i)));
    return [1 - (both + 1) / (both + alpha * falsePositives + beta * falseNegatives + 1)];
  });
  return found.length === 0 ? 0 : sum(found) / found.length;
}

/** Lin et al. 2017, equation 4, the mean over the cells with a label. @param labels −1: ignored */
export function focal(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  gamma: number,
): number {
  const cells = Array.from({ length: shape.images * shape.cells }, (_, i) => i).filter(
    (i) => at(labels, i) >= 0,
  );
  const values = cells.map((cell) => {
    const own = probabilities(shape, logits, cell);
    const label = at(labels, cell);
    const p = shape.channels === 1 ? (label === 1 ? at(own, 0) : 1 - at(own, 0)) : at(own, label);
    return -((1 - p) ** gamma) * Math.log(p);
  });
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** Xie & Tu 2015, equation 2, of each image; the sum over the images. */
export function balanced(
  { images, cells }: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
): number {
  let total = 0;
  for (let image = 0; image < images; image++) {
    const own = Array.from({ length: cells }, (_, i) => image * cells + i).filter((i) => at(labels, i) >= 0);
    const beta = own.filter((i) => at(labels, i) === 0).length / own.length;
    for (const i of own) {
      const p = 1 / (1 + Math.exp(-at(logits, i)));
      total -= at(labels, i) === 1 ? beta * Math.log(p) : (1 - beta) * Math.log(1 - p);
    }
  }
  return total;
}
