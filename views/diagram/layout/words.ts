/** What is written at every arrow, and in which gap there is room for it. */
import type { Line, Step } from "../figure.ts";
import { textWidth } from "../measure-text.ts";
import { leading, type Metrics } from "./metrics.ts";
import type { Arrow, Way, Ways } from "./ways.ts";

export interface Words {
  readonly above: readonly Line[];
  readonly below: readonly Line[];
  /** Beside an upright stretch; along a level one, over and under it. */
  readonly beside: boolean;
  readonly width: number;
  /** The gap that is wide enough for them; none beside an upright stretch. */
  readonly gap: number | undefined;
}

/** The words of every arrow that has any. */
export function findWords(ways: Ways, metrics: Metrics): ReadonlyMap<Arrow, Words> {
  const words = new Map<Arrow, Words>();
  for (const [arrow, way] of ways.ways) {
    const said = wordsOf(arrow, way, metrics.words);
    if (said.above.length + said.below.length === 0) continue;
    const width = Math.max(
      ...[...said.above, ...said.below].map(({ text }) => textWidth(text, metrics.type.words)),
    );
    words.set(arrow, { ...said, width, gap: undefined });
  }
  return inGaps(words, ways);
}

function wordsOf(
  { step: whole }: Arrow,
  { form }: Way,
  detail: Metrics["words"],
): Omit<Words, "width" | "gap"> {
  if (whole === undefined) return { above: [], below: [], beside: false };
  const step = shortened(whole, detail);
  const plain = (text: string): Line => ({ text, training: false });
  const times = step.times > 1 ? [plain(`× ${step.times}`)] : [];
  const said = [...step.blocks, ...step.names.map((name) => `as ${name}`)].map(plain);
  const joined = step.joined === "" ? [] : [plain(step.joined)];
  if (form === "shaft" || form === "corner")
    return {
      above: [...step.longHead, ...step.tail, ...said, ...joined, ...times],
      below: [],
      beside: true,
    };
  if (form === "around")
    return {
      above: [...oneLine([...step.head, ...joined]), ...said, ...oneLine([...step.tail, ...times])],
      below: [],
      beside: false,
    };
  return {
    above: [...step.head, ...joined],
    below: [...step.tail, ...said, ...times],
    beside: false,
  };
}

/** What is left of a step's words where there is little room. */
function shortened(step: Step, detail: Metrics["words"]): Step {
  if (detail === "all") return step;
  if (detail === "kernels")
    return { ...step, head: step.head.slice(0, 1), longHead: step.longHead.slice(0, 1), tail: [] };
  return { ...step, head: [], longHead: [], tail: [] };
}

/** Side by side, but for what acts in training only. */
function oneLine(lines: readonly Line[]): readonly Line[] {
  if (lines.length < 2 || lines.some(({ training }) => training)) return lines;
  return [{ text: lines.map(({ text }) => text).join(", "), training: false }];
}

/** Words of one gap make it wide; longer arrows then have theirs in a gap that is wide already, nearest to their middle. */
function inGaps(words: ReadonlyMap<Arrow, Words>, ways: Ways): ReadonlyMap<Arrow, Words> {
  const room = new Map<number, number>();
  const found = new Map(words);
  const stretches = [...words].flatMap(([arrow, one]) => {
    const way = ways.ways.get(arrow);
    if (one.beside || way === undefined) return [];
    const [first, last] = gapsOf(arrow, way, ways);
    return [{ arrow, one, first, last }];
  });
  stretches.sort((a, b) => a.last - a.first - (b.last - b.first));
  for (const { arrow, one, first, last } of stretches) {
    const gaps = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const away = (gap: number): number => Math.abs(gap - (first + last) / 2);
    const wide = gaps.filter((gap) => (room.get(gap) ?? 0) >= one.width);
    const [gap = first] =
      wide.length > 0
        ? wide.sort((a, b) => away(a) - away(b))
        : gaps.sort((a, b) => (room.get(b) ?? 0) - (room.get(a) ?? 0) || away(a) - away(b));
    room.set(gap, Math.max(room.get(gap) ?? 0, one.width));
    found.set(arrow, { ...one, gap });
  }
  return found;
}

/** The first and last gap whose middle the arrow's level stretch crosses. */
export function gapsOf(arrow: Arrow, way: Way, { spots }: Ways): readonly [number, number] {
  const [from, to] = [spots.get(arrow.from)?.column ?? 0, spots.get(arrow.to)?.column ?? 0];
  if (to <= from) return [from + 1, from + 1];
  return way.form === "around" ? [way.gap, way.last] : [from + 1, to];
}

export function wordsHeight(lines: readonly Line[], { type }: Metrics): number {
  return lines.length * type.words * leading;
}
