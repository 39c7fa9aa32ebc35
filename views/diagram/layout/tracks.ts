/**
 * A track for every stretch of an arrow in a gap or a channel, so that no two share a line, and a port for every bent arrow at
 * its boxes. Tracks that do not reach past each other share a place.
 */
import type { Arrow, Way, Ways } from "./ways.ts";

/** Upright, in a gap: on the side of the box it belongs to, `distance` tracks from there. */
export interface Upright {
  readonly arrow: Arrow;
  readonly gap: number;
  readonly zone: "after" | "before";
  readonly distance: number;
  /** Lines and channels it reaches, both inclusive. */
  readonly first: number;
  readonly last: number;
}

/** Level, in a channel: on the side of the line that it serves, `distance` tracks from there. */
export interface Level {
  readonly arrow: Arrow;
  readonly channel: number;
  readonly serves: "above" | "below";
  readonly distance: number;
}

/** Where a bent arrow leaves or reaches a box: `place` ports over (negative) or under the middle, of `count` on that side. */
export interface Port {
  readonly place: number;
  readonly count: number;
}

export interface Tracks {
  readonly uprights: readonly Upright[];
  readonly levels: ReadonlyMap<Arrow, Level>;
  readonly leaves: ReadonlyMap<Arrow, Port>;
  readonly arrives: ReadonlyMap<Arrow, Port>;
  /** How many ports the fuller half of a box's side has, by box. */
  readonly ports: ReadonlyMap<number, number>;
}

interface Entry {
  readonly arrow: Arrow;
  readonly box: number;
  readonly zone: Upright["zone"];
  readonly gap: number;
  /** The box's line, and the line or channel where the stretch ends. */
  readonly own: number;
  readonly end: number;
  /** Columns that the whole arrow spans. */
  readonly span: number;
  /** Over boxes of one line. */
  readonly arc: boolean;
}

export function layTracks(ways: Ways): Tracks {
  const entries = [...ways.ways].flatMap(([arrow, way]) => entriesOf(arrow, way, ways));
  const leaves = new Map<Arrow, Port>();
  const arrives = new Map<Arrow, Port>();
  const ports = new Map<number, number>();
  const uprights: Upright[] = [];
  for (const zone of by(entries, ({ gap, zone }) => `${gap}/${zone}`)) {
    const taken: (Upright & { readonly box: number; readonly rises: boolean })[] = [];
    for (const ofBox of by(zone, ({ box }) => `${box}`)) {
      for (const rises of [true, false]) {
        const side = ofBox.filter(({ own, end }) => end < own === rises).sort(nearestFirst(rises));
        let least = 0;
        for (const [at, entry] of side.entries()) {
          const [first, last] = [Math.min(entry.own, entry.end), Math.max(entry.own, entry.end)];
          const clashes = (distance: number): boolean =>
            taken.some(
              (other) =>
                other.distance === distance &&
                !(other.box === entry.box && other.rises !== rises) &&
                other.first <= last &&
                first <= other.last,
            );
          while (clashes(least)) least++;
          taken.push({
            arrow: entry.arrow,
            gap: entry.gap,
            zone: entry.zone,
            distance: least,
            first,
            last,
            box: entry.box,
            rises,
          });
          least++;
          const centred = ways.centred.has(`${entry.box}/${entry.zone === "after" ? "right" : "left"}`);
          const place = centred ? 0 : rises ? at - side.length : side.length - at;
          const port = { place, count: side.length };
          (entry.zone === "after" ? leaves : arrives).set(entry.arrow, port);
          if (!centred) ports.set(entry.box, Math.max(ports.get(entry.box) ?? 0, side.length));
        }
      }
    }
    uprights.push(...taken);
  }
  return { uprights, levels: layLevels(ways), leaves, arrives, ports };
}

function entriesOf(arrow: Arrow, way: Way, { spots }: Ways): readonly Entry[] {
  const [from, to] = [spots.get(arrow.from), spots.get(arrow.to)];
  if (from === undefined || to === undefined) return [];
  const span = Math.abs(to.column - from.column);
  const [start, end] = [2 * from.line + 1, 2 * to.line + 1];
  const arc = from.line === to.line;
  const leaving = { arrow, box: arrow.from, zone: "after", own: start, span, arc } as const;
  const arriving = { arrow, box: arrow.to, zone: "before", own: end, span, arc } as const;
  if (way.form === "parts") return [{ ...leaving, gap: way.gap, end }];
  if (way.form === "meets") return [{ ...arriving, gap: way.gap, end: start }];
  if (way.form === "around")
    return [
      { ...leaving, gap: way.gap, end: way.channel },
      { ...arriving, gap: way.last, end: way.channel },
    ];
  return [];
}

/** The stretch that goes furthest is nearest to its box, and leaves it outermost: so arrows of one box do not cross. */
function nearestFirst(rises: boolean): (a: Entry, b: Entry) => number {
  const longest = (a: Entry, b: Entry): number =>
    a.zone === "before" && !a.arc ? a.span - b.span : b.span - a.span;
  return (a, b) => (rises ? a.end - b.end : b.end - a.end) || longest(a, b);
}

/**
 * Of arrows over one line the longest is furthest from it; over those come the arrows from other lines, of which the longest is
 * nearest.
 */
function layLevels({ ways, spots }: Ways): ReadonlyMap<Arrow, Level> {
  const found = [...ways].flatMap(([arrow, way]) => {
    const [from, to] = [spots.get(arrow.from), spots.get(arrow.to)];
    if (from === undefined || to === undefined) return [];
    if (way.form === "around") {
      const serves = from.line > to.line ? ("above" as const) : ("below" as const);
      const [first, last] = [Math.min(way.gap, way.last), Math.max(way.gap, way.last)];
      const rank = from.line === to.line ? last - first : 1_000_000 - (last - first);
      return [{ arrow, channel: way.channel, serves, first: 2 * first, last: 2 * last, rank }];
    }
    if (way.form !== "indices") return [];
    const [first, last] = [2 * from.column + 1, 2 * to.column + 1];
    return [{ arrow, channel: way.channel, serves: "below" as const, first, last, rank: last - first }];
  });
  const levels = new Map<Arrow, Level>();
  for (const side of by(found, ({ channel, serves }) => `${channel}/${serves}`)) {
    const order = [...side].sort((a, b) => a.rank - b.rank || a.first - b.first);
    for (const [at, one] of order.entries()) {
      const under = order
        .slice(0, at)
        .filter((other) => other.first <= one.last && one.first <= other.last)
        .map(({ arrow }) => levels.get(arrow)?.distance ?? -1);
      const { arrow, channel, serves } = one;
      levels.set(arrow, { arrow, channel, serves, distance: Math.max(-1, ...under) + 1 });
    }
  }
  return levels;
}

function by<T>(items: readonly T[], key: (item: T) => string): readonly (readonly T[])[] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const list = found.get(key(item));
    if (list === undefined) found.set(key(item), [item]);
    else list.push(item);
  }
  return [...found.values()];
}
