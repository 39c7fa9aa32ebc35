/** Rows of text as aligned columns. */

export interface Column {
  readonly title: string;
  /** Numbers stand flush right, names flush left. */
  readonly align: "left" | "right";
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
