/** Judges whether an error of the compiler is true: compares its claim with running the program up to that statement. */
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { placeOf, sameGrid } from "./axis-map.ts";
import { largestSize } from "./compare-sizes.ts";
import type { Visit } from "./execute.ts";
import { same } from "./fraction.ts";
import { channelCount, outputPaddingTooLarge, paddingReachesKernel, reachesNext } from "./perform-call.ts";
import type { Call, Place } from "./program.ts";
import { type Disagreement, lineOf, path, type Subject, sizesOf, symbolOf } from "./subject.ts";

/** Maps that need more pixels than are run size by size exist at these. */
const spacious = [300, 401, 640, 999, 1600];

/** Every size of these, for statements whose joins before meet at few sizes. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [largestSize + 1, 400],
  [401, 1200],
  [1201, 1416],
];

/**
 * A visit of a statement that a diagnostic may be about, at one size, and whether every feature map the statement makes, and all
 * before, exist. It is the first; of a skip of several feature maps, any of its crops or the join.
 */
interface Evidence {
  readonly axis: 0 | 1;
  readonly size: number;
  readonly visit: Visit<null>;
  /** Its number among those of the statement. */
  readonly turn: number;
  readonly existing: boolean;
  /** All visits before. */
  readonly before: readonly Visit<null>[];
}

type Judge = (evidence: readonly Evidence[], subject: Subject, diagnostic: Diagnostic) => boolean;

function callOf({ visit: { place } }: Evidence): Call | undefined {
  return typeof place !== "string" && place.kind === "call" ? place.call : undefined;
}

/** The feature maps that must be alike: of attention the keys and values, whatever the queries are. */
function compared(each: Evidence): Visit<null>["inputs"] {
  const { inputs } = each.visit;
  return callOf(each)?.word === "attend" ? inputs.slice(1) : inputs;
}

const lengths = (each: Evidence): readonly (number | undefined)[] =>
  compared(each).map((value) => value.map?.cells.length);

const bothExist = ({ visit }: Evidence): boolean => visit.inputs.every(({ map }) => map !== undefined);

/** The evidence along the axis that the message is about. */
function alongNamed(evidence: readonly Evidence[], { code, message }: Diagnostic): readonly Evidence[] {
  const found = evidence.filter(({ axis }) => message.includes(axis === 0 ? "height" : "width"));
  if (found.length === 0) throw new Error(`${code} names no axis: ${message}`);
  return found;
}

/** By how much the first feature map is larger than the second, wherever both exist along the axis that is named. */
function surpluses(evidence: readonly Evidence[], diagnostic: Diagnostic): readonly number[] {
  return alongNamed(evidence, diagnostic).flatMap((each) => {
    const [map, reference] = lengths(each);
    return map === undefined || reference === undefined ? [] : [map - reference];
  });
}

/** Whether the claim holds along one of the axes, at every size at which all inputs exist, of the first input and another. */
function everyPair(
  evidence: readonly Evidence[],
  holds: (first: Visit<null>["inputs"][number], second: Visit<null>["inputs"][number]) => boolean,
): boolean {
  const whole = evidence.filter(bothExist);
  const verdict = ([0, 1] as const).map((axis) => {
    const own = whole.filter((each) => each.axis === axis);
    return (
      own.length > 0 &&
      own.every((each) => {
        const [first, ...others] = compared(each);
        return first !== undefined && others.some((other) => holds(first, other));
      })
    );
  });
  return verdict.some((held) => held);
}

