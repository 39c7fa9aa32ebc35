/** What a primitive is tested with: operands to take, and what it is, written as naively as it is defined. */
import fc from "fast-check";
import type { PrimitiveAttributes, PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Tensor } from "../../../compiler/tensors/primitives/primitive.ts";
import { primitiveOf } from "../../../compiler/tensors/primitives/registry.ts";
import { elementCount, ShapeMistake, type TensorType } from "../../../compiler/tensors/value.ts";
import { Random } from "../../../runtime/random.ts";

export interface Call<P extends PrimitiveName> {
  readonly attributes: PrimitiveAttributes[P];
  readonly operands: readonly TensorType[];
}

/** The element at a place; `undefined`: there is none. */
export type At = (...place: readonly number[]) => number | undefined;

export interface Case<P extends PrimitiveName> {
  readonly calls: fc.Arbitrary<Call<P>>;
  /** The elements of each result. */
  readonly define: (
    attributes: PrimitiveAttributes[P],
    operands: readonly Tensor[],
  ) => readonly ((place: readonly number[]) => number)[];
  /**
   * The values of operands, by operand. Left out: normal ones for float32, all of which differ by 1/32 or more and keep that distance
   * from 0, so that no maximum and no kink is within reach of a finite difference.
   */
  readonly draw?: (call: Call<P>, operand: number, random: Random) => ArrayLike<number> | undefined;
}

/** Calls whose operands the primitive takes. */
export function taken<P extends PrimitiveName>(
  primitive: P,
  calls: fc.Arbitrary<Call<P>>,
): fc.Arbitrary<Call<P>> {
  return calls.filter(({ attributes, operands }) => {
    try {
      primitiveOf(primitive).types(attributes, operands);
      return true;
    } catch (problem) {
      if (problem instanceof ShapeMistake) return false;
      throw problem;
    }
  });
}

export function operandsOf<P extends PrimitiveName>(
  { draw }: Pick<Case<P>, "draw">,
  call: Call<P>,
  seed: number,
): readonly Tensor[] {
  const random = new Random(seed, "operands");
  return call.operands.map((type, place) => {
    const drawn = draw?.(call, place, random) ?? distinct(elementCount(type.shape), random);
    return { ...type, data: Float64Array.from(drawn) };
  });
}

export function distinct(count: number, random: Random): readonly number[] {
  const order = random.shuffled(Array.from({ length: count }, (_, i) => i));
  return order.map((place) => (place - Math.floor(count / 2) + 0.5) / 32);
}

export function positive(count: number, random: Random): readonly number[] {
  return Array.from({ length: count }, () => random.between(0.3, 3));
}

export function at({ shape, data }: Tensor): At {
  return (...place) => {
    let flat = 0;
    for (const [axis, extent] of shape.entries()) {
      const position = place[axis] ?? -1;
      if (position < 0 || position >= extent) return undefined;
      flat = flat * extent + position;
    }
    return data[flat];
  };
}

/** The element at a place, 0 outside. */
export function orZero(tensor: Tensor): (...place: readonly number[]) => number {
  const element = at(tensor);
  return (...place) => element(...place) ?? 0;
}

/** Every place, in row order. */
export function placesOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (places, extent) =>
      places.flatMap((place) => Array.from({ length: extent }, (_, position) => [...place, position])),
    [[]],
  );
}

/** The number of a place in row order. */
export function flatOf(place: readonly number[], shape: readonly number[]): number {
  return place.reduce((flat, position, axis) => flat * (shape[axis] ?? 1) + position, 0);
}

export function operand(operands: readonly Tensor[], place: number): Tensor {
  const found = operands[place];
  if (found === undefined) throw new Error(`no operand ${place}`);
  return found;
}

export const small = fc.integer({ min: 1, max: 3 });

/** Shapes of at most this many axes. */
export function shapes(most = 4, least = 0): fc.Arbitrary<number[]> {
  return fc.array(small, { minLength: least, maxLength: most });
}

export function float(shape: readonly number[]): TensorType {
  return { type: "float32", shape };
}

export function int(shape: readonly number[]): TensorType {
  return { type: "int32", shape };
}
