/** Names of a catalogue in sources that are not to know them. */
import { resolve } from "node:path";
import { expect } from "vitest";
import { operationNamePlaces } from "./operation-names.ts";

const root = resolve(import.meta.dirname, "..", "..");
const mostExceptions = 8;

/**
 * Fails for each name outside of the tables and of the exceptions, and for an exception that nothing needs.
 * @param exceptions reasons, by the beginning of a path
 */
export function expectNamesOnlyIn(
  tables: readonly RegExp[],
  exceptions: Readonly<Record<string, string>>,
  names: ReadonlySet<string>,
): void {
  const places = operationNamePlaces(root, ["compiler", "views", "runtime", "tools"], names);
  const elsewhere = places.filter(({ file }) => !tables.some((table) => table.test(file)));
  const excepted = Object.keys(exceptions);
  const undeclared = elsewhere.filter(({ file }) => !excepted.some((path) => file.startsWith(path)));
  expect(undeclared.map(({ place, text }) => `${place} ${text}`)).toEqual([]);
  expect(excepted.filter((path) => elsewhere.some(({ file }) => file.startsWith(path)))).toEqual(excepted);
  expect(excepted.length).toBeLessThanOrEqual(mostExceptions);
}
