/**
 * What the joins of a program do at every size alike, found by running it: which feature maps they repeat, and which ones a cropping
 * skip crops.
 */
import { counted } from "./cells.ts";
import {
  type Crops,
  type Decided,
  type Executed,
  execute,
  running,
  toItsEnd,
  type UndecidedJoin,
} from "./execute.ts";
import type { Program, Statement } from "./program.ts";
import type { Value } from "./value.ts";

/** Large enough that borders no longer matter, and consecutive, so that they fall on every phase of the strides. */
const first = 400;
const count = 72;
const large = sizesFrom(first);

/** Enough of them to see which feature maps grow. */
const someLarge = [first, first + 1, first + 5];

/** Only where no size before shows what is asked. */
const larger = [1200, 3600];

/** A feature map of one position at all of these and at the larger ones has one at every size. */
const small = Array.from({ length: 96 }, (_, index) => index + 1);

export interface Decisions extends Decided {
  /** The first skip of two feature maps of which neither is the larger one at all of them; everything after it is unknown. */
  readonly undecided: Statement | undefined;
  /** The program run at this size, as it is decided; `undefined`: it was not run there. */
  readonly runAt: (axis: 0 | 1, size: number) => Executed<null> | undefined;
}

/** A run of the program at one size, and the join at which it waits. */
interface Run {
  readonly axis: 0 | 1;
  readonly size: number;
  readonly steps: ReturnType<typeof running<null>>;
}

interface Waiting extends Run {
  readonly join: UndecidedJoin<null>;
}

/** All sizes are run together, from one join to the next. */
export function decideJoins(program: Program): Decisions {
  const crops = new Map<Statement, Crops>();
  const repeated = new Map<Statement, readonly boolean[]>();
  const decided = { crops, repeated };
  // which joins ask something does not depend on the size
  if (running({ program, axis: 0, size: first, decided }, counted).next().done === true)
    return { ...decided, undecided: undefined, runAt: () => undefined };
  const sizes = [...(cropsSome(program.body) ? large : someLarge), ...small];
  const runs = ([0, 1] as const).flatMap((axis) =>
    (isConstant(program, axis) ? [first] : sizes).map((size): Run => {
      return { axis, size, steps: running({ program, axis, size, decided }, counted) };
    }),
  );
  const ended = new Map<string, Executed<null>>();
  const keyOf = (axis: 0 | 1, size: number): string => `${axis} ${size}`;
  const runAt = (axis: 0 | 1, size: number): Executed<null> | undefined => {
    const known = ended.get(keyOf(axis, size));
    const run = runs.find((each) => each.axis === axis && each.size === size);
    if (known !== undefined || run === undefined) return known;
    const end = toItsEnd(run.steps);
    ended.set(keyOf(axis, size), end);
    return end;
  };
  /** Whether every crop before had both feature maps at some size; the compiler refuses a program in which one has not. */
  let seen = true;
  for (;;) {
    const waiting = runs.flatMap((run): readonly Waiting[] => {
      const { done, value } = run.steps.next();
      if (done !== true) return [{ ...run, join: value }];
      ended.set(keyOf(run.axis, run.size), value);
      return [];
    });
    const statement = waiting[0]?.join.statement;
    if (statement === undefined) return { ...decided, undecided: undefined, runAt };
    if (waiting.length < runs.length || waiting.some(({ join }) => join.statement !== statement))
      throw new Error("at some size the program has other statements");
    if ("join" in statement && statement.join !== "concat" && !repeated.has(statement)) {
      repeated.set(statement, singleInputs(program, statement, decided, waiting));
      continue;
    }
    const single = repeated.get(statement) ?? [];
    const inputs = waiting[0]?.join.inputs.map((_, input) => input) ?? [];
    const looksFurther = seen;
    const signsBetween = (pair: readonly [number, number]): ReadonlySet<number> => {
      const { signs, unseen } = signsOf(program, statement, decided, waiting, looksFurther, pair);
      if (unseen) seen = false;
      return signs;
    };
    const found = cropsOf(
      inputs.map((input) => single[input] !== true),
      signsBetween,
    );
    if (found === undefined) return { ...decided, undecided: statement, runAt };
    crops.set(statement, found);
  }
}

function cropsSome(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) =>
      (statement.kind === "skip" && (statement.crop !== "none" || cropsSome(statement.path))) ||
      (statement.kind === "fork" && statement.paths.some(cropsSome)),
  );
}

