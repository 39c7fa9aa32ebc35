/** Runs a program along one axis at one input size by the definitions, and keeps every feature map it makes. */
import { type AxisMap, placeOf } from "./axis-map.ts";
import type { CellKind } from "./cells.ts";
import { cut, joined, mapOf } from "./definitions.ts";
import { fraction } from "./fraction.ts";
import { gridOfFinest, pixelsOfFinest } from "./input-units.ts";
import {
  type CallInputs,
  callChannels,
  called,
  keepsColours,
  namesIn,
  poolWindow,
  stepsOf,
} from "./perform-call.ts";
import type { Call, CropRule, Input, Join, OutputActivation, Place, Program, Statement } from "./program.ts";
import type { Value } from "./value.ts";

export interface Visit<T> {
  readonly place: Place;
  readonly operation: "input" | "call" | "crop" | "join" | "output";
  readonly inputs: readonly Value<T>[];
  /** `undefined`: these channels cannot be put together, or the call cannot be made; nothing after it is known. */
  readonly result: Value<T> | undefined;
  /** For a crop: the number of positions cropped before the first. */
  readonly cut: number | undefined;
}

/** What a cropping skip does with its feature maps: those that are larger at large inputs get the size of the smallest. */
export interface Crops {
  /** The number of the smallest, from 0. */
  readonly to: number;
  readonly cropped: readonly boolean[];
}

export interface Execution {
  readonly program: Program;
  readonly axis: 0 | 1;
  /** The value of the size symbol. */
  readonly size: number;
  readonly decided: Decided;
}

/** What a join does at every size alike, by statement; one that is missing leaves everything after it unknown. */
export interface Decided {
  /** Of a cropping skip of which at least two feature maps are not repeated. */
  readonly crops: ReadonlyMap<Statement, Crops>;
  /** Of a join other than concat: whether it repeats the single position of each of its feature maps. */
  readonly repeated: ReadonlyMap<Statement, readonly boolean[]>;
}

/** An output and the visits that made it, before and after its activation. */
export interface FoundOutput {
  readonly name: string;
  readonly logits: number | undefined;
  readonly visit: number | undefined;
  readonly activation: OutputActivation;
}

/** Every feature map in the order of the program. */
export function execute<T>(execution: Execution, kind: CellKind<T>): readonly Visit<T>[] {
  return executed(execution, kind).visits;
}

export interface Executed<T> {
  readonly visits: readonly Visit<T>[];
  readonly outputs: readonly FoundOutput[];
}

/** A join of which something is not decided; if that is so when the run continues, nothing after it is known. */
export interface UndecidedJoin<T> {
  readonly statement: Statement;
  readonly inputs: readonly Value<T>[];
}

/** Every feature map and every output, in the order of the program. */
export function executed<T>(execution: Execution, kind: CellKind<T>): Executed<T> {
  return toItsEnd(running(execution, kind));
}

/** What is not decided by now stays so. */
export function toItsEnd<T>(run: ReturnType<typeof running<T>>): Executed<T> {
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
  }
}

