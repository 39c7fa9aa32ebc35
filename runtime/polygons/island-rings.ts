/**
 * The boundary of an island along the edges of its pixels, as polygons have it: one outer ring and a ring for each hole.
 *
 * Pixel (x, y) covers [x, x + 1] × [y, y + 1]. Between two rows, the boundary runs where just one of them has the island; these
 * horizontal edges are joined at their ends, column by column. Where two pixels of an island touch at a corner only, the boundary
 * passes between them, and a ring that meets one of its vertices again is parted there: no ring touches itself.
 */
import type { Run } from "./class-runs.ts";

export type Vertex = readonly [x: number, y: number];

/** Vertices where the direction changes; the last is joined to the first. */
export type Ring = readonly Vertex[];

export interface IslandRings {
  /** Σ x·y′ − x′·y > 0: counter-clockwise where y is drawn upwards (RFC 7946), clockwise on the screen. */
  readonly outer: Ring;
  /** The other way round. */
  readonly holes: readonly Ring[];
}

/** A horizontal edge, in the direction that has the island to its right on the screen. */
interface Edge {
  readonly y: number;
  readonly tail: End;
  readonly head: End;
}

/** An end of an edge, where the boundary turns upwards or downwards on the screen. */
interface End {
  readonly x: number;
  readonly turns: "up" | "down";
}

/** @param runs of one island, by rows */
export function islandRings(runs: readonly Run[]): IslandRings {
  const rings = joined(horizontalEdges(runs)).flatMap(partedAtRepeats);
  const [outer, second] = rings.filter((ring) => signedArea(ring) > 0);
  if (outer === undefined || second !== undefined) throw new Error("an island has one outer ring");
  return { outer, holes: rings.filter((ring) => ring !== outer) };
}

/** Half of Σ x·y′ − x′·y. */
export function signedArea(ring: Ring): number {
  return (
    ring.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y];
      return sum + x * nextY - nextX * y;
    }, 0) / 2
  );
}

function horizontalEdges(runs: readonly Run[]): readonly Edge[] {
  const edges: Edge[] = [];
  for (let from = 0, above: readonly Run[] = []; from < runs.length || above.length > 0; ) {
    const y = above[0] === undefined ? (runs[from]?.row ?? 0) : above[0].row + 1;
    let end = from;
    while (runs[end]?.row === y) end++;
    const below = runs.slice(from, end);
    edges.push(...edgesBetween(above, below, y));
    [above, from] = [below, end];
  }
  return edges;
}

/** Where just one of two rows has the island. */
function edgesBetween(above: readonly Run[], below: readonly Run[], y: number): readonly Edge[] {
  const places = [...new Set([...above, ...below].flatMap(({ start, end }) => [start, end]))].sort(
    (a, b) => a - b,
  );
  const inside = (runs: readonly Run[]) => {
    let next = 0;
    return places.map((place) => {
      while ((runs[next]?.end ?? Number.POSITIVE_INFINITY) <= place) next++;
      return (runs[next]?.start ?? Number.POSITIVE_INFINITY) <= place;
    });
  };
  const [upper, lower] = [inside(above), inside(below)];
  const edges: Edge[] = [];
  for (let place = 0; place < places.length; ) {
    const [up, down] = [upper[place] ?? false, lower[place] ?? false];
    let next = place + 1;
    while (next < places.length && upper[next] === up && lower[next] === down) next++;
    if (up !== down) {
      // beside an edge both rows have the island, or it turns to the side of the row that has it
      const both = (at: number) => upper[at] === true && lower[at] === true;
      const turn = (at: number): End["turns"] => (both(at) === down ? "up" : "down");
      const left: End = { x: places[place] ?? 0, turns: turn(place - 1) };
      const right: End = { x: places[next] ?? 0, turns: turn(next) };
      edges.push(down ? { y, tail: left, head: right } : { y, tail: right, head: left });
    }
    place = next;
  }
  return edges;
}

/** Closed rings of edges and the vertical lines between their ends. */
function joined(edges: readonly Edge[]): readonly Ring[] {
  const columns = new Map<number, { readonly edge: number; readonly y: number; readonly end: End }[]>();
  for (const [edge, { y, tail, head }] of edges.entries()) {
    for (const end of [tail, head]) {
      const column = columns.get(end.x) ?? [];
      columns.set(end.x, column);
      column.push({ edge, y, end });
    }
  }
  /** By edge: that whose tail is joined to its head. */
  const next = new Map<number, number>();
  for (const column of columns.values()) {
    // of two ends at one corner the vertical line above ends before the one below begins
    column.sort((a, b) => a.y - b.y || (a.end.turns === "up" ? -1 : 1));
    for (let i = 0; i + 1 < column.length; i += 2) {
      const [top, bottom] = [column[i], column[i + 1]];
      if (top?.end.turns !== "down" || bottom?.end.turns !== "up")
        throw new Error("an edge of an island has no continuation");
      const downwards = edges[top.edge]?.head === top.end;
      next.set(downwards ? top.edge : bottom.edge, downwards ? bottom.edge : top.edge);
    }
  }
  const rings: Ring[] = [];
  const left = new Set(edges.keys());
  for (const first of left) {
    const ring: Vertex[] = [];
    for (let edge = first; left.delete(edge); edge = next.get(edge) ?? first) {
      const { y, tail, head } = edges[edge] as Edge; // an index of theirs
      ring.push([tail.x, y], [head.x, y]);
    }
    rings.push(ring);
  }
  return rings;
}

/** A ring that meets a vertex again as rings that do not. */
function partedAtRepeats(ring: Ring): readonly Ring[] {
  const parts: Ring[] = [];
  const path: Vertex[] = [];
  const places = new Map<string, number>();
  for (const vertex of ring) {
    const key = vertex.join();
    const place = places.get(key);
    if (place !== undefined) {
      const part = path.splice(place);
      for (const one of part) places.delete(one.join());
      parts.push(part);
    }
    places.set(key, path.length);
    path.push(vertex);
  }
  return [...parts, path];
}
