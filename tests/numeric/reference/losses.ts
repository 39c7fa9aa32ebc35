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

/** Law & Deng 2018, equation 1, over the number of centres, at least 1. */
export function gaussianFocal(
  shape: Values,
  logits: ArrayLike<number>,
  heat: ArrayLike<number>,
  valid: ArrayLike<number>,
  [alpha, beta]: readonly [alpha: number, beta: number],
): number {
  let [total, centres] = [0, 0];
  for (const cell of knownCells(shape, valid))
    for (let i = cell * shape.channels; i < (cell + 1) * shape.channels; i++) {
      const [p, t] = [1 / (1 + Math.exp(-at(logits, i))), at(heat, i)];
      if (t === 1) centres += 1;
      total +=
        t === 1 ? -((1 - p) ** alpha) * Math.log(p) : -((1 - t) ** beta) * p ** alpha * Math.log(1 - p);
    }
  return total / Math.max(1, centres);
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

/** The cells with a label. @param labels −1: ignored */
export function labelledCells({ images, cells }: Values, labels: ArrayLike<number>): number[] {
  return Array.from({ length: images * cells }, (_, i) => i).filter((i) => at(labels, i) >= 0);
}

/**
 * −w Σ q log p over the sum of w, where q is 1 − ε for the label's class plus ε / classes for each (Szegedy et al. 2016, section 7).
 * @param labels −1: ignored
 */
export function crossEntropy(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  smoothing: number,
  weights: readonly number[] | undefined,
): number {
  const cells = labelledCells(shape, labels);
  const classes = shape.channels === 1 ? 2 : shape.channels;
  const weightOf = (cell: number) => weights?.[at(labels, cell)] ?? 1;
  const values = cells.map((cell) => {
    const own = probabilities(shape, logits, cell);
    const p = shape.channels === 1 ? [1 - at(own, 0), at(own, 0)] : own;
    const q = p.map((_, c) => (c === at(labels, cell) ? 1 - smoothing : 0) + smoothing / classes);
    return -weightOf(cell) * sum(q.map((share, c) => share * Math.log(at(p, c))));
  });
  return sum(values) / sum(cells.map(weightOf));
}

/** What the losses of areas compare: of each class p and t at the cells with a label. */
interface Area {
  readonly p: readonly number[];
  readonly t: readonly number[];
  readonly weight: number;
}

/** The mean of the losses of the classes that occur, by their weights; of one channel class 1 alone. @param labels −1: ignored */
function overClasses(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: readonly number[] | undefined,
  lossOf: (area: Area) => number,
): number {
  const cells = labelledCells(shape, labels);
  const classes = shape.channels === 1 ? [1] : Array.from({ length: shape.channels }, (_, c) => c);
  const areas = classes.flatMap((one, channel): Area[] => {
    const t = cells.map((cell) => (at(labels, cell) === one ? 1 : 0));
    if (shape.channels > 1 && sum(t) === 0) return [];
    const p = cells.map((cell) => at(probabilities(shape, logits, cell), channel));
    return [{ p, t, weight: weights?.[one] ?? 1 }];
  });
  if (areas.length === 0) return 0;
  return sum(areas.map((area) => area.weight * lossOf(area))) / sum(areas.map(({ weight }) => weight));
}

const product = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value * at(b, i)));

/** Dice with smoothing 1 (Milletari et al. 2016, equation 1: `squared`). */
export function dice(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  squared: boolean,
  weights?: readonly number[],
): number {
  return overClasses(shape, logits, labels, weights, ({ p, t }) => {
    const below = squared ? product(p, p) + product(t, t) : sum(p) + sum(t);
    return 1 - (2 * product(p, t) + 1) / (below + 1);
  });
}

/** Soft intersection over union with smoothing 1 (Rahman & Wang 2016, equations 3 to 5). */
export function jaccard(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights?: readonly number[],
): number {
  return overClasses(shape, logits, labels, weights, ({ p, t }) => {
    const union = sum(p.map((value, i) => value + at(t, i) - value * at(t, i)));
    return 1 - (product(p, t) + 1) / (union + 1);
  });
}

/** Tversky with smoothing 1 as its equation stands. */
export function tversky(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  alpha: number,
  beta: number,
  weights?: readonly number[],
): number {
  return overClasses(shape, logits, labels, weights, ({ p, t }) => {
    const both = product(p, t);
    const falsePositives = sum(p.map((value, i) => value * (1 - at(t, i))));
    const falseNegatives = sum(p.map((value, i) => (1 - value) * at(t, i)));
    return 1 - (both + 1) / (both + alpha * falsePositives + beta * falseNegatives + 1);
  });
}

/** Sudre et al. 2017, section 2, of the classes that occur; one channel is two classes. @param labels −1: ignored */
export function generalisedDice(shape: Values, logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  const cells = labelledCells(shape, labels);
  const classes = Array.from({ length: Math.max(2, shape.channels) }, (_, c) => c);
  let [above, below] = [0, 0];
  for (const one of classes) {
    const t = cells.map((cell) => (at(labels, cell) === one ? 1 : 0));
    if (sum(t) === 0) continue;
    const p = cells.map((cell) => {
      const own = probabilities(shape, logits, cell);
      return shape.channels > 1 ? at(own, one) : one === 1 ? at(own, 0) : 1 - at(own, 0);
    });
    const weight = 1 / sum(t) ** 2;
    above += weight * product(p, t);
    below += weight * (sum(p) + sum(t));
  }
  return cells.length === 0 ? 0 : 1 - (2 * above) / below;
}

