/**
 * The weights of U-Net against objects that grow together (Ronneberger, Fischer & Brox 2015, equation 2), from the labels at the
 * positions of an output.
 */
import { squaredDistances } from "../images/squared-distances.ts";
import type { ClassTargets } from "./class-targets.ts";

export interface BorderSettings {
  /** w₀ */
  readonly strength: number;
  /** σ, positions. */
  readonly sigma: number;
  /** The class between the objects. */
  readonly background: number;
}

/** An additional weight below this share of the strength is left out. */
const leastShare = 1e-5;

/**
 * Adds strength · exp(−(d₁ + d₂)² / 2σ²) to the weight of every background position, where d₁ and d₂ are its distances to the two nearest
 * objects of its image. An object is a region of another class, connected by 4 neighbours.
 * @param shape [batch, height, width]
 */
export function withBorderWeights(
  targets: ClassTargets,
  [batch, height, width]: readonly [batch: number, height: number, width: number],
  { strength, sigma, background }: BorderSettings,
): ClassTargets {
  const pixels = height * width;
  const weights = targets.weights.slice();
  const reach = sigma * Math.sqrt(-2 * Math.log(leastShare));
  for (let image = 0; image < batch; image++) {
    const [from, to] = [image * pixels, (image + 1) * pixels];
    const known = targets.known.subarray(from, to);
    const classes = targets.classes.subarray(from, to);
    const isObject = (i: number) => known[i] === 1 && classes[i] !== background;
    const { nearest, second } = twoNearest(objectsOf(classes, isObject, height, width), height, width, reach);
    for (let i = 0; i < pixels; i++) {
      if (known[i] === 0 || classes[i] !== background) continue;
      const apart = Math.sqrt(nearest[i] ?? 0) + Math.sqrt(second[i] ?? 0);
      const added = strength * Math.exp(-(apart ** 2) / (2 * sigma ** 2));
      weights[from + i] = (weights[from + i] ?? 0) + added;
    }
  }
  return { ...targets, weights, totalWeight: weights.reduce((sum, weight) => sum + weight, 0) };
}

interface LabelledObject {
  readonly places: readonly number[];
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Regions of one class, by 4 neighbours. */
function objectsOf(
  classes: ArrayLike<number>,
  isObject: (i: number) => boolean,
  height: number,
  width: number,
): readonly LabelledObject[] {
  const seen = new Uint8Array(height * width);
  const objects: LabelledObject[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || !isObject(start)) continue;
    const label = classes[start];
    const places = [start];
    seen[start] = 1;
    let [top, bottom, left, right] = [height, -1, width, -1];
    for (let next = 0; next < places.length; next++) {
      const i = places[next] ?? 0;
      const [y, x] = [Math.floor(i / width), i % width];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      const visit = (j: number) => {
        if (seen[j] === 1 || classes[j] !== label || !isObject(j)) return;
        seen[j] = 1;
        places.push(j);
      };
      if (y > 0) visit(i - width);
      if (y < height - 1) visit(i + width);
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
    }
    objects.push({ places, top, bottom, left, right });
  }
  return objects;
}

/** Squared distances to the nearest object and the second nearest, within the reach of each; Infinity beyond. */
function twoNearest(
  objects: readonly LabelledObject[],
  height: number,
  width: number,
  reach: number,
): { readonly nearest: Float64Array; readonly second: Float64Array } {
  const nearest = new Float64Array(height * width).fill(Number.POSITIVE_INFINITY);
  const second = nearest.slice();
  const margin = Math.ceil(reach);
  for (const { places, top, bottom, left, right } of objects) {
    const [firstRow, firstColumn] = [Math.max(0, top - margin), Math.max(0, left - margin)];
    const rows = Math.min(height, bottom + margin + 1) - firstRow;
    const columns = Math.min(width, right + margin + 1) - firstColumn;
    const sites = new Uint8Array(rows * columns);
    for (const i of places)
      sites[(Math.floor(i / width) - firstRow) * columns + (i % width) - firstColumn] = 1;
    const distances = squaredDistances(sites, rows, columns);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const i = (firstRow + row) * width + firstColumn + column;
        const distance = distances[row * columns + column] ?? 0;
        if (distance < (nearest[i] ?? 0)) {
          second[i] = nearest[i] ?? 0;
          nearest[i] = distance;
        } else if (distance < (second[i] ?? 0)) second[i] = distance;
      }
  }
  return { nearest, second };
}
