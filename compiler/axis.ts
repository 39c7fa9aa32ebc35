/** The two spatial axes, in the order everything here uses: y (height), then x (width). */
export const axes = ["y", "x"] as const;
export type Axis = (typeof axes)[number];

/** One value per axis, y first. */
export type PerAxis<T> = readonly [y: T, x: T];

export function perAxis<T>(make: (axis: 0 | 1) => T): PerAxis<T> {
  return [make(0), make(1)];
}
