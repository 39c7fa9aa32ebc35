/**
 * The way of every arrow on the grid of lines and columns, before anything has a place in points.
 *
 * Lines and the channels between them alternate from top to bottom: line l is at 2l + 1, the channel over it at 2l. Columns and
 * the gaps between them alternate from left to right: column c is at 2c + 1, the gap before it at 2c. A stretch of a line or a
 * column that an arrow takes is no other's; in gaps and channels every arrow has a track of its own (`tracks.ts`).
 */
import type { Figure, Step } from "../figure.ts";
import { group } from "../group.ts";
import type { Placement } from "./place.ts";

/** A dashed arrow between the arrows of a pooling and its unpooling, or what else an edge of the figure is. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** Left out for pooling indices. */
  readonly step: Step | undefined;
}

export interface Spot {
  readonly line: number;
  readonly column: number;
}

export type Way =
  /** Straight along a line; straight along a column. */
  | { readonly form: "level" | "shaft" }
  /** Along the source's line to the target's column, then along that. */
  | { readonly form: "corner" }
  /** Through the gap after the source to the target's line. */
  | { readonly form: "parts"; readonly gap: number }
  /** Along the source's line to the gap before the target, then to it. */
  | { readonly form: "meets"; readonly gap: number }
  /** Through the gap after the source, a channel, and the gap before the target. */
  | { readonly form: "around"; readonly gap: number; readonly channel: number; readonly last: number }
  /** Pooling indices: from the shaft of a pooling to that of an unpooling, level. */
  | { readonly form: "indices"; readonly channel: number };

export interface Ways {
  readonly lines: readonly { readonly row: number; readonly lane: number }[];
  readonly columns: number;
  readonly spots: ReadonlyMap<number, Spot>;
  readonly ways: ReadonlyMap<Arrow, Way>;
  /** "id/side" where the only bent arrow of a box's side has its middle. */
  readonly centred: ReadonlySet<string>;
}

export function findWays(figure: Figure, placement: Placement): Ways {
  return new Finder(figure, placement).found();
}

class Finder {
  readonly #figure: Figure;
  readonly #lines: { row: number; lane: number }[];
  readonly #spots = new Map<number, Spot>();
  readonly #ways = new Map<Arrow, Way>();
  readonly #middles = new Set<string>();
  readonly #alongLines = new Stretches();
  readonly #alongColumns = new Stretches();
  readonly #columns: number;

