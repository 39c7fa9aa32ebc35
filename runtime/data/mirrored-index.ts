/** … 1 0 | 0 1 2 … n−1 | n−1 n−2 …: the index of the pixel that stands for one beyond the edge. */
export function mirroredIndex(index: number, size: number): number {
  if (index >= 0 && index < size) return index;
  const within = ((index % (2 * size)) + 2 * size) % (2 * size);
  return within < size ? within : 2 * size - 1 - within;
}
