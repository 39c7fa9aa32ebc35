/** Rows of sums that metrics are made of. */

/**
 * Rows of zeros, or those of a resumed run.
 * @param lengths of the rows
 * @throws RangeError when the counts are of other rows
 */
export function sumsOf(
  lengths: readonly number[],
  counts: readonly (readonly number[])[] | undefined,
): readonly Float64Array[] {
  if (counts === undefined) return lengths.map((length) => new Float64Array(length));
  if (counts.length !== lengths.length || counts.some((row, i) => row.length !== lengths[i])) {
    throw new RangeError("these counts are not of this output's metrics");
  }
  return counts.map((row) => Float64Array.from(row));
}

export function addTo(sums: Float64Array | undefined, at: number, value: number): void {
  if (sums !== undefined) sums[at] = (sums[at] ?? 0) + value;
}

export function checkLengths(predicted: number, truth: number): void {
  if (predicted !== truth) throw new RangeError(`${predicted} predictions for ${truth} true values`);
}

export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Of those that are not `null`; `null` where all are. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return ratio(
    present.reduce((sum, value) => sum + value, 0),
    present.length,
  );
}
