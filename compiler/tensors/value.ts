/** The values of a tensor program: arrays of static shape, of float32 or int32. Row major, the last axis fastest. */

export type ElementType = "float32" | "int32";

export interface TensorType {
  readonly type: ElementType;
  /** Extents, each at least 1; none: a scalar. */
  readonly shape: readonly number[];
}

/** A value of one program. `id` is its place in the program's list of values. */
export interface Value extends TensorType {
  readonly id: number;
}

export function float32(...shape: readonly number[]): TensorType {
  return { type: "float32", shape };
}

export function int32(...shape: readonly number[]): TensorType {
  return { type: "int32", shape };
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.type === b.type && sameShape(a.shape, b.shape);
}

/** `float32[2, 3, 8, 8]`. */
export function typeText({ type, shape }: TensorType): string {
  return `${type}[${shape.join(", ")}]`;
}

/** The extents of a feature map: [batch, channels, height, width]. @throws Error where there are not four axes. */
export function four(shape: readonly number[]): readonly [number, number, number, number] {
  const [a, b, c, d] = shape;
  if (shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined)
    throw new ShapeMistake(`four axes are needed, and the shape is [${shape.join(", ")}]`);
  return [a, b, c, d];
}

/** Operands that a primitive does not take: a mistake of whatever built the program. */
export class ShapeMistake extends Error {
  override readonly name = "ShapeMistake";
}
