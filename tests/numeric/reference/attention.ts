/** Attention, gathering and distribution by their definitions (Wang et al. 2018, equation 1; Chen et al. 2018, equations 2 to 4). */
import { type Maps, maps, valueAt } from "./map.ts";

interface Place {
  readonly y: number;
  readonly x: number;
}

function placesOf({ height, width }: Maps): readonly Place[] {
  return Array.from({ length: height * width }, (_, i) => ({ y: Math.floor(i / width), x: i % width }));
}

function at(map: Maps, batch: number, channel: number, { y, x }: Place): number {
  return valueAt(map, [batch, channel, y, x]);
}

function sumOf<T>(items: readonly T[], of: (item: T, place: number) => number): number {
  return items.reduce((sum, item, place) => sum + of(item, place), 0);
}

function sharesOf(scores: readonly number[]): readonly number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Channels are in `heads` groups in order. */
export function attend(query: Maps, key: Maps, value: Maps, heads: number): Maps {
  const features = query.channels / heads;
  const members = value.channels / heads;
  const keys = placesOf(key);
  return maps(query.batch, value.channels, query.height, query.width, (b, c, y, x) => {
    const head = Math.floor(c / members);
    const own = Array.from({ length: features }, (_, i) => head * features + i);
    const shares = sharesOf(
      keys.map((place) =>
        sumOf(own, (channel) => at(query, b, channel, { y, x }) * at(key, b, channel, place)),
      ),
    );
    return sumOf(keys, (place, j) => (shares[j] ?? Number.NaN) * at(value, b, c, place));
  });
}

export function gather(map: Maps, regions: Maps, mean: boolean): Maps {
  const places = placesOf(map);
  return maps(map.batch, map.channels, regions.channels, 1, (b, c, region) => {
    const sum = sumOf(places, (place) => at(map, b, c, place) * at(regions, b, region, place));
    return mean ? sum / places.length : sum;
  });
}

export function distribute(weights: Maps, gathered: Maps): Maps {
  const regions = Array.from({ length: weights.channels }, (_, region) => region);
  return maps(weights.batch, gathered.channels, weights.height, weights.width, (b, c, y, x) =>
    sumOf(regions, (region) => valueAt(weights, [b, region, y, x]) * valueAt(gathered, [b, c, region, 0])),
  );
}

export function spatialSoftmax(input: Maps): Maps {
  const places = placesOf(input);
  const shares = Array.from({ length: input.batch * input.channels }, (_, i) => {
    const [batch, channel] = [Math.floor(i / input.channels), i % input.channels];
    return sharesOf(places.map((place) => at(input, batch, channel, place)));
  });
  return maps(input.batch, input.channels, input.height, input.width, (b, c, y, x) => {
    return shares[b * input.channels + c]?.[y * input.width + x] ?? Number.NaN;
  });
}

export function channelPool(input: Maps, kind: "max" | "average"): Maps {
  return maps(input.batch, 1, input.height, input.width, (b, _, y, x) => {
    const values = Array.from({ length: input.channels }, (_, c) => valueAt(input, [b, c, y, x]));
    return kind === "max" ? Math.max(...values) : values.reduce((a, value) => a + value, 0) / values.length;
  });
}

/** Channel c comes from group c mod groups. */
export function channelShuffle(input: Maps, groups: number): Maps {
  const members = input.channels / groups;
  return maps(input.batch, input.channels, input.height, input.width, (b, c, y, x) =>
    valueAt(input, [b, (c % groups) * members + Math.floor(c / groups), y, x]),
  );
}
