/**
 * What the joins of a program do at every size alike, found by running it: which feature maps they repeat, and which one a cropping
 * skip crops.
 */
import { counted } from "./cells.ts";
import { type Decided, execute, type Larger, type Visit } from "./execute.ts";
import type { Program, Statement } from "./program.ts";

/**
 * Large enough that borders no longer matter, and consecutive, so that they fall on every phase of the strides; from the
 * later places on only where no earlier size shows all feature maps.
 */
const starts = [400, 1200, 3600];
const count = 72;

/** A feature map of one position at all of these and at the large ones has one at every size. */
const smallSizes = Array.from({ length: 96 }, (_, index) => index + 1);

export interface Decisions extends Decided {
  /** The first skip at which neither feature map is the larger one at all of them; everything after it is unknown. */
  readonly undecided: Statement | undefined;
}

export function decideJoins(program: Program): Decisions {
  const larger = new Map<Statement, Larger>();
  const repeated = new Map<Statement, readonly boolean[]>();
  const decided = { larger, repeated };
  for (;;) {
    const statement = firstUndecided(program, decided);
    if (statement === undefined) return { ...decided, undecided: undefined };
    if ("join" in statement && statement.join !== "concat" && !repeated.has(statement)) {
      repeated.set(statement, singleInputs(program, statement, decided));
      continue;
    }
    const signs = signsOf(program, statement, decided);
    if (signs.size > 1) return { ...decided, undecided: statement };
    larger.set(statement, signs.has(1) ? "first" : signs.has(-1) ? "second" : "neither");
  }
}

/** By input of a join: 1 × 1 at every size at which it exists; none where all are. */
function singleInputs(program: Program, statement: Statement, decided: Decided): readonly boolean[] {
  const lengths: Set<number>[] = [];
  for (const axis of [0, 1] as const) {
    const constant = program.size[axis].symbol === undefined;
    const sizes = [...smallSizes, ...starts.flatMap((start) => [start, start + 1, start + 5])];
    for (const size of constant ? [0] : sizes) {
      inputsOf(program, statement, axis, size, decided)?.forEach((cells, input) => {
        const found = lengths[input] ?? new Set();
        lengths[input] = cells === undefined ? found : found.add(cells);
      });
    }
  }
  const single = lengths.map((found) => found.size === 1 && found.has(1));
  return single.every((one) => one) ? single.map(() => false) : single;
}

/** By which sign the first feature map differs from the second, over both axes and all large sizes; zero does not count. */
function signsOf(program: Program, statement: Statement, decided: Decided): ReadonlySet<number> {
  const signs = new Set<number>();
  for (const axis of [0, 1] as const) {
    const constant = program.size[axis].symbol === undefined;
    for (const start of starts) {
      let both = false;
      for (let step = 0; step < (constant ? 1 : count); step += 1) {
        const [first, second] = inputsOf(program, statement, axis, start + step, decided) ?? [];
        if (first === undefined || second === undefined) continue;
        both = true;
        if (first !== second) signs.add(Math.sign(first - second));
      }
      if (both || constant) break;
    }
  }
  return signs;
}

/** How many positions the feature maps have that the join takes; `undefined` where it is not reached. */
function inputsOf(
  program: Program,
  statement: Statement,
  axis: 0 | 1,
  size: number,
  decided: Decided,
): readonly (number | undefined)[] | undefined {
  const visit = joinsAt(program, axis, size, decided).find(({ place }) => place === statement);
  return visit?.inputs.map(({ map }) => map?.cells.length);
}

/** The first join of a program of which something is not decided. */
function firstUndecided(program: Program, decided: Decided): Statement | undefined {
  const [start = 0] = starts;
  for (const { place } of joinsAt(program, 0, start, decided)) {
    if (typeof place === "string" || !("join" in place)) continue;
    const { join } = place;
    const repeated = decided.repeated.get(place);
    if (join !== "concat" && repeated === undefined) return place;
    const crops = place.kind === "skip" && place.crop !== "none" && repeated?.includes(true) !== true;
    if (crops && !decided.larger.has(place)) return place;
  }
  return undefined;
}

function joinsAt(program: Program, axis: 0 | 1, size: number, decided: Decided): readonly Visit<null>[] {
  return execute({ program, axis, size, decided }, counted).filter(({ operation }) => operation === "join");
}
