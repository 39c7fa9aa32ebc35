/**
 * A column and a lane for every feature map. Columns follow the order of the network: one further for a step within a rank, the
 * same for a step between ranks, so that encoders fall and decoders climb. Lane 0 is the middle of a rank; parallel
 * paths are in lanes above (positive) and below it.
 */
import type { Figure, FigureMap, Step } from "./figure.ts";

export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly lane: number;
}

/** By feature map id. */
export type Placement = ReadonlyMap<number, Cell>;

export function placeMaps(figure: Figure): Placement {
  const placer = new Placer(figure);
  for (const map of figure.maps) placer.place(map);
  return placer.cells;
}

class Placer {
  readonly cells = new Map<number, Cell>();
  readonly #maps: ReadonlyMap<number, FigureMap>;
  readonly #into: ReadonlyMap<number, readonly Step[]>;
  readonly #outOf: ReadonlyMap<number, readonly Step[]>;
  /** Feature maps between a skip's source and its join, by join. */
  readonly #besides = new Map<number, readonly (readonly FigureMap[])[]>();
  readonly #aside = new Set<number>();
  /** Stretches between ranks that an arrow takes: "column/upper row". */
  readonly #shafts = new Set<string>();

  constructor(figure: Figure) {
    this.#maps = new Map(figure.maps.map((map) => [map.id, map]));
    this.#into = group(figure.steps, (step) => step.to);
    this.#outOf = group(figure.steps, (step) => step.from);
    for (const map of figure.maps) {
      const chains = this.#stepsInto(map)
        .filter((step) => step.skip)
        .map((step) => this.#chainBefore(step))
        .filter((chain) => chain.length > 0);
      if (chains.length > 0) this.#besides.set(map.id, chains);
      for (const one of chains.flat()) this.#aside.add(one.id);
    }
  }

  place(map: FigureMap): void {
    if (this.#aside.has(map.id) || this.cells.has(map.id)) return;
    const steps = this.#stepsInto(map);
    if (steps.length === 0) return; // an input: with the first feature map made of it
    for (const step of steps) this.#placeInput(step.from);
    const chains = this.#besides.get(map.id) ?? [];
    for (const [first] of chains)
      for (const step of first === undefined ? [] : this.#stepsInto(first)) this.#placeInput(step.from);
    const asideStarts = chains.flatMap((chain) => {
      const source = this.cells.get(this.#stepsInto(chain[0] ?? map)[0]?.from ?? -1);
      if (source === undefined) return [];
      return [source.row === map.row ? source.column + chain.length + 1 : source.column + chain.length];
    });
    const sources = steps.flatMap((step) => {
      const cell = this.cells.get(step.from);
      return cell === undefined ? [] : [{ step, cell }];
    });
    const level = sources.filter(({ cell }) => cell.row === map.row);
    const crossing = sources.filter(({ cell }) => cell.row !== map.row);
    const least = Math.max(
      0,
      ...asideStarts,
      ...level.map(({ cell }) => cell.column + 1),
      ...crossing.map(({ cell }) => cell.column),
    );
    const lane = this.#laneOf(map, level);
    if (level.some(({ step }) => !step.skip)) this.#settle(map, least, lane);
    else
      this.#drop(
        map,
        least,
        lane,
        crossing.map(({ cell }) => cell),
      );
    for (const chain of chains) this.#settleBeside(chain, map);
  }

  #placeInput(id: number): void {
    const map = this.#maps.get(id);
    if (map === undefined || this.cells.has(id) || this.#stepsInto(map).length > 0) return;
    const columns = [...this.cells.values()].map((cell) => cell.column + 1);
    this.#put(map, Math.max(0, ...columns), 0);
  }

  /** The lane of what comes before; paths that branch from one feature map are symmetric about it. */
  #laneOf(map: FigureMap, level: readonly { readonly step: Step; readonly cell: Cell }[]): number {
    const main = level.filter(({ step }) => !step.skip);
    const [first] = main;
    if (first === undefined) return 0;
    if (main.length > 1) {
      const lanes = main.map(({ cell }) => cell.lane);
      return (Math.min(...lanes) + Math.max(...lanes)) / 2;
    }
    const siblings = (this.#outOf.get(first.step.from) ?? [])
      .map((step) => this.#maps.get(step.to))
      .filter((one) => one !== undefined)
      .filter((one) => one.row === map.row && !this.#aside.has(one.id) && this.#stepsInto(one).length === 1);
    // A path that continues downwards is lowest, so that no other box is in its way.
    const place = [
      ...siblings.filter((one) => !this.#leadsDown(one)),
      ...siblings.filter((one) => this.#leadsDown(one)),
    ].indexOf(map);
    return place < 0 ? first.cell.lane : first.cell.lane + (siblings.length - 1) / 2 - place;
  }

  /** What is known of `#leadsDown`: each path is followed once. */
  readonly #leads = new Map<number, boolean>();

  /** Whether the path that begins with the feature map leaves its rank towards a coarser one. */
  #leadsDown(map: FigureMap): boolean {
    const path: number[] = [];
    let leads: boolean | undefined;
    for (let last = map; leads === undefined; ) {
      path.push(last.id);
      const after = (this.#outOf.get(last.id) ?? []).map((step) => this.#maps.get(step.to));
      const [next] = after;
      if (after.some((one) => one !== undefined && one.row > map.row)) leads = true;
      else if (after.length !== 1 || next?.row !== map.row || this.#stepsInto(next).length !== 1)
        leads = false;
      else {
        leads = this.#leads.get(next.id);
        last = next;
      }
    }
    for (const id of path) this.#leads.set(id, leads);
    return leads;
  }

  /** After a level step: the column is given, and the nearest free lane above is taken. */
  #settle(map: FigureMap, column: number, lane: number): void {
    let free = lane;
    while (!this.#free(map.row, column, free)) free++;
    this.#put(map, column, free);
  }

  /** After a step between ranks: the first column where the feature map and the arrow to it have room. */
  #drop(map: FigureMap, least: number, lane: number, sources: readonly Cell[]): void {
    let column = least;
    const [source] = sources;
    while (
      !this.#free(map.row, column, lane) ||
      (source !== undefined && !this.#clearShaft(column, source.row, map.row))
    )
      column++;
    this.#put(map, column, lane);
    if (source === undefined) return;
    for (let row = Math.min(source.row, map.row); row < Math.max(source.row, map.row); row++)
      this.#shafts.add(`${column}/${row}`);
  }

  /**
   * The feature maps on a skip's path are placed before the join, as near to it as the join's lane has room for them, or else
   * right before it in the next lane above.
   */
  #settleBeside(chain: readonly FigureMap[], join: FigureMap): void {
    const end = this.cells.get(join.id);
    const source = this.cells.get(this.#stepsInto(chain[0] ?? join)[0]?.from ?? -1);
    if (end === undefined || source === undefined) return;
    const room = (first: number, lane: number): boolean =>
      chain.every((_, at) => this.#free(join.row, first + at, lane));
    let first = end.column - chain.length;
    while (first > source.column && !room(first, end.lane)) first--;
    let lane = end.lane;
    if (first <= source.column) {
      first = end.column - chain.length;
      while (!room(first, lane)) lane++;
    }
    for (const [at, map] of chain.entries()) this.#put(map, first + at, lane);
  }

  #free(row: number, column: number, lane: number): boolean {
    for (const cell of this.cells.values())
      if (cell.row === row && cell.column === column && Math.abs(cell.lane - lane) < 1) return false;
    return true;
  }

  #clearShaft(column: number, from: number, to: number): boolean {
    const [upper, lower] = [Math.min(from, to), Math.max(from, to)];
    for (let row = upper; row < lower; row++) if (this.#shafts.has(`${column}/${row}`)) return false;
    for (const cell of this.cells.values())
      if (cell.column === column && cell.row > upper && cell.row < lower) return false;
    return true;
  }

  /**
   * The feature maps in one line of the join's rank before a skip's end, back to the feature map where the line branches from
   * another.
   */
  #chainBefore(step: Step): readonly FigureMap[] {
    const chain: FigureMap[] = [];
    const row = this.#maps.get(step.to)?.row;
    let map = this.#maps.get(step.from);
    while (map !== undefined && map.row === row) {
      const [into, ...others] = this.#stepsInto(map);
      if (into === undefined || others.length > 0 || (this.#outOf.get(map.id) ?? []).length !== 1) break;
      const before = this.#maps.get(into.from);
      if (before?.row !== row) break;
      chain.unshift(map);
      map = before;
    }
    // Where nothing else reads the feature map before them, they are not a parallel path.
    return map !== undefined && (this.#outOf.get(map.id) ?? []).length > 1 ? chain : [];
  }

  #stepsInto(map: FigureMap): readonly Step[] {
    return this.#into.get(map.id) ?? [];
  }

  #put(map: FigureMap, column: number, lane: number): void {
    this.cells.set(map.id, { row: map.row, column, lane });
  }
}

/** Whether the source's rank is free up to the target's column, so that an arrow goes there level first. */
export function freeAhead(from: Cell, to: Cell, placement: Iterable<Cell>): boolean {
  if (to.column < from.column) return false;
  return ![...placement].some(
    (cell) =>
      cell.row === from.row &&
      cell.column > from.column &&
      cell.column <= to.column &&
      Math.abs(cell.lane - from.lane) < 1,
  );
}

export function group<T>(items: readonly T[], key: (item: T) => number): ReadonlyMap<number, readonly T[]> {
  const found = new Map<number, T[]>();
  for (const item of items) {
    const list = found.get(key(item));
    if (list === undefined) found.set(key(item), [item]);
    else list.push(item);
  }
  return found;
}