/** Lin et al. 2017, equations 4 and 5, over the sum of the weights of the cells with a label. @param labels −1: ignored */
export function focal(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  gamma: number,
  weights?: readonly number[],
): number {
  const cells = labelledCells(shape, labels);
  const weightOf = (cell: number) => weights?.[at(labels, cell)] ?? 1;
  const values = cells.map((cell) => {
    const own = probabilities(shape, logits, cell);
    const label = at(labels, cell);
    const p = shape.channels === 1 ? (label === 1 ? at(own, 0) : 1 - at(own, 0)) : at(own, label);
    return -weightOf(cell) * (1 - p) ** gamma * Math.log(p);
  });
  return values.length === 0 ? 0 : sum(values) / sum(cells.map(weightOf));
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

/** The negative logarithm of the label's class. */
function crossEntropyAt(shape: Values, logits: ArrayLike<number>, cell: number, label: number): number {
  const own = probabilities(shape, logits, cell);
  return -Math.log(shape.channels === 1 ? (label === 1 ? at(own, 0) : 1 - at(own, 0)) : at(own, label));
}

/** The mean of the largest of the weighed cross entropies. @param labels −1: ignored */
export function hardExamples(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  { share, count }: { readonly share: number; readonly count: number | undefined },
  weights: readonly number[] | undefined,
): number {
  const cells = labelledCells(shape, labels);
  const values = cells.map(
    (cell) => (weights?.[at(labels, cell)] ?? 1) * crossEntropyAt(shape, logits, cell, at(labels, cell)),
  );
  const kept = values.toSorted((a, b) => b - a).slice(0, count ?? Math.ceil(share * cells.length));
  return sum(kept) / kept.length;
}

/** Berman et al. 2018, algorithm 1, from the sets of wrong cells as equation 3 has them. @param labels −1: ignored */
export function lovaszSoftmax(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: readonly number[] | undefined,
): number {
  return overClasses(shape, logits, labels, weights, ({ p, t }) => {
    const errors = p.map((value, i) => Math.abs(at(t, i) - value));
    const order = [...errors.keys()].toSorted((a, b) => at(errors, b) - at(errors, a));
    // one minus the intersection over union where those cells alone are wrong
    const missed = (wrong: readonly number[]) => {
      const set = new Set(wrong);
      const found = t.map((truth, i) => (set.has(i) ? 1 - truth : truth));
      const both = t.filter((truth, i) => truth === 1 && at(found, i) === 1).length;
      const either = t.filter((truth, i) => truth === 1 || at(found, i) === 1).length;
      return either === 0 ? 0 : 1 - both / either;
    };
    return sum(
      order.map((i, k) => at(errors, i) * (missed(order.slice(0, k + 1)) - missed(order.slice(0, k)))),
    );
  });
}

/** Ronneberger et al. 2015, equations 1 and 2, over the sum of the weights. @param labels −1: ignored */
export function borderCrossEntropy(
  shape: Values,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  {
    width,
    strength,
    sigma,
    background,
  }: {
    readonly width: number;
    readonly strength: number;
    readonly sigma: number;
    readonly background: number;
  },
  weights: readonly number[] | undefined,
): number {
  let [total, loss] = [0, 0];
  for (const cell of labelledCells(shape, labels)) {
    const image = Math.floor(cell / shape.cells);
    const place = (i: number) => [Math.floor((i % shape.cells) / width), i % width] as const;
    const [y, x] = place(cell % shape.cells);
    const distances = objects(shape, labels, width, image, background).map((object) =>
      Math.min(...object.map((i) => Math.hypot(at(place(i), 0) - y, at(place(i), 1) - x))),
    );
    const [first = Number.POSITIVE_INFINITY, second = Number.POSITIVE_INFINITY] = distances.toSorted(
      (a, b) => a - b,
    );
    const gap =
      at(labels, cell) === background ? strength * Math.exp(-((first + second) ** 2) / (2 * sigma ** 2)) : 0;
    const weight = (weights?.[at(labels, cell)] ?? 1) + gap;
    total += weight;
    loss += weight * crossEntropyAt(shape, logits, cell, at(labels, cell));
  }
  return loss / total;
}

/** The cells of each region of one class that is not the background, in the image, numbered from its first cell. */
function objects(
  { cells }: Values,
  labels: ArrayLike<number>,
  width: number,
  image: number,
  background: number,
): readonly (readonly number[])[] {
  const label = (i: number) => (i >= 0 && i < cells ? at(labels, image * cells + i) : -1);
  // each cell takes the smallest number of its neighbours until nothing changes
  const region = Array.from({ length: cells }, (_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < cells; i++) {
      const beside = [
        i - width,
        i + width,
        ...(i % width > 0 ? [i - 1] : []),
        ...((i + 1) % width > 0 ? [i + 1] : []),
      ];
      for (const j of beside) {
        if (label(j) !== label(i) || label(i) < 0 || at(region, j) >= at(region, i)) continue;
        region[i] = at(region, j);
        changed = true;
      }
    }
  }
  const found = new Map<number, number[]>();
  for (let i = 0; i < cells; i++) {
    if (label(i) < 0 || label(i) === background) continue;
    found.set(at(region, i), [...(found.get(at(region, i)) ?? []), i]);
  }
  return [...found.values()];
}

/** |dy| + |dx| of every two neighbours, over the number of values (Rudin, Osher & Fatemi 1992, with the sum of both axes). */
export function totalVariation(
  { images, cells, channels }: Values,
  map: ArrayLike<number>,
  width: number,
): number {
  let total = 0;
  for (let i = 0; i < images * cells * channels; i++) {
    const cell = Math.floor(i / channels) % cells;
    if (cell + width < cells) total += Math.abs(at(map, i + width * channels) - at(map, i));
    if ((cell + 1) % width > 0) total += Math.abs(at(map, i + channels) - at(map, i));
  }
  return total / (images * cells * channels);
}
