/** A small number as pages show it: 3 · 10⁻⁶. */
export function power(value: number): string {
  if (value === 0) return "0";
  return value
    .toExponential(0)
    .replace("e-", " · 10⁻")
    .replace("e+0", "")
    .replace(/⁻(\d+)$/, (_, digits: string) => `⁻${[...digits].map(raised).join("")}`);
}

function raised(digit: string): string {
  return "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? digit;
}
