/** Curves smoothed by an exponential moving mean without the bias of its beginning, as TensorBoard smooths them. */

/** The share of the mean so far in the next one, before anybody moves the page's slider. */
export const usualSmoothing = 0.6;

/** Values that are not finite stay as they are and do not count. */
export function smoothed<P extends { readonly x: number; readonly y: number }>(
  points: readonly P[],
  share: number = usualSmoothing,
): readonly { readonly x: number; readonly y: number }[] {
  let mean = 0;
  let weight = 0;
  return points.map(({ x, y }) => {
    if (!Number.isFinite(y)) return { x, y };
    mean = share * mean + (1 - share) * y;
    weight = share * weight + (1 - share);
    return { x, y: mean / weight };
  });
}
