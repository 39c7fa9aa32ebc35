/** What the float64 reference says of a case: computed for the first engine, and the same for the others. */
import { expect } from "vitest";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import type { NumericCase } from "./numeric-case.ts";
import { type Maps, maps } from "./reference/map.ts";

export interface Judged {
  readonly expected: Maps;
  readonly cotangent: Maps;
  /** At some places of an input, by its number, or of a weight, by its name: the derivatives by central differences. */
  readonly slopes: (of: number | string) => Slopes;
}

export interface Slopes {
  readonly places: readonly number[];
  readonly derivatives: readonly number[];
}

/** A step at which the differences of the float64 reference are good to 1e-7, and that crosses no kink of `distinctMaps`. */
const step = 1e-4;

/** Coordinates of each input and weight at which the gradient is compared. */
const samples = 24;

/** By all that a case gives but its reference, of the file that runs: differences take hundreds of evaluations. */
const known = new Map<string, Known[]>();
let knownOf: string | undefined;

interface Known {
  readonly judged: Judged;
  /** What the reference computes of the case, and of values beside its own. */
  readonly witness: Buffer;
}

export function judgedBy<O extends OperationName>(test: NumericCase<O>): Judged {
  const { testPath } = expect.getState();
  if (testPath !== knownOf) known.clear();
  knownOf = testPath;
  const key = keyOf(test);
  const alike = known.get(key) ?? [];
  known.set(key, alike);
  const witness = witnessOf(test);
  const found = alike.find((one) => one.witness.equals(witness));
  if (found !== undefined) return found.judged;
  const judged = judge(test);
  alike.push({ judged, witness });
  return judged;
}

function keyOf<O extends OperationName>(test: NumericCase<O>): string {
  return JSON.stringify(test, (_, value: unknown) =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
      : value,
  );
}

/** Two references of equal cases are one function: so their values say, where no coordinate is what the case gives. */
function witnessOf<O extends OperationName>({ inputs, weights = {}, reference }: NumericCase<O>): Buffer {
  const random = new Random(1, "witness");
  const beside = <T extends { readonly data: Float64Array }>(one: T): T => ({
    ...one,
    data: one.data.map((value) => value + step * random.normal()),
  });
  const moved = Object.entries(weights).map(([name, weight]) => [name, beside(weight)] as const);
  return Buffer.concat(
    [reference(inputs, weights), reference(inputs.map(beside), Object.fromEntries(moved))].map(({ data }) =>
      Buffer.from(Float64Array.from(data).buffer),
    ),
  );
}

function judge<O extends OperationName>(test: NumericCase<O>): Judged {
  const weights = test.weights ?? {};
  const expected = test.reference(test.inputs, weights);
  const random = new Random(test.seed ?? 7, "cotangent");
  const { batch, channels, height, width } = expected;
  const cotangent = maps(batch, channels, height, width, () => Math.fround(random.normal()));
  const objective = (): number => {
    const output = test.reference(test.inputs, weights).data;
    return output.reduce((sum, value, i) => sum + value * (cotangent.data[i] ?? 0), 0);
  };
  const found = new Map<number | string, Slopes>();
  const slopes = (of: number | string): Slopes => {
    const before = found.get(of);
    if (before !== undefined) return before;
    const values = typeof of === "number" ? test.inputs[of]?.data : weights[of]?.data;
    if (values === undefined) throw new Error(`the case has no ${of}`);
    const all = random.shuffled(Array.from({ length: values.length }, (_, i) => i));
    const places = all.slice(0, samples);
    const made = { places, derivatives: places.map((place) => slopeAt(values, place, objective)) };
    found.set(of, made);
    return made;
  };
  return { expected, cotangent, slopes };
}

function slopeAt(values: Float64Array, place: number, objective: () => number): number {
  const held = values[place] ?? Number.NaN;
  values[place] = held + step;
  const above = objective();
  values[place] = held - step;
  const below = objective();
  values[place] = held;
  return (above - below) / (2 * step);
}