  constructor(figure: Figure, placement: Placement) {
    this.#figure = figure;
    const lines = new Map(
      [...placement.values()].map(({ row, lane }) => [`${row}/${lane}`, { row, lane }] as const),
    );
    this.#lines = [...lines.values()].sort((a, b) => a.row - b.row || b.lane - a.lane);
    const places = new Map(this.#lines.map(({ row, lane }, at) => [`${row}/${lane}`, at]));
    for (const [id, { row, lane, column }] of placement) {
      const line = places.get(`${row}/${lane}`) ?? 0;
      this.#spots.set(id, { line, column });
      this.#alongLines.take(line, 2 * column + 1, 2 * column + 1);
      this.#alongColumns.take(column, 2 * line + 1, 2 * line + 1);
    }
    this.#columns = 1 + Math.max(0, ...[...placement.values()].map(({ column }) => column));
  }

  found(): Ways {
    const arrows = this.#figure.steps.map((step): Arrow => ({ from: step.from, to: step.to, step }));
    const span = ({ from, to }: Arrow): number =>
      (this.#spots.get(to)?.column ?? 0) - (this.#spots.get(from)?.column ?? 0);
    const order = [...arrows].sort((a, b) => span(a) - span(b));
    for (const arrow of order) this.#straight(arrow);
    const readers = group(this.#figure.steps, (step) => step.from);
    const sources = group(this.#figure.steps, (step) => step.to);
    for (const arrow of order) {
      if (this.#ways.has(arrow)) continue;
      const fans = (readers.get(arrow.from) ?? []).length > 1;
      const arriving = (sources.get(arrow.to) ?? []).length;
      const bent = order.filter((one) => one.to === arrow.to && !this.#ways.has(one)).length;
      this.#bent(arrow, { fans, joins: arriving > 1, last: bent === 1 });
    }
    this.#links(arrows);
    // In the order of the figure, so that what is drawn is too.
    const ways = new Map([...this.#ways].sort(([a], [b]) => this.#place(a, arrows) - this.#place(b, arrows)));
    return {
      lines: this.#lines,
      columns: this.#columns,
      spots: this.#spots,
      ways,
      centred: this.#centred(),
    };
  }

  /** A lone bent arrow takes the middle of a side, where the line is free. */
  #centred(): ReadonlySet<string> {
    const counts = new Map<string, number>();
    const count = (side: string): unknown => counts.set(side, (counts.get(side) ?? 0) + 1);
    for (const [{ from, to }, { form }] of this.#ways) {
      if (form === "parts" || form === "around") count(`${from}/right`);
      if (form === "meets" || form === "around") count(`${to}/left`);
    }
    const centred = new Set<string>();
    for (const [side, arrows] of counts) {
      const [id = "", name] = side.split("/");
      const spot = this.#spots.get(Number(id));
      if (arrows > 1 || spot === undefined || this.#middles.has(side)) continue;
      const gap = 2 * (spot.column + (name === "right" ? 1 : 0));
      if (this.#alongLines.takeFree(spot.line, gap, gap)) centred.add(side);
    }
    return centred;
  }

  #place(arrow: Arrow, arrows: readonly Arrow[]): number {
    this.#order ??= new Map(arrows.map((one, at) => [one, at]));
    return this.#order.get(arrow) ?? arrows.length;
  }
  #order: Map<Arrow, number> | undefined;

  #straight(arrow: Arrow): void {
    const [from, to] = this.#ends(arrow);
    if (from.line === to.line && from.column < to.column) {
      if (!this.#alongLines.takeFree(from.line, 2 * from.column + 2, 2 * to.column)) return;
      this.#settle(arrow, { form: "level" }, "right", "left");
    } else if (from.column === to.column && from.line !== to.line) {
      const [upper, lower] = [Math.min(from.line, to.line), Math.max(from.line, to.line)];
      if (!this.#alongColumns.takeFree(from.column, 2 * upper + 2, 2 * lower)) return;
      const falls = from.line < to.line;
      this.#settle(arrow, { form: "shaft" }, falls ? "bottom" : "top", falls ? "top" : "bottom");
    }
  }

  #bent(
    arrow: Arrow,
    { fans, joins, last }: { readonly fans: boolean; readonly joins: boolean; readonly last: boolean },
  ): void {
    const [from, to] = this.#ends(arrow);
    const forward = from.column < to.column;
    const sameRank = this.#lines[from.line]?.row === this.#lines[to.line]?.row;
    if (forward && from.line !== to.line) {
      if (!sameRank && !(fans && joins) && this.#corner(arrow, from, to)) return;
      // Several that arrive come side by side; only a lone one may take the target's line.
      const ways =
        fans && !joins ? [this.#parts, this.#meets] : last ? [this.#meets, this.#parts] : [this.#meets];
      for (const way of ways) if (way.call(this, arrow, from, to)) return;
      if (!sameRank && this.#corner(arrow, from, to)) return;
    }
    const channel = from.line < to.line ? 2 * to.line : 2 * (to.line + (from.line > to.line ? 1 : 0));
    this.#ways.set(arrow, { form: "around", gap: from.column + 1, channel, last: to.column });
  }

  #corner(arrow: Arrow, from: Spot, to: Spot): boolean {
    const falls = from.line < to.line;
    const rows: Range = falls ? [2 * from.line + 1, 2 * to.line] : [2 * to.line + 2, 2 * from.line + 1];
    const columns: Range = [2 * from.column + 2, 2 * to.column + 1];
    if (!this.#alongLines.free(from.line, ...columns) || !this.#alongColumns.free(to.column, ...rows))
      return false;
    this.#alongLines.take(from.line, ...columns);
    this.#alongColumns.take(to.column, ...rows);
    this.#settle(arrow, { form: "corner" }, "right", falls ? "top" : "bottom");
    return true;
  }

  #parts(arrow: Arrow, from: Spot, to: Spot): boolean {
    if (!this.#alongLines.takeFree(to.line, 2 * from.column + 2, 2 * to.column)) return false;
    this.#settle(arrow, { form: "parts", gap: from.column + 1 }, undefined, "left");
    return true;
  }

  #meets(arrow: Arrow, from: Spot, to: Spot): boolean {
    if (!this.#alongLines.takeFree(from.line, 2 * from.column + 2, 2 * to.column)) return false;
    this.#settle(arrow, { form: "meets", gap: to.column }, "right", undefined);
    return true;
  }

  /** Level between two shafts in one channel, or around from feature map to feature map. */
  #links(arrows: readonly Arrow[]): void {
    for (const link of this.#figure.links) {
      const [pool, unpool] = [link.pool, link.unpool].map((id) =>
        arrows.find(({ step, to }) => step?.nodes.includes(id) || to === id),
      );
      if (pool === undefined || unpool === undefined) continue;
      const [down, up] = [pool, unpool].map((arrow) => this.#shaftChannels(arrow));
      const channel = down?.find((one) => up?.includes(one));
      const arrow: Arrow = { from: pool.to, to: unpool.to, step: undefined };
      const before = this.#ends(pool)[1].column < this.#ends(unpool)[1].column;
      if (channel !== undefined && before) {
        this.#ways.set(arrow, { form: "indices", channel });
        continue;
      }
      this.#bent(arrow, { fans: true, joins: true, last: false });
    }
  }

  /** The channels that the arrow crosses in the target's column. */
  #shaftChannels(arrow: Arrow): readonly number[] {
    const form = this.#ways.get(arrow)?.form;
    if (form !== "shaft" && form !== "corner") return [];
    const [from, to] = this.#ends(arrow);
    const [upper, lower] = [Math.min(from.line, to.line), Math.max(from.line, to.line)];
    return Array.from({ length: lower - upper }, (_, at) => 2 * (upper + 1 + at));
  }

  #settle(arrow: Arrow, way: Way, out: string | undefined, into: string | undefined): void {
    this.#ways.set(arrow, way);
    if (out !== undefined) this.#middles.add(`${arrow.from}/${out}`);
    if (into !== undefined) this.#middles.add(`${arrow.to}/${into}`);
  }

  #ends({ from, to }: Arrow): readonly [Spot, Spot] {
    const ends = [this.#spots.get(from), this.#spots.get(to)] as const;
    if (ends[0] === undefined || ends[1] === undefined) throw new Error(`no place for ${from} or ${to}`);
    return [ends[0], ends[1]];
  }
}

type Range = readonly [first: number, last: number];

/** The stretches of lines, or of columns, that are taken. */
class Stretches {
  readonly #taken = new Map<number, Range[]>();

  free(of: number, first: number, last: number): boolean {
    return !(this.#taken.get(of) ?? []).some(([from, to]) => from <= last && first <= to);
  }

  take(of: number, first: number, last: number): void {
    const list = this.#taken.get(of);
    if (list === undefined) this.#taken.set(of, [[first, last]]);
    else list.push([first, last]);
  }

  takeFree(of: number, first: number, last: number): boolean {
    if (!this.free(of, first, last)) return false;
    this.take(of, first, last);
    return true;
  }
}
