/** Rows of text as aligned columns. */

export interface Column {
  readonly title: string;
  /** Numbers are aligned right, names left. */
  readonly align: "left" | "right";
  /** Where the table is too wide, the column with the smallest number is dropped first. Left out: never dropped. */
  readonly drop?: number;
}

/** As `alignTable`, without the columns that do not fit in `width` characters and without empty ones that do not either. */
export function fitTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): readonly string[] {
  const lines = alignTable(columns, rows);
  if (width === undefined || lines.every((line) => [...line].length <= width)) return lines;
  const least = Math.min(...columns.map(({ drop = Infinity }) => drop));
  const dropped = columns.findIndex(({ drop }) => drop === least);
  if (dropped === -1) return lines;
  const without = <T>(items: readonly T[]): readonly T[] => items.filter((_, place) => place !== dropped);
  return fitTable(without(columns), rows.map(without), width);
}

/** One line per row, the titles first; columns are two blanks apart, and no line ends in blanks. */
export function alignTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, place) =>
    all.reduce((most, row) => Math.max(most, [...(row[place] ?? "")].length), 0),
  );
  return all.map((row) =>
    columns
      .map(({ align }, place) => {
        const text = row[place] ?? "";
        const blanks = " ".repeat((widths[place] ?? 0) - [...text].length);
        return align === "left" ? text + blanks : blanks + text;
      })
      .join("  ")
      .trimEnd(),
  );
}