/** The same, step by step from one undecided join to the next. */
export function* running<T>(
  execution: Execution,
  kind: CellKind<T>,
): Generator<UndecidedJoin<T>, Executed<T>> {
  const { program, axis, size, decided } = execution;
  const visits: Visit<T>[] = [];
  const outputs: FoundOutput[] = [];
  const names = new Map<string, Value<T> | undefined>();
  const visit = (
    place: Place,
    operation: Visit<T>["operation"],
    inputs: readonly Value<T>[],
    made: Omit<Value<T>, "visit"> | undefined,
    cut?: number,
  ): Value<T> | undefined => {
    const result =
      made === undefined ? undefined : { ...made, map: keptMap(made.map, kind), visit: visits.length };
    visits.push({ place, operation, inputs, result, cut });
    return result;
  };
  type Steps = Generator<UndecidedJoin<T>, Value<T> | undefined>;
  function* body(statements: readonly Statement[], start: Value<T> | undefined): Steps {
    let current = start;
    for (const statement of statements) {
      current =
        statement.kind === "skip" || statement.kind === "fork"
          ? yield* joining(statement, current)
          : one(statement, current);
      if ("as" in statement && statement.as !== undefined) names.set(statement.as, current);
    }
    return current;
  }
  const one = (
    statement: Exclude<Statement, { kind: "skip" | "fork" }>,
    current: Value<T> | undefined,
  ): Value<T> | undefined => {
    switch (statement.kind) {
      case "from":
        return names.get(statement.map);
      case "bind":
        names.set(statement.name, current);
        return current;
      case "input":
        return arrived(statement, statement.input);
      case "output":
        output(statement, statement.name, statement.activation, current);
        return current;
      case "call": {
        if (current === undefined) return undefined;
        const channelsOf = (name: string | undefined): number | undefined =>
          (name === undefined ? current : names.get(name))?.channels;
        if (asksUnknown(statement.call, channelsOf)) return undefined;
        return stepsOf(statement.call, (name) => channelsOf(name) ?? 0).reduce<Value<T> | undefined>(
          (value, step) => calledOn(statement, step, value),
          current,
        );
      }
      case "crop_to": {
        const reference = names.get(statement.map);
        if (current === undefined || reference === undefined) return undefined;
        return cropped(statement, current, reference, statement.rule);
      }
    }
  };
  function* joining(
    statement: Extract<Statement, { kind: "skip" | "fork" }>,
    current: Value<T> | undefined,
  ): Steps {
    if (statement.kind === "fork") {
      const ends: (Value<T> | undefined)[] = [];
      for (const path of statement.paths) ends.push(yield* body(path, current));
      return ends.length === 1 ? ends[0] : yield* joinedValues(statement, statement.join, ends);
    }
    const arriving: (Value<T> | undefined)[] = [];
    for (const map of statement.maps) arriving.push(yield* body(statement.path, names.get(map)));
    const given = [current, ...arriving];
    const values = given.filter((value) => value !== undefined);
    if (values.length < given.length) return undefined;
    const repeated = yield* repeatedBy(statement, statement.join, values);
    if (repeated === undefined) return visit(statement, "join", values, undefined);
    const { crop } = statement;
    if (crop === "none" || repeated.filter((one) => !one).length < 2)
      return yield* joinedValues(statement, statement.join, values);
    if (!decided.crops.has(statement)) yield { statement, inputs: values };
    const crops = decided.crops.get(statement);
    const smallest = values[crops?.to ?? -1];
    if (crops === undefined || smallest === undefined) return visit(statement, "join", values, undefined);
    const met = values.map((value, place) =>
      crops.cropped[place] === true ? cropped(statement, value, smallest, crop) : value,
    );
    return yield* joinedValues(statement, statement.join, met);
  }
  const calledOn = (place: Statement, call: Call, current: Value<T> | undefined): Value<T> | undefined => {
    const wanted = namesIn(call);
    const others = wanted.map((name) => names.get(name)).filter((value) => value !== undefined);
    if (current === undefined || others.length < wanted.length) return undefined;
    const inputs: CallInputs<T> = { current, others };
    const channels = callChannels(call, inputs);
    if (channels === undefined) return visit(place, "call", [current, ...others], undefined);
    const map = called(call, inputs, axis, kind);
    const pool =
      call.word === "pool" && call.kind === "maxpool"
        ? { window: poolWindow(call, axis), input: current }
        : undefined;
    const colours = current.colours && keepsColours(call);
    return visit(place, "call", [current, ...others], { channels, map, pool, colours });
  };
  const cropped = (
    place: Statement,
    value: Value<T>,
    reference: Value<T>,
    rule: CropRule,
  ): Value<T> | undefined => {
    const before = cutBefore(value.map, reference.map, rule);
    const whole = value.map !== undefined && reference.map !== undefined && before !== undefined;
    const map = whole ? cut(value.map, before, reference.map.cells.length) : undefined;
    const result = { channels: value.channels, map, pool: undefined, colours: value.colours };
    return visit(place, "crop", [value, reference], result, map === undefined ? undefined : before);
  };
  function* joinedValues(place: Statement, join: Join, given: readonly (Value<T> | undefined)[]): Steps {
    const values = given.filter((value) => value !== undefined);
    if (values.length < given.length) return undefined;
    const repeated = yield* repeatedBy(place, join, values);
    const channels = joinedChannels(
      join,
      values.map((value) => value.channels),
    );
    if (repeated === undefined || channels === undefined) return visit(place, "join", values, undefined);
    const maps = values.map((value) => value.map).filter((map) => map !== undefined);
    return visit(place, "join", values, {
      channels,
      map: maps.length === values.length ? joined(kind, maps, repeated) : undefined,
      pool: undefined,
      colours: false,
    });
  }
  /** `undefined`: nobody decided it. */
  function* repeatedBy(
    statement: Statement,
    join: Join,
    inputs: readonly Value<T>[],
  ): Generator<UndecidedJoin<T>, readonly boolean[] | undefined> {
    if (join === "concat") return inputs.map(() => false);
    if (!decided.repeated.has(statement)) yield { statement, inputs };
    return decided.repeated.get(statement);
  }
  const units = pixelsOfFinest(program, axis);
  const arrived = (place: Place, input: Input): Value<T> | undefined => {
    const { symbol, scale, shift } = input.size[axis];
    const number = program.inputs.indexOf(input);
    const unit = units[number];
    if (unit === undefined) throw new Error(`the program does not list its input ${input.name}`);
    const pixels = Math.max(0, (symbol === undefined ? 0 : scale * size) + shift);
    const cells: T[] = [];
    for (let pixel = 0; pixel < pixels; pixel += 1) cells.push(kind.pixel(number, pixel));
    const grid = gridOfFinest({ stride: fraction(1), offset: fraction(0) }, unit);
    const made = { channels: input.channels, map: mapOf(cells, grid), pool: undefined, colours: true };
    const value = visit(place, "input", [], made);
    names.set(input.name, value);
    return value;
  };
  const output = (
    place: Place,
    name: string,
    activation: OutputActivation,
    logits: Value<T> | undefined,
  ): void => {
    const result =
      logits === undefined || activation === undefined
        ? logits
        : visit(place, "output", [logits], { ...logits, pool: undefined, colours: false });
    outputs.push({ name, logits: logits?.visit, visit: result?.visit, activation });
  };
  const end = yield* body(program.body, arrived("input", program.inputs[0]));
  output("output", "labels", program.activation, end);
  return { visits, outputs };
}