const judges: Readonly<Record<string, Judge>> = {
  "sizes/empty": (evidence, _, diagnostic) =>
    alongNamed(evidence, diagnostic).every(({ visit }) => visit.result?.map === undefined),
  "sizes/never-meet": (evidence, _, diagnostic) =>
    alongNamed(evidence, diagnostic)
      .filter(bothExist)
      .every((each) => new Set(lengths(each)).size > 1),
  "sizes/conditions-contradict": (evidence, { program }) =>
    ([0, 1] as const).some((axis) => {
      const symbol = symbolOf(program, axis);
      const shared = evidence.filter((each) => symbolOf(program, each.axis) === symbol);
      const sizes = new Set(shared.map(({ size }) => size));
      return [...sizes].every((size) => shared.some((each) => each.size === size && !each.existing));
    }),
  // At no size has the feature map to be cropped at least as many positions as its reference, or an even number more.
  "sizes/crop-needs-larger": (evidence, _, diagnostic) =>
    surpluses(evidence, diagnostic).every((surplus) => surplus < 0),
  "sizes/crop-odd": (evidence, _, diagnostic) =>
    surpluses(evidence, diagnostic).every((surplus) => surplus < 0 || surplus % 2 !== 0),
  "sizes/no-larger-map": (evidence, { decisions }) =>
    evidence.some(({ visit }) => visit.place === decisions.undecided),
  "geometry/resolutions-differ": (evidence) =>
    everyPair(evidence, (first, second) => {
      const [a, b] = [first.map?.grid, second.map?.grid];
      return a !== undefined && b !== undefined && !same(a.stride, b.stride);
    }),
  "geometry/fractional-crop": (evidence) =>
    everyPair(evidence, (first, second) => {
      const place = placeOf(first.map?.grid, second.map?.grid);
      return place !== undefined && place.under !== 1n;
    }),
  "geometry/negative-crop": (evidence) =>
    everyPair(evidence, (first, second) => {
      // It is not known here which of the two is cropped: the offset has one sign or the other.
      const place = placeOf(first.map?.grid, second.map?.grid);
      return place !== undefined && place.under === 1n && place.over !== 0n;
    }),
  // A feature map before, or joined into one before, has no grid or not the same one at every size; or the two strides differ.
  "geometry/unknown-alignment": (evidence) =>
    ([0, 1] as const).some((axis) => {
      const own = evidence.filter((each) => each.axis === axis && bothExist(each));
      const [first] = own;
      return own.some(({ before, visit: { inputs } }) => {
        const [one, other] = inputs.map(({ map }) => map?.grid);
        if (one !== undefined && other !== undefined && !same(one.stride, other.stride)) return true;
        return before.some(({ result }, place) => {
          if (result?.map === undefined) return false;
          const usual = first?.before[place]?.result?.map?.grid;
          return result.map.grid === undefined || (usual !== undefined && !sameGrid(result.map.grid, usual));
        });
      });
    }),
  "operations/channels-differ": (evidence) =>
    evidence.every(
      ({ visit }) =>
        new Set(visit.inputs.map(({ channels }) => channels).filter((channels) => channels !== 1)).size > 1,
    ),
  // A feature map of one position along an axis and another of more, which are not repeated.
  "sizes/one-position": (evidence) =>
    evidence.some((each) => lengths(each).includes(1) && new Set(lengths(each)).size > 1),
  "operations/groups-do-not-divide": (evidence) =>
    evidence.every((each) => {
      const call = callOf(each);
      if (call?.word !== "conv" && call?.word !== "transposed_conv") return false;
      const own = each.visit.inputs[0]?.channels ?? 0;
      // A multiple of a named feature map's is never a group here.
      const groups = channelCount(call.groups, () => own);
      const made = channelCount(call.channels, () => own);
      return [own, made].some((channels) => channels % groups !== 0);
    }),
  "operations/padding-reaches-kernel": (evidence) =>
    evidence.every((each) => {
      const call = callOf(each);
      return call?.word === "pool" && paddingReachesKernel(call);
    }),
  "operations/same-needs-larger-kernel": (evidence) =>
    evidence.every((each) => {
      const call = callOf(each);
      return call?.word === "transposed_conv" && call.padding === "same" && !reachesNext(call);
    }),
  "operations/output-padding-too-large": (evidence) =>
    evidence.every((each) => {
      const call = callOf(each);
      return call?.word === "transposed_conv" && outputPaddingTooLarge(call);
    }),
  "operations/norm-groups-do-not-divide": (evidence) => evidence.every(({ visit }) => undivided(visit)),
  "operations/parts-do-not-divide": (evidence) => evidence.every(({ visit }) => undivided(visit)),
  "operations/channels-do-not-shuffle": (evidence) =>
    evidence.every((each) => {
      const call = callOf(each);
      const channels = each.visit.inputs[0]?.channels ?? 0;
      return call?.word === "pixel_shuffle" && channels % (call.factor[0] * call.factor[1]) !== 0;
    }),
  "operations/attend-channels-differ": (evidence) =>
    evidence.every(({ visit: { inputs } }) => inputs[0]?.channels !== inputs[1]?.channels),
  // At some size the gathered feature map has not a position for each channel, in one column.
  "operations/regions-differ": (evidence) =>
    evidence.some(({ axis, visit: { inputs } }) => {
      const [map, gathered] = inputs;
      const cells = gathered?.map?.cells.length;
      return cells !== undefined && cells !== (axis === 0 ? map?.channels : 1);
    }),
  "operations/dense-needs-constant-size": (evidence) =>
    ([0, 1] as const).some((axis) => {
      const own = evidence.filter((each) => each.axis === axis);
      return new Set(own.flatMap((each) => lengths(each)[0] ?? [])).size > 1;
    }),
  "operations/crf-needs-classes": (evidence) =>
    evidence.every(({ visit: { inputs } }) => inputs[0]?.channels === 1),
  "operations/crf-guide-is-no-image": (evidence) =>
    evidence.every(({ visit: { inputs } }) => inputs[1]?.colours === false),
  "operations/unpool-channels-differ": (evidence) =>
    evidence.every(({ visit: { inputs } }) => inputs[0]?.channels !== inputs[1]?.channels),
  "operations/unpool-needs-maxpool": (evidence) =>
    evidence.every(({ visit: { inputs } }) => inputs[1]?.pool === undefined),
};

