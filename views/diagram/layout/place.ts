/**
 * A column and a lane for every feature map. Columns follow the order of the network: one further for a step within a rank, the
 * same for a step between ranks where nothing is in between, so that encoders fall and decoders climb. Lane 0 is the middle of
 * a rank; parallel paths are in lanes above (positive) and below it, and each further input has a lane of its own.
 */
import type { Figure, FigureMap, Step } from "../figure.ts";
import { group } from "../group.ts";

export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly lane: number;
}

/** By feature map id. */
export type Placement = ReadonlyMap<number, Cell>;

export interface PlacePlan {
  /**
   * By how many columns the path of each input is further right than that of the input under it; negative: than that of the one
   * over it.
   */
  readonly stagger: number;
  /** What comes from another rank, and whose column is taken, is in a lane beside it and not in a later column. */
  readonly stacked: boolean;
}

export function placeMaps(figure: Figure, plan: PlacePlan): Placement {
  const placer = new Placer(figure, plan);
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
  /** What a column holds: boxes, and stretches between ranks that an arrow takes. */
  readonly #columns = new Map<number, { readonly from: number; readonly to: number }[]>();
  /** The lane of the inputs that a feature map comes from. */
  readonly #streams = new Map<number, number>();
  readonly #plan: PlacePlan;
  readonly #inputs: number;

  constructor(figure: Figure, plan: PlacePlan) {
    this.#plan = plan;
    this.#maps = new Map(figure.maps.map((map) => [map.id, map]));
    this.#into = group(figure.steps, (step) => step.to);
    this.#outOf = group(figure.steps, (step) => step.from);
    const inputs = figure.maps.filter((map) => this.#stepsInto(map).length === 0);
    this.#inputs = inputs.length;
    for (const [at, map] of inputs.entries()) this.#streams.set(map.id, -at);
    for (const map of figure.maps) {
      const chains = this.#stepsInto(map)
        .filter((step) => step.skip)
        .map((step) => this.#chainBefore(step))
        .filter((chain) => chain.length > 0);
      if (chains.length > 0) this.#besides.set(map.id, chains);
      for (const one of chains.flat()) this.#aside.add(one.id);
      const streams = this.#stepsInto(map).map((step) => this.#streams.get(step.from) ?? 0);
      if (streams.length > 0) this.#streams.set(map.id, Math.max(...streams));
    }
  }

  place(map: FigureMap): void {
    if (this.#aside.has(map.id) || this.cells.has(map.id)) return;
    const steps = this.#stepsInto(map);
    if (steps.length === 0) {
      this.#settle(map, 0, this.#stream(map), []);
      return;
    }
    const chains = this.#besides.get(map.id) ?? [];
    const asideStarts = chains.flatMap((chain) => {
      const source = this.#before(chain[0] ?? map);
      if (source === undefined) return [];
      return [source.row === map.row ? source.column + chain.length + 1 : source.column + chain.length];
    });
    const sources = steps.flatMap((step) => this.cells.get(step.from) ?? []);
    const level = steps.flatMap((step) => {
      const cell = this.cells.get(step.from);
      return cell?.row === map.row ? [{ step, cell }] : [];
    });
    const crossing = sources.filter((cell) => cell.row !== map.row);
    const fans = crossing.length > 0 && this.#crossingSiblings(map).length > 1;
    const nearest = Math.max(
      0,
      ...asideStarts,
      ...level.map(({ cell }) => cell.column + 1),
      ...crossing.map(({ column }) => column + (fans ? 1 : 0)),
    );
    const least = nearest + this.#delay(map);
    this.#settle(map, least, this.#laneOf(map, level), crossing);
    for (const chain of chains) this.#settleBeside(chain, map);
  }

  /** The lane of what comes before; paths that branch from one feature map are about it. */
  #laneOf(map: FigureMap, level: readonly { readonly step: Step; readonly cell: Cell }[]): number {
    const main = level.filter(({ step }) => !step.skip);
    const [first] = main;
    if (main.length > 1) {
      const lanes = main.map(({ cell }) => cell.lane);
      return Math.round((Math.min(...lanes) + Math.max(...lanes)) / 2);
    }
    if (first === undefined) {
      const fan = this.#crossingSiblings(map);
      return this.#stream(map) + (fan.length > 1 ? laneInFan(fan.indexOf(map), fan.length) : 0);
    }
    const siblings = this.#siblings(first.step.from)
      .filter((one) => one.row === map.row && !this.#aside.has(one.id) && this.#stepsInto(one).length === 1)
      .sort((a, b) => Number(this.#leadsDown(a)) - Number(this.#leadsDown(b)));
    const place = siblings.indexOf(map);
    return place < 0 ? first.cell.lane : first.cell.lane + laneInFan(place, siblings.length);
  }

  /** Of the first feature map on an input's path. */
  #delay(map: FigureMap): number {
    const [step, ...others] = this.#stepsInto(map);
    if (step === undefined || others.length > 0 || this.#into.has(step.from)) return 0;
    const above = -this.#stream(map);
    const { stagger } = this.#plan;
    return stagger > 0 ? stagger * (this.#inputs - 1 - above) : -stagger * above;
  }

  #stream(map: FigureMap): number {
    return this.#streams.get(map.id) ?? 0;
  }

  /** What one feature map of another rank fans out to in this one. */
  #crossingSiblings(map: FigureMap): readonly FigureMap[] {
    const [only, ...others] = this.#stepsInto(map);
    if (only === undefined || others.length > 0) return [];
    return this.#siblings(only.from).filter(
      (one) => one.row === map.row && this.#stepsInto(one).length === 1,
    );
  }

  #siblings(source: number): FigureMap[] {
    return (this.#outOf.get(source) ?? []).flatMap((step) => this.#maps.get(step.to) ?? []);
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

  /**
   * The first column from `least` where the box has room, and the arrows to it that come straight from other ranks: in the lane,
   * or in one near it where no arrow from another rank is to be kept clear.
   */
  #settle(map: FigureMap, least: number, lane: number, crossing: readonly Cell[]): void {
    const level = crossing.length === 0 && this.#stepsInto(map).length > 0;
    const stacks = this.#plan.stacked && this.#stepsInto(map).length === 1;
    let cell: Cell | undefined;
    for (let column = least; cell === undefined; column++) {
      const own = { row: map.row, column, lane };
      // Beside a box there may be room in another lane; an arrow between ranks is passed.
      const lanes = nearTo(lane, level && this.#isBox(own) ? mostLanesAside : 0);
      cell = lanes.map((one) => ({ ...own, lane: one })).find((one) => this.#fits(one, crossing));
      const [source] = crossing;
      if (cell === undefined && stacks && source !== undefined) cell = this.#stacked(own, source);
    }
    const { column } = cell;
    this.#put(map, cell);
    for (const source of crossing)
      if (source.column === column) this.#take(column, between(height(source), height(cell)));
  }

  /** A lane on the side of the rank that the feature map comes from; its arrow arrives through the gap before it. */
  #stacked(own: Cell, source: Cell): Cell | undefined {
    if (source.column >= own.column) return undefined;
    const toward = source.row > own.row ? -1 : 1;
    for (let away = 1; away <= mostLanesAside; away++) {
      const cell = { ...own, lane: own.lane + toward * away };
      if (this.#fits(cell, [])) return cell;
    }
    return undefined;
  }

  #fits(cell: Cell, crossing: readonly Cell[]): boolean {
    const own = height(cell);
    if (!this.#free(cell.column, { from: own, to: own })) return false;
    const straight = crossing.filter(({ column }) => column === cell.column).map(height);
    // One from above and one from below.
    if (straight.filter((one) => one < own).length > 1 || straight.filter((one) => one > own).length > 1)
      return false;
    return straight.every((one) => this.#free(cell.column, between(one, own)));
  }

  /**
   * The feature maps on a skip's path are placed before the join, as near to it as the join's lane has room for them, or else
   * right before it in a lane near it; where arrows between ranks leave no room, wherever there is.
   */
  #settleBeside(chain: readonly FigureMap[], join: FigureMap): void {
    const end = this.cells.get(join.id);
    const source = this.#before(chain[0] ?? join);
    if (end === undefined || source === undefined) return;
    const room = (first: number, lane: number): boolean =>
      chain.every((_, at) => this.#fits({ row: join.row, column: first + at, lane }, []));
    let first = end.column - chain.length;
    while (first > source.column && !room(first, end.lane)) first--;
    let lane: number | undefined = end.lane;
    if (first <= source.column) {
      first = end.column - chain.length;
      lane = nearTo(end.lane, mostLanesAside).find((one) => room(first, one));
    }
    let column = source.column + 1;
    for (const [at, map] of chain.entries()) {
      if (lane !== undefined) this.#put(map, { row: map.row, column: first + at, lane });
      else this.#settle(map, column, end.lane, []);
      column = (this.cells.get(map.id)?.column ?? column) + 1;
    }
  }

  #before(map: FigureMap): Cell | undefined {
    return this.cells.get(this.#stepsInto(map)[0]?.from ?? -1);
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

  #free(column: number, span: { readonly from: number; readonly to: number }): boolean {
    return !(this.#columns.get(column) ?? []).some(({ from, to }) => from <= span.to && span.from <= to);
  }

  #isBox(cell: Cell): boolean {
    const own = height(cell);
    return (this.#columns.get(cell.column) ?? []).some(({ from, to }) => from === own && to === own);
  }

  #take(column: number, span: { readonly from: number; readonly to: number }): void {
    this.#columns.set(column, [...(this.#columns.get(column) ?? []), span]);
  }

  #put(map: FigureMap, cell: Cell): void {
    this.cells.set(map.id, cell);
    this.#take(cell.column, { from: height(cell), to: height(cell) });
  }
}

const mostLanesAside = 40;

/** The lane, then those above and below it, the nearest first. */
function nearTo(lane: number, aside: number): readonly number[] {
  const away = Array.from({ length: aside }, (_, at) => [lane + at + 1, lane - at - 1]);
  return [lane, ...away.flat()];
}

/** Ranks are further apart than any lanes of one. */
const lanesOfRank = 1_000_000;

/** Downwards. */
function height({ row, lane }: Cell): number {
  return row * lanesOfRank - lane;
}

/** What is strictly between two heights. */
function between(one: number, other: number): { readonly from: number; readonly to: number } {
  return { from: Math.min(one, other) + 0.5, to: Math.max(one, other) - 0.5 };
}

/** The first paths are on top. */
function laneInFan(place: number, count: number): number {
  return Math.floor((count - 1) / 2) - place;
}
