/** Normalisations by their definitions: batch (Ioffe & Szegedy 2015, algorithm 1), group (Wu & He 2018), layer (Ba, Kiros & Hinton 2016), local response (Krizhevsky et al. 2012). */
import type { Attributes } from "../../../compiler/ops/attributes.ts";
import { type Maps, maps, valueAt } from "./map.ts";
import { eachCell } from "./pointwise.ts";

export interface Moments {
  readonly mean: readonly number[];
  /** Biased. */
  readonly variance: readonly number[];
}

export function moments(input: Maps): Moments {
  const perChannel = Array.from({ length: input.channels }, (_, c) => {
    const cells: number[] = [];
    for (let b = 0; b < input.batch; b++) {
      for (let y = 0; y < input.height; y++) {
        for (let x = 0; x < input.width; x++) cells.push(valueAt(input, [b, c, y, x]));
      }
    }
    const mean = cells.reduce((sum, value) => sum + value, 0) / cells.length;
    const variance = cells.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cells.length;
    return { mean, variance };
  });
  return { mean: perChannel.map(({ mean }) => mean), variance: perChannel.map(({ variance }) => variance) };
}

export function normalise(
  input: Maps,
  { mean, variance }: Moments,
  epsilon: number,
  scale: (channel: number) => number,
  shift: (channel: number) => number,
): Maps {
  return eachCell(
    input,
    (value, c) =>
      ((value - (mean[c] ?? Number.NaN)) / Math.sqrt((variance[c] ?? Number.NaN) + epsilon)) * scale(c) +
      shift(c),
  );
}

export function localResponse({ size, alpha, beta, k }: Attributes["lrn"], input: Maps): Maps {
  const reach = (size - 1) / 2;
  return maps(input.batch, input.channels, input.height, input.width, (b, c, y, x) => {
    let squares = 0;
    for (let near = Math.max(0, c - reach); near <= Math.min(input.channels - 1, c + reach); near++) {
      squares += valueAt(input, [b, near, y, x]) ** 2;
    }
    return valueAt(input, [b, c, y, x]) / (k + (alpha / size) * squares) ** beta;
  });
}

/** Every group of channels of every image by its own mean and biased variance. */
export function standardiseGroups(input: Maps, groups: number, epsilon: number): Maps {
  const members = input.channels / groups;
  const statistics = Array.from({ length: input.batch * groups }, (_, at) => {
    const [image, group] = [Math.floor(at / groups), at % groups];
    const part = maps(1, members, input.height, input.width, (_b, c, y, x) =>
      valueAt(input, [image, group * members + c, y, x]),
    );
    const mean = part.data.reduce((sum, value) => sum + value, 0) / part.data.length;
    const variance = part.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / part.data.length;
    return { mean, variance };
  });
  return maps(input.batch, input.channels, input.height, input.width, (b, c, y, x) => {
    const found = statistics[b * groups + Math.floor(c / members)];
    if (found === undefined) return Number.NaN;
    return (valueAt(input, [b, c, y, x]) - found.mean) / Math.sqrt(found.variance + epsilon);
  });
}

/** The channels of every position by their own mean and biased variance. */
export function standardisePositions(input: Maps, epsilon: number): Maps {
  const { channels } = input;
  return maps(input.batch, channels, input.height, input.width, (b, c, y, x) => {
    const values = Array.from({ length: channels }, (_, at) => valueAt(input, [b, at, y, x]));
    const mean = values.reduce((sum, value) => sum + value, 0) / channels;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channels;
    return (valueAt(input, [b, c, y, x]) - mean) / Math.sqrt(variance + epsilon);
  });
}
