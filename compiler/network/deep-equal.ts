/** Whether two plain values (records, arrays, numbers, strings) have the same content. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const left = a as Readonly<Record<string, unknown>>; // an object's own keys index it
  const right = b as Readonly<Record<string, unknown>>; // likewise
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual(left[key], right[key]));
}
