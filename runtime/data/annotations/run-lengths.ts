/** COCO's compressed run lengths. */

const [first, bitsEach] = [48, 5];

/**
 * Each number is written in characters of five bits, the lowest first, with a sixth bit where more follow; the fifth bit of the last is the
 * sign. From the fourth number on it is the difference from the number two before (COCO API, maskApi.c).
 */
export function runsOfText(text: string): readonly number[] {
  const runs: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, more] = [0, 0, true];
    while (more && at < text.length) {
      const bits = text.charCodeAt(at++) - first;
      value += (bits & 0x1f) * 2 ** shift;
      shift += bitsEach;
      more = (bits & 0x20) !== 0;
      if (!more && (bits & 0x10) !== 0) value -= 2 ** shift;
    }
    runs.push(runs.length > 2 ? value + (runs[runs.length - 2] ?? 0) : value);
  }
  return runs;
}