function keptMap<T>(map: AxisMap<T> | undefined, { kept }: CellKind<T>): AxisMap<T> | undefined {
  return map === undefined || kept === undefined ? map : { cells: kept(map.cells), grid: map.grid };
}

/** Whether a call's channels are those of a feature map that is not known. */
function asksUnknown(call: Call, channelsOf: (name: string | undefined) => number | undefined): boolean {
  if (call.word !== "conv") return false;
  return [call.channels, call.groups].some(
    (count) => typeof count !== "number" && count.of === "map" && channelsOf(count.name) === undefined,
  );
}

/** One channel goes with many, but not two with three; `concat` takes them all. */
export function joinedChannels(join: Join, channels: readonly number[]): number | undefined {
  if (join === "concat") return channels.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...channels);
  return channels.every((count) => count === 1 || count === most) ? most : undefined;
}

/** The number of positions a crop removes before the first; `undefined`: it cannot crop there. */
export function cutBefore<T>(
  map: AxisMap<T> | undefined,
  reference: AxisMap<T> | undefined,
  rule: CropRule,
): number | undefined {
  if (map === undefined || reference === undefined) return undefined;
  if (rule === "centred") {
    const surplus = map.cells.length - reference.cells.length;
    return surplus >= 0 && surplus % 2 === 0 ? surplus / 2 : undefined;
  }
  const place = placeOf(map.grid, reference.grid);
  return place?.under === 1n && place.over >= 0n ? Number(place.over) : undefined;
}
