/** How far named arrays are from those expected. */

type Arrays = ReadonlyMap<string, { readonly data: Float32Array }>;

/** Gradients of a smaller norm, relative to the largest, are compared with this share of it. */
const least = 1e-2;
/** Of a smaller one nothing is but rounding, as of a bias before a normalisation, whose gradient is 0: it is compared with the largest. */
const nothing = 1e-9;

/** By weight: ‖found − expected‖ over ‖expected‖, or over a share of the largest norm of all weights where ‖expected‖ is less. */
export function gradientErrors(found: Arrays, expected: Arrays): ReadonlyMap<string, number> {
  const norms = new Map([...expected].map(([name, { data }]) => [name, norm(data)]));
  const largest = Math.max(...norms.values());
  return new Map(
    [...expected].map(([name, { data }]) => {
      const apart = difference(found, name, data);
      const own = norms.get(name) ?? 0;
      const share = own <= nothing * largest ? 1 : least;
      // where every gradient is 0, those found are too
      return [name, apart === 0 ? 0 : apart / Math.max(own, share * largest)];
    }),
  );
}

/** ‖found − expected‖ / ‖expected‖ over all arrays. */
export function distance(found: Arrays, expected: Arrays): number {
  let [apart, whole] = [0, 0];
  for (const [name, { data }] of expected) {
    apart += difference(found, name, data) ** 2;
    whole += norm(data) ** 2;
  }
  return Math.sqrt(whole === 0 ? apart : apart / whole);
}

function difference(found: Arrays, name: string, expected: Float32Array): number {
  const { data } = found.get(name) ?? {};
  if (data?.length !== expected.length)
    throw new Error(`${name} has ${expected.length} values, and ${data?.length ?? "none"} are given`);
  let sum = 0;
  for (const [i, value] of expected.entries()) sum += (value - (data[i] ?? Number.NaN)) ** 2;
  return Math.sqrt(sum);
}

function norm(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value ** 2;
  return Math.sqrt(sum);
}
