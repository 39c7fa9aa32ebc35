/** Runs a program along one axis at one input size by the definitions, and keeps every feature map it makes. */
import { type AxisMap, placeOf } from "./axis-map.ts";
import type { CellKind } from "./cells.ts";
import { cut, joined, mapOf } from "./definitions.ts";
import { fraction } from "./fraction.ts";
import { type CallInputs, callChannels, called, poolWindow } from "./perform-call.ts";
import type { CropRule, Join, Place, Program, Statement } from "./program.ts";
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

/** Which of two feature maps a cropping skip crops: the one that is larger at large inputs. */
export type Larger = "first" | "second" | "neither";

export interface Execution {
  readonly program: Program;
  readonly axis: 0 | 1;
  /** The value of the size symbol. */
  readonly size: number;
  readonly decided: Decided;
}

/** What a join does at every size alike, by statement; one that is missing leaves everything after it unknown. */
export interface Decided {
  /** Of a cropping skip whose feature maps are not repeated: which one it crops. */
  readonly larger: ReadonlyMap<Statement, Larger>;
  /** Of a join other than concat: whether it repeats the single position of each of its feature maps. */
  readonly repeated: ReadonlyMap<Statement, readonly boolean[]>;
}

/** Every feature map in the order of the program. */
export function execute<T>(execution: Execution, kind: CellKind<T>): readonly Visit<T>[] {
  const { program, axis, size, decided } = execution;
  const visits: Visit<T>[] = [];
  const names = new Map<string, Value<T> | undefined>();
  const visit = (
    place: Place,
    operation: Visit<T>["operation"],
    inputs: readonly Value<T>[],
    result: Value<T> | undefined,
    cut?: number,
  ): Value<T> | undefined => {
    visits.push({ place, operation, inputs, result, cut });
    return result;
  };
  const body = (statements: readonly Statement[], start: Value<T> | undefined): Value<T> | undefined =>
    statements.reduce((current, statement) => {
      const next = one(statement, current);
      if ("as" in statement && statement.as !== undefined) names.set(statement.as, next);
      return next;
    }, start);
  const one = (statement: Statement, current: Value<T> | undefined): Value<T> | undefined => {
    switch (statement.kind) {
      case "side":
        return body(statement.body, current);
      case "from":
        return names.get(statement.map);
      case "call": {
        const { call } = statement;
        const other =
          "map" in call ? names.get(call.map) : call.word === "unpool" ? names.get(call.pool) : current;
        if (current === undefined || other === undefined) return undefined;
        const inputs: CallInputs<T> = { current, other };
        const channels = callChannels(call, inputs);
        if (channels === undefined) return visit(statement, "call", [current, other], undefined);
        const map = called(call, inputs, axis, kind);
        const pool =
          call.word === "pool" && call.kind === "maxpool"
            ? { window: poolWindow(call, axis), input: current }
            : undefined;
        return visit(statement, "call", [current, other], { channels, map, pool });
      }
      case "crop_to": {
        const reference = names.get(statement.map);
        if (current === undefined || reference === undefined) return undefined;
        return cropped(statement, current, reference, statement.rule);
      }
      case "skip": {
        const arriving = body(statement.path, names.get(statement.map));
        if (current === undefined || arriving === undefined) return undefined;
        let pair: readonly (Value<T> | undefined)[] = [current, arriving];
        const repeated = repeatedBy(statement, statement.join, [current, arriving]);
        if (repeated === undefined) return visit(statement, "join", [current, arriving], undefined);
        if (statement.crop !== "none" && !repeated.includes(true)) {
          const cuts = decided.larger.get(statement);
          if (cuts === undefined) return visit(statement, "join", [current, arriving], undefined);
          if (cuts === "first") pair = [cropped(statement, current, arriving, statement.crop), arriving];
          if (cuts === "second") pair = [current, cropped(statement, arriving, current, statement.crop)];
        }
        return joinedValues(statement, statement.join, pair);
      }
      case "fork": {
        const ends = statement.paths.map((path) => body(path, current));
        return ends.length === 1 ? ends[0] : joinedValues(statement, statement.join, ends);
      }
    }
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
    const result = { channels: value.channels, map, pool: undefined };
    return visit(place, "crop", [value, reference], result, map === undefined ? undefined : before);
  };
  const joinedValues = (
    place: Statement,
    join: Join,
    given: readonly (Value<T> | undefined)[],
  ): Value<T> | undefined => {
    const values = given.filter((value) => value !== undefined);
    if (values.length < given.length) return undefined;
    const repeated = repeatedBy(place, join, values);
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
    });
  };
  /** `undefined`: not decided yet. */
  const repeatedBy = (
    place: Statement,
    join: Join,
    values: readonly Value<T>[],
  ): readonly boolean[] | undefined =>
    join === "concat" ? values.map(() => false) : decided.repeated.get(place);
  const { symbol, scale, shift } = program.size[axis];
  const pixels = Math.max(0, (symbol === undefined ? 0 : scale * size) + shift);
  const grid = { stride: fraction(1), offset: fraction(0) };
  const image: Value<T> = {
    channels: program.channels,
    map: mapOf(
      Array.from({ length: pixels }, (_, place) => kind.pixel(place)),
      grid,
    ),
    pool: undefined,
  };
  names.set("image", visit("input", "input", [], image));
  const end = body(program.body, image);
  if (end !== undefined && program.activation !== undefined)
    visit("output", "output", [end], { ...end, pool: undefined });
  return visits;
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
