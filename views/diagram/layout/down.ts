/** Positions from top to bottom: of lines, of the tracks in the channels between them, and of the words beside upright arrows. */
import { wordsChannel } from "./across.ts";
import { captionGap, captionsHeight, type Face } from "./faces.ts";
import type { Metrics } from "./metrics.ts";
import type { Level, Tracks } from "./tracks.ts";
import type { Arrow, Ways } from "./ways.ts";
import { type Words, wordsHeight } from "./words.ts";

export interface Down {
  /** The middle of every line. */
  readonly lines: readonly number[];
  /** By channel: where it begins and ends, and the middle of the words beside upright arrows. */
  readonly channels: readonly Channel[];
  readonly track: (level: Level) => number;
}

interface Channel {
  readonly top: number;
  readonly words: number;
  /** Where the tracks of the line below begin. */
  readonly tracks: number;
  readonly bottom: number;
}

export function placeDown(
  ways: Ways,
  tracks: Tracks,
  words: ReadonlyMap<Arrow, Words>,
  faces: ReadonlyMap<number, Face>,
  metrics: Metrics,
): Down {
  const extents = lineExtents(ways, words, faces, metrics);
  const said = wordsByChannel(ways, words, metrics);
  const heights = trackHeights(tracks, words, metrics);
  const lines: number[] = [];
  const channels: Channel[] = [];
  let y = 0;
  for (let line = 0; line <= ways.lines.length; line++) {
    const channel = 2 * line;
    const [before, after] = [ways.lines[line - 1], ways.lines[line]];
    const sum = (serves: Level["serves"]): number =>
      (heights.get(`${channel}/${serves}`) ?? []).reduce((total, height) => total + height, 0);
    const spoken = said.get(channel) ?? 0;
    const room =
      before === undefined || after === undefined
        ? 0
        : before.row === after.row
          ? metrics.pitch
          : metrics.rankGap;
    const top = y;
    const wordsTop = top + sum("above");
    const tracksTop = wordsTop + Math.max(room, spoken === 0 ? 0 : spoken + 6);
    const bottom = tracksTop + sum("below");
    channels.push({ top, words: (wordsTop + tracksTop) / 2, tracks: tracksTop, bottom });
    const extent = extents[line];
    if (extent === undefined) continue;
    lines.push(bottom + extent.above);
    y = bottom + extent.above + extent.below;
  }
  return {
    lines,
    channels,
    track: ({ channel, serves, distance }) => {
      const sides = heights.get(`${channel}/${serves}`) ?? [];
      const place = channels[channel / 2];
      if (place === undefined) return 0;
      const sum = (count: number): number =>
        sides.slice(0, count).reduce((total, height) => total + height, 0);
      // The words of a track are over it.
      return serves === "above"
        ? place.top + sum(distance + 1) - metrics.pitch / 2
        : place.bottom - sum(distance) - metrics.pitch / 2;
    },
  };
}

function lineExtents(
  ways: Ways,
  words: ReadonlyMap<Arrow, Words>,
  faces: ReadonlyMap<number, Face>,
  metrics: Metrics,
): readonly { readonly above: number; readonly below: number }[] {
  const extents = ways.lines.map(() => ({ above: 0, below: 0 }));
  const grow = (line: number, above: number, below: number): void => {
    const extent = extents[line];
    if (extent === undefined) return;
    extent.above = Math.max(extent.above, above);
    extent.below = Math.max(extent.below, below);
  };
  for (const [id, { line }] of ways.spots) {
    const face = faces.get(id);
    if (face === undefined) continue;
    const [above, below] = [face.above, face.below].map((captions) =>
      captions.length === 0 ? 0 : captionGap + captionsHeight(captions, metrics),
    );
    grow(line, face.height / 2 + (above ?? 0), face.height / 2 + (below ?? 0));
  }
  for (const [arrow, one] of words) {
    const form = ways.ways.get(arrow)?.form;
    if (one.beside || form === "around") continue;
    const id = form === "parts" ? arrow.to : arrow.from;
    grow(
      ways.spots.get(id)?.line ?? -1,
      wordsHeight(one.above, metrics) + 3,
      wordsHeight(one.below, metrics) + 3,
    );
  }
  return extents;
}

/** The tallest words beside upright arrows, by channel. */
function wordsByChannel(
  ways: Ways,
  words: ReadonlyMap<Arrow, Words>,
  metrics: Metrics,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [arrow, one] of words) {
    if (!one.beside) continue;
    const channel = wordsChannel(arrow, ways);
    found.set(channel, Math.max(found.get(channel) ?? 0, wordsHeight(one.above, metrics)));
  }
  return found;
}

/** Of the tracks on either side of a channel, nearest first: as tall as the words on them. */
function trackHeights(
  { levels }: Tracks,
  words: ReadonlyMap<Arrow, Words>,
  metrics: Metrics,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [arrow, { channel, serves, distance }] of levels) {
    const key = `${channel}/${serves}`;
    const list = found.get(key) ?? [];
    found.set(key, list);
    const said = words.get(arrow)?.above ?? [];
    const height = metrics.pitch + (said.length === 0 ? 0 : wordsHeight(said, metrics) + 1);
    for (let at = list.length; at <= distance; at++) list.push(metrics.pitch);
    list[distance] = Math.max(list[distance] ?? 0, height);
  }
  return found;
}
