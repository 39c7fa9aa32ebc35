/** Which map every cropping skip of a program cuts, found by running it at large inputs. */
import { counted } from "./cells.ts";
import { execute, type Larger } from "./execute.ts";
import type { Program, Statement } from "./program.ts";

/** Large enough that borders no longer matter, and consecutive, so that they fall on every phase of the strides. */
const from = 400;
const count = 72;

export interface Decisions {
  readonly larger: ReadonlyMap<Statement, Larger>;
  /** The first skip at which neither map is the larger one at all of them; everything after it is unknown. */
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

/** By which sign the first map differs from the second, over both axes and all large sizes; zero does not count. */
function signsOfFirstUndecided(
  program: Program,
  larger: ReadonlyMap<Statement, Larger>,
): { readonly statement: Statement; readonly signs: ReadonlySet<number> } | undefined {
  const signs = new Set<number>();
  let statement: Statement | undefined;
  for (const axis of [0, 1] as const) {
    const sizes = program.size[axis].symbol === undefined ? 1 : count;
    for (let step = 0; step < sizes; step += 1) {
      const visits = execute({ program, axis, size: from + step, larger }, counted);
      const visit = visits.find(
        ({ place, operation, result }) =>
          typeof place !== "string" &&
          place.kind === "skip" &&
          place.crop !== "none" &&
          operation === "join" &&
          result === undefined &&
          !larger.has(place),
      );
      if (visit === undefined || typeof visit.place === "string") return undefined;
      statement = visit.place;
      const [first, second] = visit.inputs.map((value) => value.map?.cells.length);
      if (first !== undefined && second !== undefined && first !== second)
        signs.add(Math.sign(first - second));
    }
  }
  return statement === undefined ? undefined : { statement, signs };
}
