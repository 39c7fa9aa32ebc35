/** Whole-number arithmetic that sizes and geometry share; arguments are safe integers. */

/** Greatest common divisor; gcd(0, n) = |n|. */
export function gcd(first: number, second: number): number {
  let a = Math.abs(first);
  let b = Math.abs(second);
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** Least common multiple of two positive numbers; above 2^53 it is not exact, but still that large. */
export function lcm(first: number, second: number): number {
  return (first / gcd(first, second)) * second;
}

/** The largest whole number ≤ value / divisor, for a positive divisor. */
export function floorDivide(value: number, divisor: number): number {
  return (value - modulo(value, divisor)) / divisor;
}

/** The smallest whole number ≥ value / divisor, for a positive divisor. */
export function ceilDivide(value: number, divisor: number): number {
  return -floorDivide(-value, divisor);
}

/** The remainder in 0 … divisor − 1. */
export function modulo(value: number, divisor: number): number {
  const remainder = value % divisor;
  return remainder < 0 ? remainder + divisor : remainder + 0; // + 0 turns −0 into 0
}

/** The positive divisors of a positive number, in ascending order. */
export function divisors(value: number): readonly number[] {
  const small: number[] = [];
  const large: number[] = [];
  for (let divisor = 1; divisor * divisor <= value; divisor += 1) {
    if (value % divisor !== 0) continue;
    small.push(divisor);
    if (divisor * divisor !== value) large.unshift(value / divisor);
  }
  return [...small, ...large];
}
