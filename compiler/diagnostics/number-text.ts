/** Numbers in messages: the one place that words them. */

/** Twelve digits; whole numbers past 2^53 as powers of ten, for digits would look exact; never "Infinity", "NaN" or "-0". */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "no number";
  if (!Number.isFinite(value)) return value > 0 ? "more than 1.79e308" : "less than -1.79e308";
  if (Number.isSafeInteger(value)) return `${value + 0}`; // + 0 turns −0 into 0
  if (Number.isInteger(value)) return Number(value.toPrecision(6)).toExponential().replace("+", "");
  return `${Number(value.toPrecision(12))}`.replace("+", "");
}

/** For "wanted …, not …": "the number 3". */
export function describeNumber(value: number): string {
  if (Number.isNaN(value)) return "a result that is not defined, as 0/0";
  if (!Number.isFinite(value)) return `a number that is ${numberText(value)}`;
  return `the number ${numberText(value)}`;
}