/** Whether the channels of a call cannot be divided as it says. */
function undivided({ place, inputs }: Visit<null>): boolean {
  const call = typeof place !== "string" && place.kind === "call" ? place.call : undefined;
  const [map, , value] = inputs;
  if (call?.word === "attend") return [map, value].some((each) => (each?.channels ?? 0) % call.heads !== 0);
  const divided = call?.word === "over_space" || call?.word === "channel_shuffle";
  return divided && (map?.channels ?? 0) % call.groups !== 0;
}

type VisitsAt = (axis: 0 | 1, size: number) => readonly Visit<null>[];

/** Run once for all errors of a program. */
function keptVisits(subject: Subject): VisitsAt {
  const kept = new Map<string, readonly Visit<null>[]>();
  return (axis, size) => {
    const key = `${axis} ${size}`;
    const visits = kept.get(key) ?? subject.countedAt(axis, size).visits;
    kept.set(key, visits);
    return visits;
  };
}

/** Where the program has a mistake, which may be inside a standard block that it calls. */
function spanOf({ span, related }: Diagnostic): Diagnostic["span"] {
  if (span.file === path) return span;
  return related.findLast((each) => each.span.file === path)?.span ?? span;
}

/** The claims of the error diagnostics that running contradicts; a code that nobody here can judge is one too. */
export function judgeDiagnostics(subject: Subject): readonly Disagreement[] {
  const errors = subject.compilation.diagnostics.filter(({ severity }) => severity === "error");
  const visitsAt = keptVisits(subject);
  return errors.flatMap((diagnostic) => {
    const { code, message } = diagnostic;
    const line = subject.lineAt(spanOf(diagnostic).start);
    const detail = `line ${line}: ${message}`;
    const judge = judges[code];
    if (judge === undefined) return [{ about: `${code}, which is not judged`, detail }];
    // In a loop or a block, a line is several statements, and the error is about one of them.
    // What is not shown may only need other sizes: all are run before the compiler is contradicted.
    const held = [false, true].some((all) =>
      gather(subject, visitsAt, line, all).some((evidence) => judge(evidence, subject, diagnostic)),
    );
    return held ? [] : [{ about: `${code}, which is not so`, detail }];
  });
}

/**
 * By statement of a line and visit of it: at the same large sizes along both axes, which may have one symbol.
 * @param everySize whether the larger ranges are run though smaller sizes show all feature maps of the statement
 */
function gather(
  subject: Subject,
  visitsAt: VisitsAt,
  line: number,
  everySize: boolean,
): readonly (readonly Evidence[])[] {
  const at = (axis: 0 | 1, sizes: readonly number[]): readonly Evidence[] =>
    sizes.flatMap((size) => evidenceAt(subject, visitsAt, line, axis, size));
  const axes = ([0, 1] as const).map((axis) => {
    const small = at(axis, sizesOf(subject, axis, largestSize));
    const open = symbolOf(subject.program, axis) !== undefined;
    return { axis, open, evidence: open ? [...small, ...at(axis, spacious)] : small };
  });
  const all = axes.flatMap(({ evidence }) => evidence);
  for (const [first, last] of ranges) {
    const seen = axes.every(
      ({ axis, open }) => !open || all.some((each) => each.axis === axis && bothExist(each)),
    );
    if (seen && !everySize) break;
    const sizes = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    for (const { axis, open } of axes) if (open) all.push(...at(axis, sizes));
  }
  const byPlace = new Map<Place, Evidence[][]>();
  for (const each of all) {
    const turns = byPlace.get(each.visit.place) ?? [];
    byPlace.set(each.visit.place, turns);
    turns[each.turn] = [...(turns[each.turn] ?? []), each];
  }
  return [...byPlace.values()].flat();
}

function evidenceAt(
  subject: Subject,
  visitsAt: VisitsAt,
  line: number,
  axis: 0 | 1,
  size: number,
): readonly Evidence[] {
  const visits = visitsAt(axis, size);
  const places = new Set(visits.map(({ place }) => place).filter((place) => lineOf(subject, place) === line));
  return [...places].flatMap((place) => {
    const own = visits.flatMap((each, id) => (each.place === place ? [id] : []));
    const existing = visits.slice(0, (own.at(-1) ?? -1) + 1).every(({ result }) => result?.map !== undefined);
    const several = typeof place !== "string" && place.kind === "skip" && place.maps.length > 1;
    return (several ? own : own.slice(0, 1)).flatMap((id, turn) => {
      const visit = visits[id];
      return visit === undefined ? [] : [{ axis, size, visit, turn, existing, before: visits.slice(0, id) }];
    });
  });
}
