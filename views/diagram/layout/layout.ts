/** Where everything of a figure is, in points from the top left corner: boxes, arrows with their words, ranks. */
import type { Figure, FigureMap, Line, Step } from "../figure.ts";
import { group } from "../group.ts";
import { textWidth } from "../measure-text.ts";
import { placeAcross, wordsChannel } from "./across.ts";
import { placeDown } from "./down.ts";
import { type Face, faceOf, portPitch, type Side } from "./faces.ts";
import { leading, type Metrics } from "./metrics.ts";
import { type PlacePlan, placeMaps } from "./place.ts";
import { layTracks, type Port, type Tracks } from "./tracks.ts";
import { type Arrow, findWays, type Way, type Ways } from "./ways.ts";
import { findWords, gapsOf, type Words, wordsHeight } from "./words.ts";

export type Point = readonly [x: number, y: number];

export interface Box {
  readonly map: FigureMap;
  readonly face: Face;
  /** The middle. */
  readonly x: number;
  readonly y: number;
}

export interface WordLine extends Line {
  readonly x: number;
  /** The middle of the line. */
  readonly y: number;
  readonly align: "start" | "middle" | "end";
  readonly width: number;
  readonly faint: boolean;
}

export interface DrawnArrow {
  readonly from: number;
  readonly to: number;
  /** Left out for pooling indices. */
  readonly step: Step | undefined;
  /** Corners; the arrow points to the last. */
  readonly points: readonly Point[];
  readonly words: readonly WordLine[];
}

export interface Band {
  readonly row: number;
  readonly top: number;
  readonly bottom: number;
  /** The middle of its first lane. */
  readonly y: number;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly arrows: readonly DrawnArrow[];
  readonly bands: readonly Band[];
}

export function layOut(figure: Figure, metrics: Metrics, plan: PlacePlan): Layout {
  const { ways, tracks } = routesOf(figure, plan);
  const faces = facesOf(figure, ways, tracks, metrics);
  const words = findWords(ways, metrics);
  const across = placeAcross(ways, tracks, words, faces, metrics);
  const down = placeDown(ways, tracks, words, faces, metrics);
  const boxes = new Map(
    figure.maps.flatMap((map) => {
      const [spot, face] = [ways.spots.get(map.id), faces.get(map.id)];
      if (spot === undefined || face === undefined) return [];
      const [x, y] = [across.columns[spot.column] ?? 0, down.lines[spot.line] ?? 0];
      return [[map.id, { map, face, x, y }] as const];
    }),
  );
  const upright = new Map(tracks.uprights.map((one) => [one, across.track(one.gap, one.zone, one.distance)]));
  const xs = group([...upright.keys()], ({ zone }) => (zone === "after" ? 0 : 1));
  const trackOf = (place: 0 | 1): ReadonlyMap<Arrow, number> =>
    new Map((xs.get(place) ?? []).map((one) => [one.arrow, upright.get(one) ?? 0]));
  const [after, before] = [trackOf(0), trackOf(1)];
  const drawn: { arrow: Arrow; way: Way; points: readonly Point[] }[] = [];
  for (const [arrow, way] of ways.ways) {
    const [from, to] = [boxes.get(arrow.from), boxes.get(arrow.to)];
    if (from === undefined || to === undefined) continue;
    const level = tracks.levels.get(arrow);
    const points = corners(way, from, to, {
      out: from.y + portOffset(from, tracks.leaves.get(arrow)),
      into: to.y + portOffset(to, tracks.arrives.get(arrow)),
      after: after.get(arrow) ?? 0,
      before: before.get(arrow) ?? 0,
      level: level === undefined ? 0 : down.track(level),
    });
    drawn.push({ arrow, way, points });
  }
  const arrows = drawn.map(({ arrow, way, points }): DrawnArrow => {
    const said = words.get(arrow);
    const place = { arrow, way, ways, across, down, metrics, points };
    return {
      from: arrow.from,
      to: arrow.to,
      step: arrow.step,
      points,
      words: said === undefined ? [] : placeWords(said, place),
    };
  });
  return { boxes: [...boxes.values()], arrows, bands: bandsOf(figure, ways, down, metrics) };
}

interface Routes {
  readonly ways: Ways;
  readonly tracks: Tracks;
}

/** What does not depend on type and words: for a page a figure is laid out with many of them. */
const found = new WeakMap<Figure, Map<string, Routes>>();

function routesOf(figure: Figure, plan: PlacePlan): Routes {
  const ofFigure = found.get(figure) ?? new Map<string, Routes>();
  found.set(figure, ofFigure);
  const key = `${plan.stagger} ${plan.stacked}`;
  const known = ofFigure.get(key);
  if (known !== undefined) return known;
  const ways = findWays(figure, placeMaps(figure, plan));
  const routes = { ways, tracks: layTracks(ways) };
  ofFigure.set(key, routes);
  return routes;
}

