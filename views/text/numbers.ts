/** Numbers as a person reads them. */
import { numberText } from "../../compiler/diagnostics/number-text.ts";

/** 31030658 → "31,030,658" */
export function thousands(value: number): string {
  return numberText(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 0.283 → "28%", 0.004 → "less than 1%" */
export function percent(share: number): string {
  return share > 0 && share < 0.01 ? "less than 1%" : `${Math.round(100 * share)}%`;
}

const prefixes = ["", "k", "M", "G", "T", "P", "E"] as const;

/** Three significant digits and a decimal prefix: (167234567890, "MACs") → "167 GMACs"; counts below 1000 stay whole. */
export function withPrefix(value: number, unit: string): string {
  let scaled = value;
  let step = 0;
  // 999.5 would be rounded to four digits.
  while (scaled >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  if (!(Math.abs(scaled) < 999.5)) return `${numberText(value)} ${unit}`; // past the last prefix, or no number
  const digits = step === 0 ? 0 : scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${prefixes[step]}${unit}`;
}