/** By input of a join: 1 × 1 at every size at which it exists; none where all are. */
function singleInputs(
  program: Program,
  statement: Statement,
  decided: Decided,
  waiting: readonly Waiting[],
): readonly boolean[] {
  const lengths: Set<number>[] = [];
  const isSingle = (found: ReadonlySet<number>): boolean => found.size === 1 && found.has(1);
  const see = (found: readonly (number | undefined)[]): void => {
    for (const [input, cells] of found.entries()) {
      const seen = lengths[input] ?? new Set();
      lengths[input] = cells === undefined ? seen : seen.add(cells);
    }
  };
  for (const { join } of waiting) see(lengthsOf(join.inputs));
  for (const axis of [0, 1] as const)
    for (const start of isConstant(program, axis) ? [] : larger)
      for (const size of [start, start + 1, start + 5])
        if (lengths.some((found) => found.size === 0 || isSingle(found)))
          see(inputsOf(program, statement, axis, size, decided));
  const single = lengths.map(isSingle);
  return single.every((one) => one) ? single.map(() => false) : single;
}

/**
 * The smallest of the inputs, and which are larger; `undefined`: of two of them neither is.
 * @param met by input, whether it is not repeated
 * @param signsBetween as `signsOf`, of a pair of which the first comes first
 */
function cropsOf(
  met: readonly boolean[],
  signsBetween: (pair: readonly [number, number]) => ReadonlySet<number>,
): Crops | undefined {
  const known = new Map<string, ReadonlySet<number>>();
  /** 1: the first is larger, −1: the second, 0: neither; `undefined`: each at some sizes. */
  const compared = (first: number, second: number): number | undefined => {
    const pair = [Math.min(first, second), Math.max(first, second)] as const;
    const signs = known.get(pair.join()) ?? signsBetween(pair);
    known.set(pair.join(), signs);
    if (signs.size > 1) return undefined;
    const [sign = 0] = signs;
    return first < second ? sign : -sign;
  };
  const inputs = met.flatMap((one, input) => (one ? [input] : []));
  let [to = 0] = inputs;
  for (const input of inputs.slice(1)) {
    const sign = compared(to, input);
    if (sign === undefined) return undefined;
    if (sign === 1) to = input;
  }
  const others = inputs.filter((input) => input !== to);
  const signs = new Map(others.map((input) => [input, compared(input, to)]));
  if ([...signs.values()].includes(undefined)) return undefined;
  return { to, cropped: met.map((_, input) => signs.get(input) === 1) };
}

/**
 * By which sign the first feature map differs from the second, over both axes and all large sizes; zero does not count. `unseen`:
 * along an axis, no size shows both.
 */
function signsOf(
  program: Program,
  statement: Statement,
  decided: Decided,
  waiting: readonly Waiting[],
  looksFurther: boolean,
  pair: readonly [first: number, second: number],
): { readonly signs: ReadonlySet<number>; readonly unseen: boolean } {
  const signs = new Set<number>();
  let unseen = false;
  /** Whether both feature maps exist. */
  const see = (found: readonly (number | undefined)[]): boolean => {
    const [first, second] = pair.map((input) => found[input]);
    if (first === undefined || second === undefined) return false;
    if (first !== second) signs.add(Math.sign(first - second));
    return true;
  };
  for (const axis of [0, 1] as const) {
    const near = waiting.filter((run) => run.axis === axis && large.includes(run.size));
    let both = near.map(({ join }) => see(lengthsOf(join.inputs))).includes(true);
    for (const start of isConstant(program, axis) || !looksFurther ? [] : larger) {
      if (both) break;
      both = sizesFrom(start)
        .map((size) => see(inputsOf(program, statement, axis, size, decided)))
        .includes(true);
    }
    unseen ||= !both;
  }
  return { signs, unseen };
}

function lengthsOf(inputs: readonly Value<null>[]): readonly (number | undefined)[] {
  return inputs.map(({ map }) => map?.cells.length);
}

/** How many positions the feature maps have that the join takes. */
function inputsOf(
  program: Program,
  statement: Statement,
  axis: 0 | 1,
  size: number,
  decided: Decided,
): readonly (number | undefined)[] {
  const visits = execute({ program, axis, size, decided }, counted);
  const visit = visits.find(({ place, operation }) => place === statement && operation === "join");
  return lengthsOf(visit?.inputs ?? []);
}

function isConstant(program: Program, axis: 0 | 1): boolean {
  return program.inputs[0].size[axis].symbol === undefined;
}

function sizesFrom(start: number): readonly number[] {
  return Array.from({ length: count }, (_, step) => start + step);
}
