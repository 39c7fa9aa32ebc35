/** Rows of a list whose names differ only in the number of a repeated block, as one row. */

type Row = readonly string[];

/** The name is the first cell: "stage[0].bottleneck1.add1" and its two successors, alike otherwise, give "stage[0].bottleneck1–3.add1". */
export function foldNames(rows: readonly Row[]): readonly Row[] {
  const groups: { readonly key: string; readonly rows: Row[] }[] = [];
  for (const row of rows) {
    const [name = "", ...facts] = row;
    const key = JSON.stringify([name.replace(blockNumber, "#"), ...facts]);
    const open = groups.at(-1);
    if (open?.key === key) open.rows.push(row);
    else groups.push({ key, rows: [row] });
  }
  return groups.flatMap(({ rows: [first = [], ...others] }) => {
    const last = others.at(-1)?.[0]?.match(blockNumber)?.[0];
    const [name = "", ...facts] = first;
    return [
      last === undefined ? first : [name.replace(blockNumber, (number) => `${number}–${last}`), ...facts],
    ];
  });
}

/** Before the last part of a name. */
const blockNumber = /\d+(?=\.[^.]+$)/;
