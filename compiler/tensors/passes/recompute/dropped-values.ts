/**
 * Which values of the forward pass are computed again in the backward pass instead of being held until then. The forward pass is
 * divided into segments (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost", section 4): what a later segment reads is
 * held, and what is inside a segment is dropped, but for the last segment, whose gradients follow at once.
 */
import type { PrimitiveName } from "../../primitives/attributes.ts";
import type { Program } from "../../program.ts";
import { elementCount } from "../../value.ts";

export interface Recomputation {
  /** A segment ends where its saved values make up this share of all: 1 / segments. At least 2. */
  readonly segments: number;
  /** Whether convolutions and matrix products are computed again too; else their results are held. */
  readonly products: boolean;
}

/** Primitives whose result is their operand in another shape: it takes no memory of its own. */
const aliases: ReadonlySet<PrimitiveName> = new Set(["reshape", "stop_gradient", "broadcast"]);

const products: ReadonlySet<PrimitiveName> = new Set([
  "conv",
  "conv_input_gradient",
  "conv_filter_gradient",
  "matmul",
  "axis_map",
  "sort",
]);

/** Computed on the host by some engines, between two parts of the program. */
const never: ReadonlySet<PrimitiveName> = new Set(["lattice", "constant"]);

/** Smaller shares of all that is saved are held: statistics of normalisations, vectors of channels. */
const smallestShare = 1 / 2000;

/** @param program gradients, simplified: its steps of the forward pass come before those of the backward pass */
export function droppedValues(
  program: Program,
  { segments, products: repeatsProducts }: Recomputation,
): ReadonlySet<number> {
  const course = courseOf(program);
  const ends = segmentEnds(course, course.saved / segments);
  const least = course.saved * smallestShare;
  const given = new Set([...program.outputs, ...program.updates].map(({ value }) => course.holderOf(value)));
  const dropped = new Set<number>();
  let segment = 0;
  for (const [place, { primitive, results }] of program.steps.entries()) {
    while (place >= (ends[segment] ?? Number.POSITIVE_INFINITY)) segment += 1;
    const end = ends[segment];
    if (end === undefined) break;
    if (never.has(primitive) || (products.has(primitive) && !repeatsProducts)) continue;
    for (const id of results) {
      const holder = course.holderOf(id);
      const isInner = (course.lastRead.get(holder) ?? -1) < end;
      const isLarge = aliases.has(primitive) || course.bytesOf(id) >= least;
      if (isInner && isLarge && !given.has(holder)) dropped.add(id);
    }
  }
  return dropped;
}

interface Course {
  /** The value that has the bytes of this one. */
  readonly holderOf: (id: number) => number;
  readonly bytesOf: (id: number) => number;
  /** The last step before the backward pass that reads a holder. */
  readonly lastRead: ReadonlyMap<number, number>;
  /** For each step before the backward pass, bytes of its results that the backward pass reads. */
  readonly savedBy: readonly number[];
  /** For each of these steps, bytes that are there before it and that it or a later one of them reads. */
  readonly crossing: readonly number[];
  /** Bytes that the backward pass reads in all. */
  readonly saved: number;
}

function courseOf({ values, steps }: Program): Course {
  const first = steps.findIndex(({ origin }) => origin.part === "backward");
  const forward = first < 0 ? [] : steps.slice(0, first);
  const holders = new Map<number, number>();
  const holderOf = (id: number) => holders.get(id) ?? id;
  const bytesOf = (id: number) => 4 * elementCount(values[id]?.shape ?? []);
  const lastRead = new Map<number, number>();
  const makers = new Map<number, number>();
  for (const [place, { primitive, operands, results }] of forward.entries()) {
    for (const id of operands) lastRead.set(holderOf(id), place);
    const [operand] = operands;
    for (const id of results) {
      if (aliases.has(primitive) && operand !== undefined) holders.set(id, holderOf(operand));
      else if (primitive !== "constant") makers.set(id, place);
    }
  }
  const readLater = new Set(
    steps.slice(forward.length).flatMap(({ operands }) => operands.map((id) => holderOf(id))),
  );
  const savedBy = forward.map(() => 0);
  const changes = forward.map(() => 0);
  for (const [id, place] of makers) {
    if (readLater.has(id)) savedBy[place] = (savedBy[place] ?? 0) + bytesOf(id);
    const until = lastRead.get(id) ?? place;
    if (until === place) continue;
    changes[place + 1] = (changes[place + 1] ?? 0) + bytesOf(id);
    if (until + 1 < forward.length) changes[until + 1] = (changes[until + 1] ?? 0) - bytesOf(id);
  }
  let live = 0;
  const crossing = changes.map((change) => {
    live += change;
    return live;
  });
  const saved = savedBy.reduce((sum, bytes) => sum + bytes, 0);
  return { holderOf, bytesOf, lastRead, savedBy, crossing, saved };
}

/** Where segments end, but for the last: before which steps. */
function segmentEnds({ savedBy, crossing }: Course, most: number): readonly number[] {
  const ends: number[] = [];
  let start = 0;
  while (most > 0) {
    let sum = 0;
    let stop = start;
    let half = start;
    while (stop < savedBy.length && sum < most) {
      sum += savedBy[stop] ?? 0;
      stop += 1;
      if (sum < most / 2) half = stop;
    }
    if (stop >= savedBy.length) break;
    // in its second half, where fewest bytes pass on
    let end = stop;
    for (let place = stop - 1; place > half; place--)
      if ((crossing[place] ?? 0) < (crossing[end] ?? 0)) end = place;
    ends.push(end);
    start = end;
  }
  return ends;
}
