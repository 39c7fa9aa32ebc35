/** Which feature map every cropping skip of a program crops, found by running it at large inputs. */
import { counted } from "./cells.ts";
import { execute, type Larger } from "./execute.ts";
import type { Program, Statement } from "./program.ts";

/**
 * Large enough that borders no longer matter, and consecutive, so that they fall on every phase of the strides; from the
 * later places on only where no earlier size shows both feature maps.
 */
const starts = [400, 1200, 3600];
const count = 72;

export interface Decisions {
  readonly larger: ReadonlyMap<Statement, Larger>;
  /** The first skip at which neither feature map is the larger one at all of them; everything after it is unknown. */
  readonly undecided: Statement | undefined;
}

export function decideLarger(program: Program): Decisions {
  const larger = new Map<Statement, Larger>();
  for (;;) {
    const found = signsOfFirstUndecided(program, larger);
    if (found === undefined) return { larger, undecided: undefined };
    const { statement, signs } = found;
    if (signs.size > 1) return { larger, undecided: statement };
    larger.set(statement, signs.has(1) ? "first" : signs.has(-1) ? "second" : "neither");
  }
}

/** By which sign the first feature map differs from the second, over both axes and all large sizes; zero does not count. */
function signsOfFirstUndecided(
  program: Program,
  larger: ReadonlyMap<Statement, Larger>,
): { readonly statement: Statement; readonly signs: ReadonlySet<number> } | undefined {
  const signs = new Set<number>();
  let statement: Statement | undefined;
  for (const axis of [0, 1] as const) {
    const constant = program.size[axis].symbol === undefined;
    for (const start of starts) {
      let both = false;
      for (let step = 0; step < (constant ? 1 : count); step += 1) {
        const visit = firstUndecided(program, axis, start + step, larger);
        if (visit === undefined) return undefined;
        statement = visit.statement;
        const [first, second] = visit.cells;
        if (first === undefined || second === undefined) continue;
        both = true;
        if (first !== second) signs.add(Math.sign(first - second));
      }
      if (both || constant) break;
    }
  }
  return statement === undefined ? undefined : { statement, signs };
}

/** The first undecided cropping skip, and how many positions its two feature maps have. */
function firstUndecided(
  program: Program,
  axis: 0 | 1,
  size: number,
  larger: ReadonlyMap<Statement, Larger>,
): { readonly statement: Statement; readonly cells: readonly (number | undefined)[] } | undefined {
  for (const { place, operation, inputs } of execute({ program, axis, size, larger }, counted)) {
    if (typeof place === "string" || place.kind !== "skip" || place.crop === "none") continue;
    if (operation === "join" && !larger.has(place))
      return { statement: place, cells: inputs.map(({ map }) => map?.cells.length) };
  }
  return undefined;
}
