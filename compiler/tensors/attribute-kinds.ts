/** How attributes of steps are written as JSON, and read back: one kind per type of value. */
import type { PerAxis } from "../axis.ts";
import { rowOf, type SparseMatrix, sparseMatrix } from "../geometry/sparse-matrix.ts";

/** `read(write(x))` equals x; `read` gives `undefined` for JSON that is not of this kind. */
export interface AttributeKind<T> {
  readonly write: (value: T) => unknown;
  readonly read: (json: unknown) => T | undefined;
}

const wordsOfNumbers = new Map([
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["NaN", Number.NaN],
  ["-0", -0],
]);

/** Any number; those that JSON lacks as words. */
export const real: AttributeKind<number> = {
  write: (value) => (Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value)),
  read: (json) => {
    if (typeof json === "number") return json;
    return typeof json === "string" ? wordsOfNumbers.get(json) : undefined;
  },
};

export const integer: AttributeKind<number> = {
  write: (value) => value,
  read: (json) => (Number.isSafeInteger(json) ? Number(json) : undefined),
};

export const flag: AttributeKind<boolean> = {
  write: (value) => value,
  read: (json) => (typeof json === "boolean" ? json : undefined),
};

export function word<T extends string>(...words: readonly T[]): AttributeKind<T> {
  return { write: (value) => value, read: (json) => words.find((one) => one === json) };
}

export function list<T>(of: AttributeKind<T>): AttributeKind<readonly T[]> {
  return {
    write: (values) => values.map(of.write),
    read: (json) => {
      if (!Array.isArray(json)) return undefined;
      const values = json.flatMap((item): readonly T[] => {
        const value = of.read(item);
        return value === undefined ? [] : [value];
      });
      return values.length === json.length ? values : undefined;
    },
  };
}

export const integers = list(integer);

/** [y, x] */
export const pair: AttributeKind<PerAxis<number>> = {
  write: (value) => value,
  read: (json) => {
    const [y, x, ...more] = integers.read(json) ?? [];
    return y === undefined || x === undefined || more.length > 0 ? undefined : [y, x];
  },
};

const entry = list(real);
const rows = list(list(entry));

/** {"columns": 3, "rows": [[[0, 0.5], [1, 0.5]], []]}: the columns and weights of each row. */
export const matrix: AttributeKind<SparseMatrix> = {
  write: (value) => ({
    columns: value.columnCount,
    rows: Array.from({ length: value.rowCount }, (_, row) =>
      rowOf(value, row).map(({ column, weight }) => [column, real.write(weight)]),
    ),
  }),
  read: (json) => {
    if (typeof json !== "object" || json === null || !("columns" in json) || !("rows" in json))
      return undefined;
    const columns = integer.read(json.columns);
    const entries = rows.read(json.rows);
    if (columns === undefined || entries === undefined) return undefined;
    const whole = entries.flat().every(([column = -1, weight, ...more]) => {
      const inside = Number.isInteger(column) && column >= 0 && column < columns;
      return inside && weight !== undefined && more.length === 0;
    });
    if (!whole) return undefined;
    return sparseMatrix(entries.length, columns, (row) =>
      (entries[row] ?? []).map(([column = 0, weight = 0]) => ({ column, weight })),
    );
  },
};