/** Captions step aside where an arrow reaches the box from above or below. */
function facesOf(figure: Figure, ways: Ways, tracks: Tracks, metrics: Metrics): ReadonlyMap<number, Face> {
  const into = group(figure.steps, (step) => step.to);
  const outOf = group(figure.steps, (step) => step.from);
  const touched = new Set<string>();
  const level = new Set<string>();
  for (const [{ from, to }, { form }] of ways.ways) {
    const [source, target] = [ways.spots.get(from)?.line ?? 0, ways.spots.get(to)?.line ?? 0];
    const falls = source < target;
    if (form === "shaft") touched.add(`${from}/${falls ? "below" : "above"}`);
    if (form === "shaft" || form === "corner") touched.add(`${to}/${falls ? "above" : "below"}`);
    if (form === "level") level.add(`${to}/left`);
  }
  const side = (id: number, edge: "above" | "below"): Side =>
    !touched.has(`${id}/${edge}`) ? "middle" : level.has(`${id}/left`) || edge === "below" ? "right" : "left";
  return new Map(
    figure.maps.map((map) => {
      const around = {
        into: into.get(map.id) ?? [],
        read: outOf.has(map.id),
        ports: tracks.ports.get(map.id) ?? 0,
        aboveSide: side(map.id, "above"),
        belowSide: side(map.id, "below"),
      };
      return [map.id, faceOf(map, figure, around, metrics)];
    }),
  );
}

/** Over the middle, for ports that are not in it; wider apart where the box has room. */
function portOffset({ face }: Box, port: Port | undefined): number {
  if (port === undefined || port.place === 0) return 0;
  const pitch = Math.max(portPitch, Math.min(6, (face.height / 2 - 3) / port.count));
  return port.place * pitch;
}

interface Places {
  readonly out: number;
  readonly into: number;
  readonly after: number;
  readonly before: number;
  readonly level: number;
}

function corners(way: Way, from: Box, to: Box, at: Places): readonly Point[] {
  const [right, left] = [from.x + from.face.width / 2, to.x - to.face.width / 2];
  const falls = from.y < to.y;
  const edge = ({ y, face }: Box, side: "top" | "bottom"): number =>
    y + (side === "top" ? -1 : 1) * (face.height / 2);
  switch (way.form) {
    case "level":
      return [
        [right, from.y],
        [left, to.y],
      ];
    case "shaft":
      return [
        [from.x, edge(from, falls ? "bottom" : "top")],
        [to.x, edge(to, falls ? "top" : "bottom")],
      ];
    case "corner":
      return [
        [right, from.y],
        [to.x, from.y],
        [to.x, edge(to, falls ? "top" : "bottom")],
      ];
    case "parts":
      return [
        [right, at.out],
        [at.after, at.out],
        [at.after, to.y],
        [left, to.y],
      ];
    case "meets":
      return [
        [right, from.y],
        [at.before, from.y],
        [at.before, at.into],
        [left, at.into],
      ];
    case "around":
      return [
        [right, at.out],
        [at.after, at.out],
        [at.after, at.level],
        [at.before, at.level],
        [at.before, at.into],
        [left, at.into],
      ];
    case "indices":
      return [
        [from.x, at.level],
        [to.x, at.level],
      ];
  }
}

interface WordPlace {
  readonly arrow: Arrow;
  readonly way: Way;
  readonly ways: Ways;
  readonly across: ReturnType<typeof placeAcross>;
  readonly down: ReturnType<typeof placeDown>;
  readonly metrics: Metrics;
  readonly points: readonly Point[];
}

function placeWords(said: Words, place: WordPlace): readonly WordLine[] {
  const { arrow, way, ways, across, down, metrics, points } = place;
  const lineHeight = metrics.type.words * leading;
  const line = (one: Line, x: number, y: number, align: WordLine["align"], faint: boolean): WordLine => ({
    ...one,
    x,
    y,
    align,
    faint,
    width: textWidth(one.text, metrics.type.words),
  });
  if (said.beside) {
    const [[, start] = [0, 0], [x, end] = [0, 0]] = points.slice(-2);
    const falls = end > start;
    const middle = down.channels[wordsChannel(arrow, ways) / 2]?.words ?? 0;
    const top = middle - wordsHeight(said.above, metrics) / 2 + lineHeight / 2;
    return said.above.map((one, at) =>
      line(one, x + (falls ? -4 : 4), top + at * lineHeight, falls ? "end" : "start", false),
    );
  }
  const { left, right } = across.room(arrow, said.gap ?? gapsOf(arrow, way, ways)[0]);
  const x = (left + right) / 2;
  const y = levelHeight(way, points);
  return [
    ...said.above.map((one, at) =>
      line(one, x, y - 2 - (said.above.length - at - 0.5) * lineHeight, "middle", false),
    ),
    ...said.below.map((one, at) => line(one, x, y + 2 + (at + 0.5) * lineHeight, "middle", true)),
  ];
}

function levelHeight({ form }: Way, points: readonly Point[]): number {
  const at = form === "around" ? 2 : form === "parts" ? -1 : 0;
  return points.at(at)?.[1] ?? 0;
}

/** From the tracks over a rank's first line to what is under its last. */
function bandsOf(
  figure: Figure,
  ways: Ways,
  down: ReturnType<typeof placeDown>,
  metrics: Metrics,
): readonly Band[] {
  return figure.rows.flatMap((_, row) => {
    const lines = ways.lines.flatMap((line, at) => (line.row === row ? [at] : []));
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined) return [];
    const top = (down.channels[first]?.tracks ?? 0) - metrics.margin / 4;
    const bottom = (down.channels[last + 1]?.top ?? 0) + metrics.margin / 4;
    return [{ row, top, bottom, y: down.lines[first] ?? 0 }];
  });
}
