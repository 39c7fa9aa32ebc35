/** The runs of every class in a label image, row by row, and the islands that they make. */

/** Pixels of one class side by side in a row. */
export interface Run {
  readonly row: number;
  readonly start: number;
  /** The first pixel after it. */
  readonly end: number;
}

/** Connected pixels of one class; diagonal neighbours are not connected by their corner. */
export interface Island {
  readonly label: number;
  /** By rows, from left to right. */
  readonly runs: readonly Run[];
}

export class ClassRuns {
  readonly #wanted: ReadonlySet<number>;
  /** By class, by rows. */
  readonly #runs = new Map<number, Run[]>();
  #rows = 0;

  /** @param wanted classes; others are passed over */
  constructor(wanted: Iterable<number>) {
    this.#wanted = new Set(wanted);
  }

  /** Takes the next rows. @param labels [rows, width] */
  addRows(labels: ArrayLike<number>, width: number): void {
    for (let from = 0; from < labels.length; from += width) {
      for (let start = 0; start < width; ) {
        const label = labels[from + start] ?? -1;
        let end = start + 1;
        while (end < width && labels[from + end] === label) end++;
        if (this.#wanted.has(label)) this.#runsOf(label).push({ row: this.#rows, start, end });
        start = end;
      }
      this.#rows += 1;
    }
  }

  /** By class, those of a class from top to bottom. */
  islands(): readonly Island[] {
    return [...this.#runs]
      .sort(([a], [b]) => a - b)
      .flatMap(([label, runs]) => connectedRuns(runs).map((connected) => ({ label, runs: connected })));
  }

  #runsOf(label: number): Run[] {
    const found = this.#runs.get(label) ?? [];
    this.#runs.set(label, found);
    return found;
  }
}

/** Runs that share an edge, directly or by others. @param runs by rows, from left to right, none touching another of its row */
export function connectedRuns(runs: readonly Run[]): readonly (readonly Run[])[] {
  const parents = Int32Array.from(runs, (_, i) => i);
  const rootOf = (run: number): number => {
    let root = run;
    while (parents[root] !== root) root = parents[root] ?? root;
    while (parents[run] !== root) {
      const next = parents[run] ?? root;
      parents[run] = root;
      run = next;
    }
    return root;
  };
  for (let above = 0, below = 0; below < runs.length; ) {
    const [first, second] = [runs[above], runs[below]];
    if (first === undefined || second === undefined) break;
    if (first.row >= second.row) below++;
    else if (first.row < second.row - 1 || first.end <= second.start) above++;
    else if (second.end <= first.start) below++;
    else {
      const [a, b] = [rootOf(above), rootOf(below)];
      parents[Math.max(a, b)] = Math.min(a, b); // the first run of an island is its root
      if (first.end < second.end) above++;
      else below++;
    }
  }
  const islands = new Map<number, Run[]>();
  for (const [place, run] of runs.entries()) {
    const root = rootOf(place);
    const island = islands.get(root) ?? [];
    islands.set(root, island);
    island.push(run);
  }
  return [...islands.values()];
}

/** Pixels. */
export function areaOf({ runs }: Pick<Island, "runs">): number {
  return runs.reduce((area, { start, end }) => area + end - start, 0);
}
