/** Numbers as a person reads them. */

/** "0.873", or a dash where nothing was counted. */
export function share(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

/** "87.3%", or a dash where nothing was counted. */
export function percent(value: number | null): string {
  return value === null ? "–" : `${(100 * value).toFixed(1)}%`;
}

/** "48 s", "3 min 05 s", "2 h 07 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** "31,030,658". */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** "1 epoch", "2 epochs". */
export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}
